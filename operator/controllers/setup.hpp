// The operator's controllers, wired to a manager: reconcilers, informers, predicates, indexes and metrics.
//
//   runtime::Manager manager(...);
//   NoRendering manifests;
//   Controllers controllers(manager, manifests);
//   co_await manager.run();
//
// Lifetime: construct before the manager runs, destroy after it has ended. Thread: the loop's.
#pragma once

#include "operator/controllers/chart_manifests.hpp"
#include "operator/controllers/helm_component_reconciler.hpp"
#include "operator/controllers/kyma_reconciler.hpp"
#include "operator/controllers/manifest_source.hpp"
#include "operator/controllers/state_metrics.hpp"
#include "operator/runtime/manager.hpp"

namespace kyma::controllers {

class Controllers {
 public:
  Controllers(runtime::Manager& manager, ManifestSource& manifests);
  Controllers(const Controllers&) = delete;
  Controllers& operator=(const Controllers&) = delete;

  runtime::Controller& kyma() noexcept { return kyma_; }
  runtime::Controller& helm_component() noexcept { return helm_component_; }
  // This chart is not what it was: all components that use it are looked at now, whatever their backoff.
  asio::awaitable<void> wake_users_of(ChartName chart);
  // How many objects the reconcilers keep something about besides the caches. 0 when all is settled.
  std::size_t remembered() const noexcept {
    return kyma_reconciler_.remembered() + helm_component_reconciler_.remembered();
  }

 private:
  void connect();
  void wake_owner(const api::HelmComponent& component);
  void wake_blocked(const api::HelmComponent& component);

  runtime::Informer<api::Kyma>& kymas_;
  runtime::Informer<api::HelmComponent>& components_;
  StateMetrics metrics_;
  FanOutPace pace_;
  KymaReconciler kyma_reconciler_;
  HelmComponentReconciler helm_component_reconciler_;
  runtime::Controller& kyma_;
  runtime::Controller& helm_component_;
};

}  // namespace kyma::controllers
