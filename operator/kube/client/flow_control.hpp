// Client-side flow control: how fast this process may call the API server.
//
// A token bucket of `qps` with `burst`, first come first served. qps <= 0: unlimited. Thread: the client's.
#pragma once

#include "operator/base/clock.hpp"

namespace kyma::kube {

class FlowControl {
 public:
  virtual ~FlowControl() = default;
  // Takes a turn that is free now, which costs no wait.
  virtual bool try_acquire() { return false; }
  // Waits for the turn. Returns how long that took. Throws operation_aborted when cancelled (the turn is given back).
  virtual asio::awaitable<Duration> acquire() = 0;
  // Tells what came of a turn, for controls that adapt: the answer's status, 0 when there was none, and the time it
  // took.
  virtual void observe(unsigned http_status, Duration took) {
    static_cast<void>(http_status);
    static_cast<void>(took);
  }
};

class TokenBucketFlowControl final : public FlowControl {
 public:
  TokenBucketFlowControl(Clock& clock, double qps, double burst);
  bool try_acquire() override;
  asio::awaitable<Duration> acquire() override;

 private:
  void refill();

  Clock& clock_;
  double qps_;
  double burst_;
  double tokens_;  // below zero: turns already promised to those who wait
  SteadyTime refilled_at_;
};

}  // namespace kyma::kube
