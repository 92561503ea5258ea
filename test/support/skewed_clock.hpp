// The clock of another machine in virtual time: its wall clock is wrong by a fixed span, its steady clock counts from
// elsewhere. It may stand still, as that of a process that was stopped: then nothing on it falls due, and on resume()
// everything at once.
//
// Lifetime: within its ManualClock's. Thread: the test's.
#pragma once

#include "operator/base/manual_clock.hpp"

namespace kyma::test {

class SkewedClock final : public Clock {
 public:
  explicit SkewedClock(ManualClock& real, Duration skew = Duration::zero())
      : real_(real), skew_(skew), alarm_(real, [this] { fire(); }) {}

  SteadyTime now() const noexcept override { return real_.now() + kElsewhere; }
  WallTime wall_now() const noexcept override {
    return real_.wall_now() + std::chrono::duration_cast<std::chrono::microseconds>(skew_);
  }

  void pause() noexcept {
    paused_ = true;
    alarm_.cancel();
  }
  void resume() {
    paused_ = false;
    fire();
  }

 private:
  static constexpr std::chrono::hours kElsewhere{1000};

  void on_earlier_deadline() override {
    if (!paused_) alarm_.expires_at(timers().earliest() - kElsewhere);
  }
  void on_no_deadline() noexcept override { alarm_.cancel(); }
  void fire() {
    timers().fire_due(now());
    if (!timers().empty() && !paused_) alarm_.expires_at(timers().earliest() - kElsewhere);
  }

  ManualClock& real_;
  Duration skew_;
  Timer alarm_;
  bool paused_ = false;
};

}  // namespace kyma::test
