// Quantiles by nearest rank.
//
// Values only, no I/O; any thread.
#pragma once

#include <optional>
#include <vector>

#include "operator/base/time.hpp"

namespace kyma::load {

struct Quantiles {
  Duration p50{};
  Duration p90{};
  Duration p99{};
  Duration max{};

  friend bool operator==(const Quantiles&, const Quantiles&) = default;
};

// By nearest rank: each is one of the values. Nothing when there are none.
std::optional<Quantiles> quantiles(std::vector<Duration> values);

}  // namespace kyma::load
