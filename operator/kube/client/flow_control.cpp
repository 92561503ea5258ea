#include "operator/kube/client/flow_control.hpp"

#include <algorithm>
#include <cmath>

namespace kyma::kube {
namespace {

double in_seconds(Duration span) { return std::chrono::duration<double>(span).count(); }

}  // namespace

TokenBucketFlowControl::TokenBucketFlowControl(Clock& clock, double qps, double burst)
    : clock_(clock), qps_(qps), burst_(std::max(burst, 1.0)), tokens_(burst_), refilled_at_(clock.now()) {}

void TokenBucketFlowControl::refill() {
  const SteadyTime now = clock_.now();
  tokens_ = std::min(burst_, tokens_ + in_seconds(now - refilled_at_) * qps_);
  refilled_at_ = now;
}

bool TokenBucketFlowControl::try_acquire() {
  if (qps_ <= 0) return true;
  refill();
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

asio::awaitable<Duration> TokenBucketFlowControl::acquire() {
  if (try_acquire()) co_return Duration::zero();
  // A turn below zero is promised for when the bucket will have refilled that far; promises are made in order, and so
  // they fall due in order.
  const SteadyTime asked_at = refilled_at_;
  tokens_ -= 1;
  const double wait = -tokens_ / qps_ * 1e9;
  FlowControlWaiter waiter;
  waiting_.push_back(waiter);
  Timer due(clock_, [&waiter] { waiter.wake(); });
  due.expires_at(asked_at + std::chrono::nanoseconds(static_cast<std::int64_t>(std::ceil(wait))));
  try {
    co_await waiter.wait();
  } catch (...) {
    tokens_ += 1;
    throw;
  }
  co_return clock_.now() - asked_at;
}

void TokenBucketFlowControl::close() noexcept {
  qps_ = 0;
  for (FlowControlWaiter& waiter : waiting_) waiter.wake();
}

}  // namespace kyma::kube
