// Measures how late the event loop is: a short sleep that ends late was held up by somebody's long turn.
//
// And how long its turns are: run_loop() runs it handler by handler and counts the thread's own CPU time of each, which
// other processes on the machine do not spoil. That clock is a system call, so turns that were short by the wall clock
// count with that; one call serves half a millisecond of them, by which a longer turn may be counted too short.
//
//   kyma_operator_eventloop_lag_seconds
//   kyma_operator_eventloop_handler_cpu_seconds, and kyma_operator_eventloop_handler_cpu_seconds_max since the start
//
// Thread: the loop's.
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
  // In place of loop.run().
  void run_loop(asio::io_context& loop);

 private:
  void note_turn(double seconds);

  Clock& clock_;
  Duration period_;
  metrics::Histogram& lag_;
  metrics::Histogram& handlers_;
  metrics::Gauge& longest_;
};

}  // namespace kyma::runtime
