// All time comes from a Clock, so that a test can run a day in a second.
//
// Steady time measures and schedules; wall time is only ever written into objects or compared with what was read from
// them. Guarantee: a timer never fires early. Not guaranteed: punctuality when the loop is busy.
// Thread: a clock, its timers and its sleepers belong to one thread, the one that runs its io_context.
#pragma once

#include <functional>
#include <utility>

#include "operator/base/asio.hpp"
#include "operator/base/time.hpp"
#include "operator/base/timer_heap.hpp"

namespace kyma {

class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  virtual SteadyTime now() const noexcept = 0;
  virtual WallTime wall_now() const noexcept = 0;

  // Completes at `deadline` or soon after; at once (but never inline) when it has passed. Throws
  // system_error(operation_aborted) when the waiting coroutine is cancelled.
  asio::awaitable<void> sleep_until(SteadyTime deadline);
  asio::awaitable<void> sleep_for(Duration delay) { return sleep_until(now() + delay); }

  // For Timer: what a user arms goes through its own expires_at().
  void arm(HeapTimer& timer, SteadyTime deadline);
  void cancel(HeapTimer& timer) noexcept {
    if (!timer.armed()) return;
    timers_.cancel(timer);
    if (timers_.empty()) on_no_deadline();
  }

 protected:
  // The earliest deadline is now `timers().earliest()`, sooner than before.
  virtual void on_earlier_deadline() = 0;
  // The last timer was cancelled.
  virtual void on_no_deadline() noexcept {}
  TimerHeap& timers() noexcept { return timers_; }
  const TimerHeap& timers() const noexcept { return timers_; }

 private:
  TimerHeap timers_;
};

// Calls back once at its deadline. Re-arming is cheap and allocates nothing: made for deadlines that are moved far more
// often than they are met, such as one per request. Must not outlive its clock.
class Timer final : private HeapTimer {
 public:
  Timer(Clock& clock, std::function<void()> on_expiry) : clock_(clock), on_expiry_(std::move(on_expiry)) {}
  ~Timer() { cancel(); }

  void expires_at(SteadyTime deadline) { clock_.arm(*this, deadline); }
  void expires_after(Duration delay) { expires_at(clock_.now() + delay); }
  void cancel() noexcept { clock_.cancel(*this); }
  using HeapTimer::armed;
  using HeapTimer::deadline;

 private:
  void on_deadline() override { on_expiry_(); }

  Clock& clock_;
  std::function<void()> on_expiry_;
};

}  // namespace kyma
