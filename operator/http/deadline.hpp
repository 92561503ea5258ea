// A deadline that is moved for every step of every exchange and hardly ever met. Internal to operator/http.
//
// Moving it later touches nothing but a number: the timer rings at the old time, sees the new one and goes on.
// Thread: its clock's.
#pragma once

#include <functional>
#include <utility>

#include "operator/base/clock.hpp"

namespace kyma::http {

class Deadline {
 public:
  Deadline(Clock& clock, std::function<void()> on_expiry)
      : clock_(clock), on_expiry_(std::move(on_expiry)), timer_(clock, [this] { ring(); }) {}

  void set(SteadyTime at) {
    at_ = at;
    if (!timer_.armed() || at < timer_.deadline()) timer_.expires_at(at);
  }
  void set_after(Duration delay) { set(saturating_add(clock_.now(), delay)); }
  void clear() noexcept { at_ = SteadyTime::max(); }

  // A limit as large as Duration::max() means no limit.
  static SteadyTime saturating_add(SteadyTime now, Duration delay) noexcept {
    return delay >= SteadyTime::max() - now ? SteadyTime::max() : now + delay;
  }

 private:
  void ring() {
    if (at_ == SteadyTime::max()) return;
    if (clock_.now() < at_) {
      timer_.expires_at(at_);
      return;
    }
    at_ = SteadyTime::max();
    on_expiry_();
  }

  Clock& clock_;
  std::function<void()> on_expiry_;
  SteadyTime at_ = SteadyTime::max();
  Timer timer_;
};

}  // namespace kyma::http
