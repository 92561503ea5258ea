// Client-side flow control: how fast this process may call the API server.
//
// Every request, and every further try of it, takes a turn first: try_acquire(), or acquire() when none is free. Each
// turn ends with exactly one call of observe() or abandon(). Thread: the client's. Lifetime: longer than its waiters.
#pragma once

#include <boost/intrusive/list.hpp>

#include "operator/base/clock.hpp"
#include "operator/base/condition.hpp"

namespace kyma::kube {

// What came of a turn.
struct TurnEnd {
  unsigned http_status = 0;  // 0: there was no answer
  Duration took{};           // from the turn to the answer, of a stream to its head
  Duration retry_after{};    // what the server asked for; 0: nothing
  bool stream = false;       // a list or a watch
  bool dialled = false;      // a connection was opened meanwhile

  // Its time says little about the server's load.
  bool untypical() const noexcept { return stream || dialled; }
};

class FlowControl {
 public:
  virtual ~FlowControl() = default;
  // Takes a turn that is free now, which costs no wait.
  virtual bool try_acquire() { return false; }
  // Waits for the turn, first come first served. Returns how long that took. Throws operation_aborted when cancelled
  // (the turn is given back).
  virtual asio::awaitable<Duration> acquire() = 0;
  // The turn has ended, for controls that adapt.
  virtual void observe(const TurnEnd& end) { static_cast<void>(end); }
  // The turn has ended without anything to be learned: its caller was cancelled.
  virtual void abandon() noexcept {}
  // Lets everybody go who waits or will ask: the client is closed.
  virtual void close() noexcept {}
};

// Waits until it is woken. Lives in the frame of the coroutine that waits.
struct FlowControlWaiter
    : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  Condition woken;
  bool ready = false;

  void wake() noexcept {
    ready = true;
    woken.notify_all();
  }
  asio::awaitable<void> wait() {
    while (!ready) co_await woken.wait();
  }
};
using FlowControlWaiters = boost::intrusive::list<FlowControlWaiter, boost::intrusive::constant_time_size<false>>;

// A token bucket of `qps` with `burst`. qps <= 0: unlimited.
class TokenBucketFlowControl final : public FlowControl {
 public:
  TokenBucketFlowControl(Clock& clock, double qps, double burst);
  bool try_acquire() override;
  asio::awaitable<Duration> acquire() override;
  void close() noexcept override;

 private:
  void refill();

  Clock& clock_;
  double qps_;
  double burst_;
  double tokens_;  // below zero: turns already promised to those who wait
  SteadyTime refilled_at_;
  FlowControlWaiters waiting_;
};

}  // namespace kyma::kube
