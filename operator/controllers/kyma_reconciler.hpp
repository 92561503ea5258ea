// Keeps a Kyma's HelmComponents as its spec wants them, and its status as they are.
//
// Guarantees: missing components are made, the longest-running first; changed and hand-edited ones are put right; those
// no longer in the spec are deleted; a foreign object of a wanted name is never touched; what is wrong with one
// component holds up no other. A pass writes a few components and leaves the rest to the next, behind whatever waits:
// no Kyma is so large that it holds up another. Events: when it becomes `success`, and when something is wrong with it
// that no component's event tells. Nothing is written that changes nothing. The status is written once per
// moment at which components become `success` (time_to_settle()). A Kyma being deleted is left to the garbage
// collector. What has vanished is made again only for a Kyma that the server still has: of a server that came back
// without its objects, the components' list may be here before the Kymas' (docs/decisions/0045). Lifetime: must outlive
// its controller. Thread: the loop's.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "operator/api/helm_component.hpp"
#include "operator/api/kyma.hpp"
#include "operator/base/clock.hpp"
#include "operator/base/log.hpp"
#include "operator/controllers/blocked_names.hpp"
#include "operator/controllers/conflict_backoff.hpp"
#include "operator/controllers/fan_out.hpp"
#include "operator/controllers/fan_out_pace.hpp"
#include "operator/controllers/kyma_status.hpp"
#include "operator/kube/client/client.hpp"
#include "operator/runtime/event_recorder.hpp"
#include "operator/runtime/informer.hpp"
#include "operator/runtime/reconciler.hpp"

namespace kyma::controllers {

class KymaReconciler final : public runtime::Reconciler {
 public:
  // Declares an index on `components`: construct before it runs.
  KymaReconciler(runtime::Informer<api::Kyma>& kymas, runtime::Informer<api::HelmComponent>& components,
                 kube::Client& client, Clock& clock, runtime::EventRecorder& events, FanOutPace& pace);

  asio::awaitable<runtime::ReconcileOutcome> reconcile(runtime::Request request) override;

  // Who waits for which HelmComponent to go away, or to show up.
  const BlockedNames& blocked() const noexcept { return blocked_; }
  void forget(const runtime::Request& kyma);
  // A component of it has gone, and perhaps the Kyma with it.
  void doubt(runtime::Request kyma) { doubted_.insert(std::move(kyma)); }
  // How many objects something is kept about besides the caches. 0 when nothing is blocked or in conflict.
  std::size_t remembered() const noexcept {
    return blocked_.size() + conflicts_.size() + pace_.size() + doubted_.size();
  }

 private:
  using KymaPtr = runtime::ObjectPtr<api::Kyma>;

  // What the writes of one pass came to.
  struct Report {
    std::optional<runtime::ReconcileError> error;
    Refusals refusals;
    std::vector<runtime::Request> unseen;  // exist, says the server, though the watch has not shown them yet
    bool conflict = false;
    bool wrote = false;   // time has passed, and nothing need be as it was
    bool more = false;    // something is left to be written
    WallTime more_due{};  // and has to be by then, so as not to end last
    bool waits = false;   // nothing of it was written in this pass, which was not this Kyma's turn

    bool clean() const noexcept { return !error && !conflict && unseen.empty(); }
    bool flawless() const noexcept { return clean() && refusals.empty(); }
    // The first error is told; but what the server's trouble held up must not wait as long as what is wrong itself.
    void fail(runtime::ReconcileError why) {
      if (!error || (why.server_trouble && !error->server_trouble)) error = std::move(why);
    }
  };

  asio::awaitable<runtime::ReconcileOutcome> pass(runtime::Request request, Report& report);
  // Nothing: it is there, or nothing of it is missing. Otherwise how the reconcile ends.
  asio::awaitable<std::optional<runtime::ReconcileOutcome>> make_sure_of(KymaPtr kyma);
  asio::awaitable<kube::Outcome<bool>> is_there(const api::Kyma& kyma);
  FanOut look_at(const api::Kyma& kyma) const;
  asio::awaitable<void> apply(KymaPtr kyma, const FanOut& fan_out, Report& report);
  asio::awaitable<void> create_missing(KymaPtr kyma, const FanOut& fan_out, Report& report);
  std::size_t enough_for_this_pass(const api::Kyma& kyma, const FanOut& fan_out,
                                   const std::vector<std::size_t>& missing);
  asio::awaitable<void> create(KymaPtr kyma, const Place& place, Report& report);
  static void note_failure(const Place& place, const kube::Error& error, Report& report);
  asio::awaitable<void> put_right(const Place& place, Report& report);
  asio::awaitable<kube::Outcome<std::string>> replace(const Place& place);
  asio::awaitable<void> remove(ComponentPtr component, Report& report);
  void remember_blocked(const runtime::Request& request, const FanOut& fan_out, const Report& report);

  // Nothing: the status is up to date. Otherwise how the reconcile ends.
  asio::awaitable<std::optional<runtime::ReconcileOutcome>> write_status(KymaPtr kyma, api::KymaStatus wanted);
  // In the log, and as an event where somebody is to see it.
  void tell_of_change(const api::Kyma& before, const api::KymaStatus& after);
  Duration time_to_next_pass(const runtime::Request& request, const Report& report);
  runtime::ReconcileOutcome conclude(const runtime::Request& request, const Report& report);

  runtime::Informer<api::Kyma>& kymas_;
  runtime::Informer<api::HelmComponent>& components_;
  runtime::IndexId by_owner_;
  kube::Client& client_;
  Clock& clock_;
  runtime::EventRecorder& events_;
  FanOutPace& pace_;
  Logger log_;
  BlockedNames blocked_;
  ConflictBackoff conflicts_;
  std::unordered_set<runtime::Request, runtime::RequestHash> doubted_;
};

}  // namespace kyma::controllers
