#include "operator/base/manual_clock.hpp"

#include <algorithm>

namespace kyma {

void ManualClock::run_ready(asio::io_context& loop) {
  loop.restart();
  loop.poll();
}

void ManualClock::jump_to(SteadyTime target) {
  now_ = std::max(now_, target);
  timers().fire_due(now_);
}

void ManualClock::run_until(asio::io_context& loop, const std::function<bool()>& done) {
  for (;;) {
    run_ready(loop);
    if (done()) return;
    if (timers().empty()) throw Deadlock("deadlock: nothing is ready to run and nothing sleeps");
    jump_to(timers().earliest());
  }
}

void ManualClock::run_for(asio::io_context& loop, Duration span) {
  const SteadyTime end = now_ + span;
  for (;;) {
    run_ready(loop);
    if (timers().empty() || timers().earliest() > end) break;
    jump_to(timers().earliest());
  }
  now_ = end;
}

}  // namespace kyma
