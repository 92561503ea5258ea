// Measures how late the event loop is: a short sleep that ends late was held up by somebody's long turn.
//
// Metric: kyma_operator_eventloop_lag_seconds. Thread: the loop's.
#pragma once

#include <chrono>

#include "operator/base/clock.hpp"
#include "operator/base/metrics.hpp"

namespace kyma::runtime {

class LoopMonitor {
 public:
  LoopMonitor(Clock& clock, metrics::Registry& registry, Duration period = std::chrono::milliseconds{500});

  // Until cancelled.
  asio::awaitable<void> run();

 private:
  Clock& clock_;
  Duration period_;
  metrics::Histogram& lag_;
};

}  // namespace kyma::runtime
