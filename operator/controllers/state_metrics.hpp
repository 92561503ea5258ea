// How many components and Kymas are in each state, counted as the watch tells of them:
//
//   kyma_operator_components{state}  none, pending, started, failing, retrying, success, error
//   kyma_operator_kymas{state}       none, reconciling, success, error
//
// "none" is what the operator has not reached yet. Every state is there from the start, at 0.
// Lifetime: must outlive the informers' run. Thread: the loop's.
#pragma once

#include <unordered_map>

#include "operator/api/helm_component.hpp"
#include "operator/api/kyma.hpp"
#include "operator/base/metrics.hpp"
#include "operator/runtime/informer.hpp"

namespace kyma::controllers {

class StateMetrics {
 public:
  // Subscribes to both informers: construct before they run.
  StateMetrics(runtime::Informer<api::Kyma>& kymas, runtime::Informer<api::HelmComponent>& components,
               metrics::Registry& registry);

 private:
  template <class T, class State>
  void count(runtime::Informer<T>& informer, std::unordered_map<State, metrics::Gauge*>& gauges);

  std::unordered_map<api::KymaState, metrics::Gauge*> kymas_;
  std::unordered_map<api::ComponentState, metrics::Gauge*> components_;
};

}  // namespace kyma::controllers
