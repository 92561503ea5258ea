// Growing, jittered delays for a thing that is tried again and again (RUNTIME-SPEC 4).
//
// The n-th delay is base x factor^n, at most max, then jittered to [d, 2d) so that many clients do not come back at
// once. After `reset_after` without a call it starts anew. Sans-I/O: told the time, sleeps not. Thread: its owner's.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>

#include "operator/base/time.hpp"

namespace kyma::runtime {

struct BackoffOptions {
  Duration base = std::chrono::milliseconds{800};
  double factor = 2;
  Duration max = std::chrono::seconds{30};
  Duration reset_after = std::chrono::minutes{2};
};

// A small generator of its own for each user: seeded, so that tests are the same every time.
using Random = std::minstd_rand;
// `seed` 0: seeded by the system.
Random make_random(std::uint64_t seed);
// Uniform in [0, 1).
double uniform(Random& random) noexcept;

class Backoff {
 public:
  explicit Backoff(BackoffOptions options = {}) : options_(options), next_(options.base) {}

  // The delay before the next try.
  Duration next(SteadyTime now, Random& random);

 private:
  BackoffOptions options_;
  Duration next_;
  std::optional<SteadyTime> last_call_;
};

}  // namespace kyma::runtime
