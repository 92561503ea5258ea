// A controller: a lane of the workqueue, the informers that feed it, and the workers that run its reconciler.
//
// One place catches, logs and counts what a reconcile returns or throws (the switch in controller.cpp); see
// reconciler.hpp for what each outcome means. Metrics: RUNTIME-SPEC 1, pre-initialised to 0.
//
// What breaks a backoff: an object that fails is tried again after its backoff, and sooner only when its wish has
// changed: it was created, deleted, or got a new generation, or somebody said so with enqueue(); its failures are then
// forgotten. The delay after server trouble (server_trouble.hpp) is broken by the same and by nothing else. Events that
// may be the echo of own writes never do: other updates of the object itself, whatever becomes of what it owns, and
// resyncs. They run it at its deadline, when it sees all that has happened meanwhile.
//
// Priorities: a wish that came after the first list is kPriorityHigh, what the first list delivers and resyncs are
// kPriorityLow, everything else is normal. What is left of a reconcile (a delay of zero) keeps its priority. Fairness:
// objects may belong to flows, which take turns (workqueue_priority.hpp).
// Lifetime: owned by the manager; its informers and its queue outlive it. Thread: confined to the loop's.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "operator/base/clock.hpp"
#include "operator/base/metrics.hpp"
#include "operator/base/task_group.hpp"
#include "operator/runtime/backoff.hpp"
#include "operator/runtime/informer.hpp"
#include "operator/runtime/predicate.hpp"
#include "operator/runtime/reconcile_log.hpp"
#include "operator/runtime/reconciler.hpp"
#include "operator/runtime/server_trouble.hpp"
#include "operator/runtime/workqueue.hpp"

namespace kyma::runtime {

// How many reconciles at a time can make use of so many requests a second, when one takes up to 200 ms; at most 64,
// which is also for an unlimited rate (0 or less). More would only wait for the client's leave, and there they wait in
// the order in which they were started: neither priority nor flow counts any more.
std::size_t useful_concurrency(double requests_per_second) noexcept;

struct ControllerOptions {
  std::size_t max_concurrent_reconciles = 64;
  Duration reconcile_timeout{0};  // 0: none. A reconcile that takes longer is cancelled and counts as an error
  Duration resync_period = std::chrono::hours{10};  // every object again after this, +-10 %; 0: never
  double queue_rate = 150;                          // the rate limiter's bucket
  double queue_burst = 200;
  std::uint64_t random_seed = 0;  // of the jitter; 0: seeded by the system
};

// Whose an object is: see Flow.
template <class T>
using FlowOf = std::function<Flow(const T& object)>;

class Controller {
 public:
  // `name`: the lower-case kind. `reconciler` and `queue` must outlive it. `metrics` may be null.
  Controller(std::string name, Reconciler& reconciler, Workqueue& queue, Clock& clock, ControllerOptions options,
             metrics::Registry* metrics);
  ~Controller();

  // Objects of the controller's own kind: each event that passes enqueues the object.
  template <class T>
  void watches(Informer<T>& informer, Predicate<T> predicate = generation_changed<T>(), FlowOf<T> flow_of = {});
  // Objects that the controller's kind owns: an event enqueues the controller owner of this kind, which is in the same
  // namespace; of `owner_api_version` the group counts. `predicate` sees updates.
  template <class T>
  void owns(Informer<T>& informer, std::string_view owner_api_version, std::string_view owner_kind,
            Predicate<T> predicate = resource_version_changed<T>());
  // Any other mapping is an event handler that calls enqueue(): something has changed that the object depends on.
  void enqueue(const Request& request, Priority priority = kPriorityNormal, Flow flow = {});
  // The same for what may be the echo of an own write.
  void enqueue_respecting_backoff(const Request& request, Priority priority = kPriorityNormal, Flow flow = {}) {
    if (!standing_by_) queue_.add_respecting_backoff(lane_, request, priority, flow);
  }
  // How many requests wait for a worker.
  std::size_t backlog() const noexcept { return queue_.depth(lane_); }
  void enqueue_after(const Request& request, Duration delay) {
    if (!standing_by_) queue_.add_after(lane_, request, delay);
  }

  // From now until start() nothing is queued, however long that takes: start() looks at every watched object anyway.
  void stand_by() noexcept { standing_by_ = true; }
  // Starts the workers and the resyncs. Before that, events are queued only.
  void start(TaskGroup& workers);
  // Ends the resyncs. The workers end when the queue shuts down: each finishes what it has in hand and takes no more.
  void stop() noexcept;

  const std::string& name() const noexcept { return name_; }
  LaneId lane() const noexcept { return lane_; }

 private:
  struct Ending;  // how a reconcile ended
  struct Probe;   // its metrics
  struct OwnerType {
    std::string group;
    InternedString kind;
  };
  struct Resync {
    std::function<void()> enqueue_all;
    std::unique_ptr<Timer> timer;
  };

  asio::awaitable<void> work();
  asio::awaitable<void> reconcile_one(Work work);
  asio::awaitable<Ending> run_reconciler(Work work);
  void conclude(const Work& work, const Ending& ending);
  void log_server_trouble(const Request& request, const Ending& ending);
  void log_failure(const Request& request, const Ending& ending);
  static OwnerType owner_type(std::string_view api_version, std::string_view kind);
  void enqueue_owner(const kube::ObjectMeta& meta, const OwnerType& type, Priority priority);
  void add_resync(std::function<void()> enqueue_all);
  void schedule(Resync& resync);

  std::string name_;
  Reconciler& reconciler_;
  Workqueue& queue_;
  Clock& clock_;
  ControllerOptions options_;
  LaneId lane_;
  std::unique_ptr<metrics::Registry> own_registry_;  // when nobody gave one
  std::unique_ptr<Probe> probe_;
  Random random_;
  ServerTrouble trouble_;
  ReconcileLog lines_;
  std::vector<std::unique_ptr<Resync>> resyncs_;  // one per watched informer: no two kinds in lockstep
  bool standing_by_ = false;
};

}  // namespace kyma::runtime

#include "operator/runtime/controller.ipp"
