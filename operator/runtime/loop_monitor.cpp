#include "operator/runtime/loop_monitor.hpp"

#include <time.h>

namespace kyma::runtime {
namespace {

double thread_cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

LoopMonitor::LoopMonitor(Clock& clock, metrics::Registry& registry, Duration period)
    : clock_(clock),
      period_(period),
      lag_(registry
               .histogram("kyma_operator_eventloop_lag_seconds", "How late the event loop was in waking a sleeper.", {},
                          {0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5})
               .with({})),
      handlers_(registry
                    .histogram("kyma_operator_eventloop_handler_cpu_seconds", "CPU time of one turn of the event loop.",
                               {}, {0.00001, 0.00005, 0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1})
                    .with({})),
      longest_(registry
                   .gauge("kyma_operator_eventloop_handler_cpu_seconds_max",
                          "CPU time of the longest turn of the event loop since the start.")
                   .with({})) {}

asio::awaitable<void> LoopMonitor::run() {
  for (;;) {
    const SteadyTime due = clock_.now() + period_;
    co_await clock_.sleep_until(due);
    lag_.observe(std::chrono::duration<double>(clock_.now() - due).count());
  }
}

void LoopMonitor::run_loop(asio::io_context& loop) {
  double before = thread_cpu_seconds();
  while (loop.run_one() > 0) {
    const double after = thread_cpu_seconds();
    const double took = after - before;
    before = after;
    handlers_.observe(took);
    if (took > longest_.value()) longest_.set(took);
  }
}

}  // namespace kyma::runtime
