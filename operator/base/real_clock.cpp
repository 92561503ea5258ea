#include "operator/base/real_clock.hpp"

#include <boost/asio/steady_timer.hpp>

namespace kyma {

struct RealClock::Alarm {
  Alarm(const asio::any_io_executor& executor, RealClock* owner) : timer(executor), clock(owner) {}

  asio::steady_timer timer;
  RealClock* clock;  // null once the clock is gone
};

RealClock::RealClock(asio::any_io_executor executor) : alarm_(std::make_shared<Alarm>(executor, this)) {}

RealClock::~RealClock() {
  alarm_->clock = nullptr;
  alarm_->timer.cancel();
}

void RealClock::on_earlier_deadline() { set_alarm(); }

// An alarm that rings for nobody would keep the loop from running out of work.
void RealClock::on_no_deadline() noexcept { alarm_->timer.cancel(); }

void RealClock::set_alarm() {
  // Deadlines that move later leave the alarm alone: it rings once for nothing and is set anew.
  alarm_->timer.expires_at(timers().earliest());
  alarm_->timer.async_wait([alarm = alarm_](error_code ec) {
    if (ec || !alarm->clock) return;
    RealClock& clock = *alarm->clock;
    clock.timers().fire_due(clock.now());
    if (!clock.timers().empty()) clock.set_alarm();
  });
}

}  // namespace kyma
