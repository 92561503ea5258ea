// One run: prepares the namespace, watches, creates the Kymas, waits until all are in success, and deletes them again.
//
// Guarantees: the watches are in sync before the first creation, so that no success is missed; a creation whose answer
// was lost is settled (it counts as created only when the Kyma exists and is of this run); clean_up() deletes objects
// of this run only, by uid. Lifetime: client, clock and workload must outlive it; co_await stop() before it goes.
// Thread: confined to the loop's.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "cmd/kyma-load/figures.hpp"
#include "cmd/kyma-load/options.hpp"
#include "cmd/kyma-load/progress.hpp"
#include "cmd/kyma-load/tracker.hpp"
#include "cmd/kyma-load/workload.hpp"
#include "operator/base/clock.hpp"
#include "operator/base/condition.hpp"
#include "operator/base/task_group.hpp"
#include "operator/kube/client/client.hpp"
#include "operator/runtime/informer.hpp"

namespace kyma::load {

class Runner {
 public:
  // `options.name_space` is set.
  Runner(asio::any_io_executor executor, Clock& clock, kube::Client& client, const Options& options,
         const Workload& workload, Progress& progress);

  // Creates and waits, until all is done, the timeout, or interrupt(). Error: nothing could be created at all, such as
  // an API server that is not there or does not know Kymas.
  asio::awaitable<kube::Outcome<Figures>> run();
  // Deletes what run() created and waits until it is gone. Error: what is left, and why.
  asio::awaitable<kube::Outcome<void>> clean_up();
  // Ends the watches.
  asio::awaitable<void> stop();

  // Ends run() early. No new Kyma is created; requests under way get a moment to end.
  void interrupt();

 private:
  void add_handlers();
  asio::awaitable<void> prepare_and_create();
  asio::awaitable<kube::Outcome<void>> prepare();
  asio::awaitable<kube::Outcome<void>> ensure_namespace();
  // Fails when the server does not serve the kind, or not to us.
  asio::awaitable<kube::Outcome<void>> check_served(const kube::ResourceType& type);
  asio::awaitable<kube::Outcome<void>> watch(runtime::InformerBase& informer);
  asio::awaitable<void> create_kymas();
  asio::awaitable<void> create_kyma(std::size_t index);
  // After a creation without an answer: counts the Kyma as created when it is there and ours.
  asio::awaitable<bool> adopt(std::size_t index);
  void fail(std::size_t index, const kube::Error& error);
  asio::awaitable<void> delete_kymas();
  asio::awaitable<void> show_progress();
  asio::awaitable<void> measure_lag();
  asio::awaitable<void> settle_components();
  bool ended() const noexcept;
  bool gone() const noexcept;
  std::string progress() const;

  Clock& clock_;
  kube::Client& client_;
  const Options& options_;
  const Workload& workload_;
  Progress& progress_;

  Tracker tracker_;
  runtime::Informer<api::Kyma> kymas_;
  std::optional<runtime::Informer<api::HelmComponent>> components_;

  Condition changed_;  // whatever ended() or gone() looks at
  Timer deadline_;
  std::optional<SteadyTime> started_;  // when the first creation was
  Duration max_lag_{};
  std::size_t next_ = 0;  // the next index to create, or to delete
  std::size_t workers_ = 0;
  bool all_tried_ = false;
  bool interrupted_ = false;
  bool timed_out_ = false;
  bool cleaning_up_ = false;
  std::optional<kube::Error> fatal_;
  std::optional<kube::Error> undeleted_;

  TaskGroup work_;  // what run() and clean_up() wait for
  TaskGroup watches_;
};

}  // namespace kyma::load
