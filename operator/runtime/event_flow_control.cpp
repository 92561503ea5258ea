#include "operator/runtime/event_flow_control.hpp"

#include <utility>

namespace kyma::runtime {

EventFlowControl::EventFlowControl(Clock& clock, std::shared_ptr<kube::FlowControl> other)
    : clock_(clock), own_(clock, kQps, kBurst), other_(std::move(other)) {}

asio::awaitable<Duration> EventFlowControl::acquire() {
  const SteadyTime asked = clock_.now();
  co_await own_.acquire();
  const SteadyTime patient_until = clock_.now() + kPatience;
  while (!other_->try_acquire()) {
    if (closed_ || clock_.now() >= patient_until) {
      co_await other_->acquire();
      break;
    }
    co_await clock_.sleep_for(kPeriod);
  }
  co_return clock_.now() - asked;
}

// The other one is not closed: it has users of its own.
void EventFlowControl::close() noexcept {
  closed_ = true;
  own_.close();
}

}  // namespace kyma::runtime
