// Drives one HelmComponent through its lifecycle (lifecycle.hpp), whoever made it.
//
// Guarantees: one merge patch of /status per transition, with the resourceVersion as precondition, so that two daemons
// never repeat one; overdue states are walked in order, each with its own patch; nothing is written before its instant.
// A chart that has changed since it was rendered starts the lifecycle again.
// A chart that cannot be rendered puts the component into `error` with the reason as message, and is retried with the
// queue's backoff; each reason is told by one Warning event. A component being deleted is left alone.
// Lifetime: must outlive its controller. Thread: the loop's.
#pragma once

#include <optional>

#include "operator/api/helm_component.hpp"
#include "operator/base/clock.hpp"
#include "operator/controllers/conflict_backoff.hpp"
#include "operator/controllers/fan_out_pace.hpp"
#include "operator/controllers/first_sights.hpp"
#include "operator/controllers/lifecycle.hpp"
#include "operator/controllers/manifest_source.hpp"
#include "operator/kube/client/client.hpp"
#include "operator/runtime/event_recorder.hpp"
#include "operator/runtime/informer.hpp"
#include "operator/runtime/reconciler.hpp"

namespace kyma::controllers {

class HelmComponentReconciler final : public runtime::Reconciler {
 public:
  // Subscribes to the informer, to learn when components are first seen: construct before it runs.
  HelmComponentReconciler(runtime::Informer<api::HelmComponent>& components, kube::Client& client, Clock& clock,
                          ManifestSource& manifests, runtime::EventRecorder& events, FanOutPace& pace);

  asio::awaitable<runtime::ReconcileOutcome> reconcile(runtime::Request request) override;
  // How many objects something is kept about besides the caches. 0 when none is new or in conflict.
  std::size_t remembered() const noexcept { return sights_.size() + conflicts_.size(); }

 private:
  using ComponentPtr = runtime::ObjectPtr<api::HelmComponent>;
  // Nothing: the step was taken, go on. Otherwise how the reconcile ends.
  using Ending = std::optional<runtime::ReconcileOutcome>;

  void subscribe();
  // Another manifest than the one that the status tells of: the chart, or the cluster, is not what it was. The
  // lifecycle starts again. (A chart that can no longer be rendered counts: entering `pending` will say why.)
  // Nothing: the manifests' source has stopped.
  asio::awaitable<std::optional<bool>> chart_changed(ComponentPtr component);
  asio::awaitable<Ending> enter(ComponentPtr component, Enter step);
  asio::awaitable<Ending> write(ComponentPtr component, api::HelmComponentStatus wanted);
  void tell_of_failure(const api::HelmComponent& component, InternedString problem);
  Ending on_refusal(const runtime::Request& key, const kube::Error& error);
  void forget(const runtime::Request& key);

  runtime::Informer<api::HelmComponent>& components_;
  kube::Client& client_;
  Clock& clock_;
  ManifestSource& manifests_;
  runtime::EventRecorder& events_;
  FanOutPace& pace_;
  FirstSights sights_;
  ConflictBackoff conflicts_;
};

}  // namespace kyma::controllers
