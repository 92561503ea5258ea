#include "operator/controllers/state_metrics.hpp"

#include <string>

namespace kyma::controllers {
namespace {

template <class State>
metrics::Gauge* gauge_of(metrics::Family<metrics::Gauge>& family, State state) {
  const std::string_view name = api::to_string(state);
  return &family.with({name.empty() ? "none" : std::string(name)});
}

}  // namespace

StateMetrics::StateMetrics(runtime::Informer<api::Kyma>& kymas, runtime::Informer<api::HelmComponent>& components,
                           metrics::Registry& registry) {
  auto& kyma_family = registry.gauge("kyma_operator_kymas", "Kymas by status.status.", {"state"});
  using enum api::KymaState;
  for (const api::KymaState state : {none, reconciling, success, error}) kymas_[state] = gauge_of(kyma_family, state);
  auto& component_family = registry.gauge("kyma_operator_components", "HelmComponents by status.status.", {"state"});
  for (const api::ComponentState state : api::kComponentStates) components_[state] = gauge_of(component_family, state);
  count(kymas, kymas_);
  count(components, components_);
}

template <class T, class State>
void StateMetrics::count(runtime::Informer<T>& informer, std::unordered_map<State, metrics::Gauge*>& gauges) {
  using Object = runtime::ObjectPtr<T>;
  informer.add_handler({
      .on_add = [&gauges](const Object& object, bool) { gauges.at(object->status.state)->add(1); },
      .on_update =
          [&gauges](const Object& before, const Object& after) {
            if (before->status.state == after->status.state) return;
            gauges.at(before->status.state)->add(-1);
            gauges.at(after->status.state)->add(1);
          },
      .on_delete = [&gauges](const Object& last) { gauges.at(last->status.state)->add(-1); },
  });
}

}  // namespace kyma::controllers
