// Owns what an operator runs and starts and stops it in order.
//
// Start: informers, then their sync, then the election, if there is one, then the controllers' workers. A sync that
// takes longer than sync_timeout is a failure; but while the API server does not know us (401, no credentials) or
// refuses us (403), the manager stays, not ready, and tries on: a right that is granted later is found within seconds,
// and a restart would change nothing (docs/decisions/0040). A replica that stands by is ready: its caches are warm, its
// queue is empty. Stop: no new work is taken, what is in flight is finished (at most shutdown_timeout, then cancelled),
// events are written (at most kFlushLimit), the lease is released (at most kReleaseLimit), then the informers end. When
// the leadership is lost, workers are cancelled at once, and run() fails. The client stays open: it is its owner's.
// When run() itself is cancelled, everything is cancelled and joined before it throws, and a lease runs out by itself;
// once only the joining is left, a cancellation changes nothing. Thread: confined to the loop's. Lifetime: owns its
// controllers and informers; `co_await run()` returns when nothing of it is alive. It runs once.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "operator/base/clock.hpp"
#include "operator/base/metrics.hpp"
#include "operator/base/task_group.hpp"
#include "operator/kube/client/client.hpp"
#include "operator/runtime/controller.hpp"
#include "operator/runtime/event_recorder.hpp"
#include "operator/runtime/health.hpp"
#include "operator/runtime/informer.hpp"
#include "operator/runtime/leader_elector.hpp"
#include "operator/runtime/workqueue.hpp"

namespace kyma::runtime {

struct ManagerOptions {
  Duration sync_timeout = std::chrono::minutes{2};  // of each cache, without the time in which we are denied
  Duration shutdown_timeout = std::chrono::seconds{30};
  ControllerOptions controller;
  ReflectorOptions reflector;
  bool events = true;                     // false: what is recorded goes nowhere
  kube::Client* events_client = nullptr;  // null: the manager's. Another one keeps events out of the writes' way
  std::string event_reporter = "kyma-operator";
};

class Manager {
 public:
  static constexpr std::chrono::seconds kFlushLimit{1};
  static constexpr std::chrono::seconds kReleaseLimit{2};

  Manager(asio::any_io_executor executor, Clock& clock, kube::Client& client, ManagerOptions options,
          metrics::Registry& metrics);
  ~Manager();

  // The shared informer of a kind, made at first use.
  template <class T>
  Informer<T>& informer();
  // Makes a controller; the reconciler must outlive the manager's run.
  Controller& add_controller(std::string name, Reconciler& reconciler);

  // Reconcile only while this one leads; before run(). It must outlive that. Writes are withheld at other times when
  // the client asks it: ClientOptions::may_write.
  void lead_by(LeaderElector& elector);

  // Runs until stop() or a failure. Error: why it could not start ("cache of kymas... did not sync within 120 s: ..."),
  // or how the leadership was lost.
  asio::awaitable<kube::Outcome<void>> run();
  // Begins a graceful stop; run() then returns. Idempotent.
  void stop();
  // The server has answered somebody: informers that wait for it to come back need not wait long (Reflector). For those
  // who ask it past the manager.
  void server_answered() noexcept {
    for (const auto& informer : informers_) informer->server_answered();
  }

  Workqueue& queue() noexcept { return queue_; }
  EventRecorder& events() noexcept { return events_; }
  // The lane of each controller, in the order they were added.
  std::vector<LaneId> lanes() const;
  kube::Client& client() noexcept { return client_; }
  Clock& clock() noexcept { return clock_; }
  metrics::Registry& metrics() noexcept { return metrics_; }
  // "ping" and, for readiness, "informer-sync" are there from the start: a cache has not been filled yet, or the server
  // denies us to list or watch.
  HealthChecks& health() noexcept { return health_; }
  HealthChecks& readiness() noexcept { return readiness_; }

 private:
  asio::awaitable<kube::Outcome<void>> start();
  asio::awaitable<void> run_until_stopped();
  asio::awaitable<bool> become_leader();
  asio::awaitable<void> keep_leading();
  asio::awaitable<void> wait_for_stop();
  asio::awaitable<void> step_down();
  void tell_of_leadership(bool leads, const Lease& lease);
  asio::awaitable<void> wait_until_synced(InformerBase& informer);
  // The first sync to be given up at, as far as is known now.
  SteadyTime sync_deadline();
  asio::awaitable<void> drain();
  asio::awaitable<void> end_work();
  asio::awaitable<void> end_all();
  kube::Error sync_error() const;
  std::string why_not_synced() const;
  std::string why_not_in_step() const;
  InformerBase* find_informer(const kube::ResourceType& type) noexcept;

  Clock& clock_;
  kube::Client& client_;
  ManagerOptions options_;
  metrics::Registry& metrics_;
  Workqueue queue_;
  HealthChecks health_;
  HealthChecks readiness_;
  std::vector<std::unique_ptr<InformerBase>> informers_;
  std::vector<std::unique_ptr<Controller>> controllers_;
  EventRecorder events_;
  LeaderElector* elector_ = nullptr;
  TaskGroup informer_tasks_;
  TaskGroup workers_;
  TaskGroup election_;  // what renews the lease, until the last worker has ended
  TaskGroup event_tasks_;
  std::vector<SteadyTime> sync_begun_;  // of each informer; when it was denied last, if it was
  std::size_t unsynced_ = 0;            // informers that have not filled their store yet
  bool stopping_ = false;
  std::string lost_;   // why this replica leads no more
  Condition changed_;  // one of the three above, or the time for the sync has passed
};

template <class T>
Informer<T>& Manager::informer() {
  if (InformerBase* known = find_informer(T::resource_type())) return static_cast<Informer<T>&>(*known);
  auto made = std::make_unique<Informer<T>>(client_, clock_, options_.reflector, &metrics_);
  Informer<T>& reference = *made;
  reference.on_answer([this] { server_answered(); });
  informers_.push_back(std::move(made));
  return reference;
}

}  // namespace kyma::runtime
