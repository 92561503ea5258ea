// Flow control for what may wait: takes its turns from another one, when nobody there wants them.
//
// Of its own it has a token bucket. Then it asks for a turn that is free, again every kPeriod; once kPatience has
// passed it stands in line like everybody, so that it does not wait for ever while the other is never idle: at most one
// turn in kPatience, where requests come one at a time. Lifetime: longer than its waiters; the other one's is shared.
// Thread: confined to one.
#pragma once

#include <chrono>
#include <memory>

#include "operator/kube/client/flow_control.hpp"

namespace kyma::runtime {

class EventFlowControl final : public kube::FlowControl {
 public:
  static constexpr std::chrono::milliseconds kPeriod{100};
  static constexpr std::chrono::seconds kPatience{1};
  // As the kubelet's.
  static constexpr double kQps = 50;
  static constexpr double kBurst = 100;

  EventFlowControl(Clock& clock, std::shared_ptr<kube::FlowControl> other);

  asio::awaitable<Duration> acquire() override;
  void observe(const kube::TurnEnd& end) override { other_->observe(end); }
  void abandon() noexcept override { other_->abandon(); }
  void close() noexcept override;

 private:
  Clock& clock_;
  kube::TokenBucketFlowControl own_;
  std::shared_ptr<kube::FlowControl> other_;
  bool closed_ = false;
};

}  // namespace kyma::runtime
