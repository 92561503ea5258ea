// The clock of real programs: steady_clock and system_clock, one Asio timer for all of its Timers and sleepers.
#pragma once

#include <memory>

#include "operator/base/clock.hpp"

namespace kyma {

class RealClock final : public Clock {
 public:
  explicit RealClock(asio::any_io_executor executor);
  ~RealClock() override;

  SteadyTime now() const noexcept override { return std::chrono::steady_clock::now(); }
  WallTime wall_now() const noexcept override {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }

 private:
  struct Alarm;  // keeps Asio's timer out of this header

  void on_earlier_deadline() override;
  void on_no_deadline() noexcept override;
  void set_alarm();

  std::shared_ptr<Alarm> alarm_;  // shared with the pending wait, which may outlive the clock
};

}  // namespace kyma
