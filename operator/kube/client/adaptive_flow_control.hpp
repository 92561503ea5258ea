// Flow control that finds its rate by itself (AdaptiveRate): turns are paced, bounded at a time, and given to nobody
// before a Retry-After has passed.
//
// A turn holds its place until it ends; a request that waits for another try holds none. Turns are given in the order
// in which they were asked for. A free turn costs no allocation. Metrics: kyma_operator_flow_control_*.
// Lifetime: longer than its waiters. Thread: confined to one.
#pragma once

#include <cstddef>
#include <memory>

#include "operator/base/metrics.hpp"
#include "operator/kube/client/adaptive_rate.hpp"
#include "operator/kube/client/flow_control.hpp"

namespace kyma::kube {

class AdaptiveFlowControl final : public FlowControl {
 public:
  // `metrics` may be null; else it outlives this.
  AdaptiveFlowControl(Clock& clock, const AdaptiveRateOptions& options, metrics::Registry* metrics = nullptr);
  ~AdaptiveFlowControl() override;

  bool try_acquire() override;
  asio::awaitable<Duration> acquire() override;
  void observe(const TurnEnd& end) override;
  void abandon() noexcept override;
  void close() noexcept override;

  const AdaptiveRate& law() const noexcept { return law_; }
  std::size_t inflight() const noexcept { return inflight_; }

 private:
  struct Metrics;

  bool take(SteadyTime now);
  // When a turn may be free that is not now because of the time.
  SteadyTime next_turn(SteadyTime now) const;
  void serve_waiting();
  void end_turn() noexcept;

  Clock& clock_;
  AdaptiveRate law_;
  double tokens_ = 1;
  SteadyTime refilled_at_;
  std::size_t inflight_ = 0;
  FlowControlWaiters waiting_;
  Timer next_;
  bool closed_ = false;
  std::unique_ptr<Metrics> metrics_;
};

}  // namespace kyma::kube
