#include "operator/controllers/setup.hpp"

#include <boost/asio/post.hpp>

#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "operator/controllers/predicates.hpp"

namespace kyma::controllers {
namespace {

// Components take turns by the Kyma that they belong to: who has two does not wait for who has five hundred. Those that
// somebody made by hand, by namespace.
runtime::Flow flow_of(const api::HelmComponent& component) {
  if (const kube::OwnerReference* owner = component.metadata.controller()) return runtime::Flow(owner->uid.hash());
  return runtime::Flow(std::hash<std::string_view>()(component.metadata.name_space.view()));
}

std::optional<runtime::Request> owner_of(const api::HelmComponent& component) {
  const kube::OwnerReference* owner = component.metadata.controller();
  const kube::ResourceType& type = api::Kyma::resource_type();
  if (owner == nullptr || owner->kind.view() != type.kind || owner->api_version.view() != type.api_version()) {
    return std::nullopt;
  }
  return runtime::Request{component.metadata.name_space, owner->name};
}

}  // namespace

Controllers::Controllers(runtime::Manager& manager, ManifestSource& manifests)
    : kymas_(manager.informer<api::Kyma>()),
      components_(manager.informer<api::HelmComponent>()),
      metrics_(kymas_, components_, manager.metrics()),
      pace_(
          manager.clock(), [this] { return helm_component_.backlog(); },
          [this](const runtime::Request& kyma) { kyma_.enqueue(kyma); }),
      kyma_reconciler_(kymas_, components_, manager.client(), manager.clock(), manager.events(), pace_),
      helm_component_reconciler_(components_, manager.client(), manager.clock(), manifests, manager.events(), pace_),
      kyma_(manager.add_controller("kyma", kyma_reconciler_)),
      helm_component_(manager.add_controller("helmcomponent", helm_component_reconciler_)) {
  connect();
}

void Controllers::connect() {
  const kube::ResourceType& kyma_type = api::Kyma::resource_type();
  kyma_.watches<api::Kyma>(kymas_, wakes_itself);
  kyma_.owns<api::HelmComponent>(components_, kyma_type.api_version(), kyma_type.kind, wakes_kyma);
  helm_component_.watches<api::HelmComponent>(components_, wakes_component, flow_of);

  components_.add_handler({
      .on_add = [this](const ComponentPtr& object, bool) { wake_blocked(*object); },
      .on_update =
          [this](const ComponentPtr& before, const ComponentPtr& after) {
            if (before->metadata.owner_references != after->metadata.owner_references) wake_blocked(*after);
            // What happens to one component is dealt with at once, also while the Kyma backs off because of another.
            if (concerns_kyma(*before, *after)) wake_owner(*after);
          },
      .on_delete =
          [this](const ComponentPtr& last) {
            wake_blocked(*last);
            // As above. No echo can go on for ever here: what a Kyma deletes, it does not make again.
            if (const auto owner = owner_of(*last)) {
              kyma_reconciler_.doubt(*owner);
              kyma_.enqueue(*owner);
            }
          },
  });
  kymas_.add_handler({
      .on_add = {},
      .on_update = {},
      .on_delete =
          [this](const runtime::ObjectPtr<api::Kyma>& last) { kyma_reconciler_.forget(runtime::key_of(*last)); },
  });
}

asio::awaitable<void> Controllers::wake_users_of(ChartName chart) {
  // Thousands at once would hold up the loop: some, then everybody else's turn.
  constexpr std::size_t kBatch = 1000;
  std::vector<std::pair<runtime::Request, runtime::Flow>> users;
  components_.store().for_each([&](const ComponentPtr& component) {
    if (chart_of(component->spec) == chart) users.emplace_back(runtime::key_of(*component), flow_of(*component));
  });
  for (std::size_t i = 0; i < users.size(); ++i) {
    if (i % kBatch == kBatch - 1) co_await asio::post(asio::use_awaitable);
    helm_component_.enqueue(users[i].first, runtime::kPriorityNormal, users[i].second);
  }
}

void Controllers::wake_owner(const api::HelmComponent& component) {
  if (const auto owner = owner_of(component)) kyma_.enqueue(*owner);
}

void Controllers::wake_blocked(const api::HelmComponent& component) {
  for (const auto& kyma : kyma_reconciler_.blocked().waiting_for(runtime::key_of(component))) kyma_.enqueue(kyma);
}

}  // namespace kyma::controllers
