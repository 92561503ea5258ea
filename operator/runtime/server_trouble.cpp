#include "operator/runtime/server_trouble.hpp"

#include <algorithm>
#include <utility>

namespace kyma::runtime {

Duration ServerTrouble::next(SteadyTime now, Random& random, std::optional<std::chrono::milliseconds> retry_after) {
  if (!last_ || now - *last_ > kQuiet) since_ = now;
  last_ = now;
  ++unreported_;
  const Duration delay = std::clamp<Duration>((now - since_) / 2, kFirst, kLongest);
  const Duration jitter = std::chrono::duration_cast<Duration>(delay * uniform(random));
  return std::max<Duration>(delay, retry_after.value_or(std::chrono::milliseconds{0})) + jitter;
}

std::size_t ServerTrouble::take_report(SteadyTime now) noexcept {
  if (reported_ && now - *reported_ < kReportPeriod) return 0;
  reported_ = now;
  return std::exchange(unreported_, 0);
}

}  // namespace kyma::runtime
