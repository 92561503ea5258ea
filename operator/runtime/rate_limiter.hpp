// How long a failed item waits before its next try (client-go's util/workqueue semantics).
//
// Thread: confined to the loop's.
#pragma once

#include <cstddef>
#include <memory>
#include <unordered_map>
#include <vector>

#include "operator/base/clock.hpp"

namespace kyma::runtime {

// An item as the queue numbers it: stable from its first failure until forget().
using ItemId = std::uint64_t;

class RateLimiter {
 public:
  virtual ~RateLimiter() = default;
  // The delay before the item's next try; counts a failure.
  virtual Duration when(ItemId item) = 0;
  // The item succeeded: its failures are forgotten.
  virtual void forget(ItemId item) = 0;
  virtual int retries(ItemId item) const = 0;
};

// base x 2^failures, at most `max`; safe against overflow.
class ExponentialLimiter final : public RateLimiter {
 public:
  ExponentialLimiter(Duration base, Duration max) : base_(base), max_(max) {}
  Duration when(ItemId item) override;
  void forget(ItemId item) override { failures_.erase(item); }
  int retries(ItemId item) const override;

 private:
  Duration base_;
  Duration max_;
  std::unordered_map<ItemId, int> failures_;
};

// One bucket for all items: reserves a turn and returns the wait for it.
class BucketLimiter final : public RateLimiter {
 public:
  BucketLimiter(const Clock& clock, double per_second, double burst);
  Duration when(ItemId item) override;
  void forget(ItemId) override {}
  int retries(ItemId) const override { return 0; }

 private:
  const Clock& clock_;
  double per_second_;
  double burst_;
  double tokens_;
  SteadyTime refilled_at_;
};

// Asks every child, each of which consumes, and takes the longest wait.
class MaxOfLimiter final : public RateLimiter {
 public:
  explicit MaxOfLimiter(std::vector<std::unique_ptr<RateLimiter>> children) : children_(std::move(children)) {}
  Duration when(ItemId item) override;
  void forget(ItemId item) override;
  int retries(ItemId item) const override;

 private:
  std::vector<std::unique_ptr<RateLimiter>> children_;
};

// The project's default: max-of(exponential 1 s .. 1000 s, bucket of per_second with burst).
std::unique_ptr<RateLimiter> make_default_rate_limiter(const Clock& clock, double per_second = 150, double burst = 200);

}  // namespace kyma::runtime
