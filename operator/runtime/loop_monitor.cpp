#include "operator/runtime/loop_monitor.hpp"

#include <time.h>

#include <algorithm>

namespace kyma::runtime {
namespace {

double seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// How much CPU each turn took, with few readings of the CPU clock.
class TurnMeter {
 public:
  // The seconds of CPU of the turn that ends now.
  double end_turn() {
    const double wall = seconds(CLOCK_MONOTONIC);
    const double took = wall - turn_began_;
    turn_began_ = wall;
    if (wall - wall_read_ < kReadEvery) {
      short_turns_ += took;
      return took;
    }
    const double cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
    const double of_turn = std::clamp(cpu - cpu_read_ - short_turns_, 0.0, took);
    wall_read_ = wall;
    cpu_read_ = cpu;
    short_turns_ = 0;
    return of_turn;
  }

 private:
  static constexpr double kReadEvery = 0.0005;

  double wall_read_ = seconds(CLOCK_MONOTONIC);
  double cpu_read_ = seconds(CLOCK_THREAD_CPUTIME_ID);
  double turn_began_ = wall_read_;
  double short_turns_ = 0;  // what the turns since then took
};

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
  TurnMeter meter;
  while (loop.run_one() > 0) note_turn(meter.end_turn());
}

void LoopMonitor::note_turn(double seconds) {
  handlers_.observe(seconds);
  if (seconds > longest_.value()) longest_.set(seconds);
}

}  // namespace kyma::runtime
