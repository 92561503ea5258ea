#include "operator/runtime/rate_limiter.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace kyma::runtime {
namespace {

using Seconds = std::chrono::duration<double>;

// A wait that no process outlives; beyond it a double does not fit a Duration.
constexpr Seconds kForever = std::chrono::hours{24 * 365 * 100};

}  // namespace

Duration ExponentialLimiter::when(ItemId item) {
  int& failures = failures_[item];
  const int doublings = failures;
  if (failures < std::numeric_limits<int>::max()) ++failures;
  // Doubling step by step cannot overflow: it stops before the maximum is passed.
  Duration delay = base_;
  for (int i = 0; i < doublings; ++i) {
    if (delay <= Duration::zero() || delay > max_ / 2) return delay <= Duration::zero() ? delay : max_;
    delay *= 2;
  }
  return std::min(delay, max_);
}

int ExponentialLimiter::retries(ItemId item) const {
  const auto found = failures_.find(item);
  return found == failures_.end() ? 0 : found->second;
}

BucketLimiter::BucketLimiter(const Clock& clock, double per_second, double burst)
    : clock_(clock),
      per_second_(per_second),
      burst_(std::max(burst, 1.0)),
      tokens_(burst_),
      refilled_at_(clock.now()) {}

Duration BucketLimiter::when(ItemId) {
  if (per_second_ <= 0) return Duration::zero();
  const SteadyTime now = clock_.now();
  tokens_ = std::min(burst_, tokens_ + Seconds(now - refilled_at_).count() * per_second_);
  refilled_at_ = now;
  // Below zero: turns that are promised already.
  tokens_ -= 1;
  if (tokens_ >= 0) return Duration::zero();
  return std::chrono::duration_cast<Duration>(std::min(Seconds(-tokens_ / per_second_), kForever));
}

Duration MaxOfLimiter::when(ItemId item) {
  Duration longest{0};
  for (const auto& child : children_) longest = std::max(longest, child->when(item));
  return longest;
}

void MaxOfLimiter::forget(ItemId item) {
  for (const auto& child : children_) child->forget(item);
}

int MaxOfLimiter::retries(ItemId item) const {
  int most = 0;
  for (const auto& child : children_) most = std::max(most, child->retries(item));
  return most;
}

std::unique_ptr<RateLimiter> make_default_rate_limiter(const Clock& clock, double per_second, double burst) {
  std::vector<std::unique_ptr<RateLimiter>> children;
  children.push_back(std::make_unique<ExponentialLimiter>(std::chrono::seconds{1}, std::chrono::seconds{1000}));
  children.push_back(std::make_unique<BucketLimiter>(clock, per_second, burst));
  return std::make_unique<MaxOfLimiter>(std::move(children));
}

}  // namespace kyma::runtime
