// The requests of a run: creates, changes and deletes single Kymas, and tells the tracker what came of it.
//
// Guarantee: a creation whose answer was lost is settled: it counts as made only when the Kyma exists and is of this
// run. Lifetime: all that it is given must outlive it. Thread: confined to the loop's.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "cmd/kyma-load/options.hpp"
#include "cmd/kyma-load/tracker.hpp"
#include "cmd/kyma-load/workload.hpp"
#include "operator/base/clock.hpp"
#include "operator/kube/client/client.hpp"

namespace kyma::load {

class Operations {
 public:
  // `given_up` tells that the run has ended: nothing is tried again then.
  Operations(kube::Client& client, Clock& clock, const Options& options, const Workload& workload, Tracker& tracker,
             std::function<bool()> given_up);

  // True when the Kyma was made.
  asio::awaitable<bool> create(std::size_t index);
  asio::awaitable<void> change(std::size_t index);
  asio::awaitable<void> remove(std::size_t index);
  // Deletes a Kyma that may be gone already, by uid. Error: it is still there.
  asio::awaitable<kube::Outcome<void>> clean_up(std::size_t index);

 private:
  asio::awaitable<bool> adopt(std::size_t index);
  void fail_creation(std::size_t index, const kube::Error& error);

  kube::Client& client_;
  Clock& clock_;
  const Options& options_;
  const Workload& workload_;
  Tracker& tracker_;
  std::function<bool()> given_up_;
};

}  // namespace kyma::load
