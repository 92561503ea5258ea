#include "operator/base/clock.hpp"

#include "operator/base/condition.hpp"

namespace kyma {

void Clock::arm(HeapTimer& timer, SteadyTime deadline) {
  const bool earlier = timers_.empty() || deadline < timers_.earliest();
  timers_.arm(timer, deadline);
  if (earlier) on_earlier_deadline();
}

asio::awaitable<void> Clock::sleep_until(SteadyTime deadline) {
  Condition expired;
  Timer timer(*this, [&] { expired.notify_all(); });
  timer.expires_at(deadline);
  co_await expired.wait();
}

}  // namespace kyma
