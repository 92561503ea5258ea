#include "operator/runtime/loop_monitor.hpp"

namespace kyma::runtime {

LoopMonitor::LoopMonitor(Clock& clock, metrics::Registry& registry, Duration period)
    : clock_(clock),
      period_(period),
      lag_(registry
               .histogram("kyma_operator_eventloop_lag_seconds", "How late the event loop was in waking a sleeper.", {},
                          {0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5})
               .with({})) {}

asio::awaitable<void> LoopMonitor::run() {
  for (;;) {
    const SteadyTime due = clock_.now() + period_;
    co_await clock_.sleep_until(due);
    lag_.observe(std::chrono::duration<double>(clock_.now() - due).count());
  }
}

}  // namespace kyma::runtime
