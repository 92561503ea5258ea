// One run: prepares the namespace, watches, carries out the plan of the scenario, waits until all that should exist is
// in success and all that should not is gone, and deletes the Kymas again.
//
// Guarantees: the watches are in sync before the first creation, so that no success is missed; clean_up() deletes
// objects of this run only, by uid; memory does not grow with the run's length. Lifetime: all that it is given must
// outlive it; co_await stop() before it goes. Thread: confined to the loop's.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "cmd/kyma-load/figures.hpp"
#include "cmd/kyma-load/object_watch.hpp"
#include "cmd/kyma-load/operations.hpp"
#include "cmd/kyma-load/options.hpp"
#include "cmd/kyma-load/plan.hpp"
#include "cmd/kyma-load/progress.hpp"
#include "cmd/kyma-load/recorder.hpp"
#include "cmd/kyma-load/request_meter.hpp"
#include "cmd/kyma-load/telemetry.hpp"
#include "cmd/kyma-load/tracker.hpp"
#include "cmd/kyma-load/workload.hpp"
#include "operator/base/clock.hpp"
#include "operator/base/condition.hpp"
#include "operator/base/task_group.hpp"
#include "operator/kube/client/client.hpp"

namespace kyma::load {

// What a run measures with; each may be null.
struct Instruments {
  kube::Client* watches = nullptr;  // a client for the watches alone, so that they are not counted as requests
  RequestMeter* requests = nullptr;
  Telemetry* telemetry = nullptr;
};

class Runner {
 public:
  // `options.name_space` is set.
  Runner(asio::any_io_executor executor, Clock& clock, kube::Client& client, const Options& options,
         const Workload& workload, Progress& progress, Instruments instruments = {});

  // Carries the plan out and waits, until all is done, the timeout, or interrupt(). Error: nothing could be created at
  // all, such as an API server that is not there or does not know Kymas.
  asio::awaitable<kube::Outcome<Figures>> run();
  // Of the run so far.
  const Tracker& tracker() const noexcept { return tracker_; }
  const Recording& recording() const noexcept { return recorder_.recording(); }
  // Deletes what run() created and waits until it is gone. Error: what is left, and why.
  asio::awaitable<kube::Outcome<void>> clean_up();
  // Ends the watches.
  asio::awaitable<void> stop();

  // Ends run() early. No new Kyma is created; requests under way get a moment to end.
  void interrupt();

 private:
  // --- Before
  asio::awaitable<void> prepare_and_begin();
  asio::awaitable<kube::Outcome<void>> prepare();
  template <class T>
  asio::awaitable<kube::Outcome<void>> watch(ObjectWatch<T>& objects);
  template <class T>
  WatchListener<T> listener();
  // --- Meanwhile
  void begin();
  asio::awaitable<void> follow_plan();
  asio::awaitable<void> perform(Step step);
  asio::awaitable<void> restart_later();
  asio::awaitable<void> show_progress();
  asio::awaitable<void> measure_lag();
  asio::awaitable<void> record();
  Sample take_sample();
  Snapshot snapshot() const;
  void mark(std::string text);
  Duration elapsed() const noexcept { return clock_.now() - started_.value_or(clock_.now()); }
  // --- After
  bool ended() const noexcept;
  asio::awaitable<void> settle_components();
  asio::awaitable<Figures> conclude();
  asio::awaitable<void> delete_kymas();
  bool gone() const noexcept;

  Clock& clock_;
  kube::Client& client_;
  kube::Client& watch_client_;
  const Options& options_;
  const Workload& workload_;
  Progress& progress_;
  Instruments instruments_;

  Tracker tracker_;
  Operations operations_;
  std::unique_ptr<Plan> plan_;
  Recorder recorder_;
  ObjectWatch<api::Kyma> kymas_;
  std::optional<ObjectWatch<api::HelmComponent>> components_;

  Condition changed_;  // whatever ended(), gone() or the plan looks at
  Timer deadline_;
  std::optional<SteadyTime> started_;  // when the first creation was
  Duration max_lag_{};
  std::size_t running_ = 0;      // requests of the plan under way
  std::size_t next_delete_ = 0;  // the next index to clean up
  std::size_t deleters_ = 0;
  bool all_tried_ = false;
  bool interrupted_ = false;
  bool timed_out_ = false;
  bool cleaning_up_ = false;
  std::string trouble_;
  std::optional<kube::Error> fatal_;
  std::optional<kube::Error> undeleted_;

  TaskGroup planning_;  // ends with the waiting
  TaskGroup work_;      // requests, which get a moment to end
  TaskGroup watches_;   // until stop()
};

}  // namespace kyma::load
