#include "operator/runtime/backoff.hpp"

#include <algorithm>

namespace kyma::runtime {

Random make_random(std::uint64_t seed) {
  if (seed == 0) seed = std::random_device{}();
  return Random(static_cast<Random::result_type>(seed % (Random::modulus - 1) + 1));
}

double uniform(Random& random) noexcept {
  return static_cast<double>(random() - Random::min()) / (static_cast<double>(Random::max() - Random::min()) + 1);
}

Duration Backoff::next(SteadyTime now, Random& random) {
  if (last_call_ && now - *last_call_ > options_.reset_after) next_ = options_.base;
  last_call_ = now;
  const Duration delay = std::min(next_, options_.max);
  const std::chrono::duration<double> grown = delay * options_.factor;
  next_ = grown < options_.max ? std::chrono::duration_cast<Duration>(grown) : options_.max;
  return delay + std::chrono::duration_cast<Duration>(delay * uniform(random));
}

}  // namespace kyma::runtime
