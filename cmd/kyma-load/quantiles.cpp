#include "cmd/kyma-load/quantiles.hpp"

#include <algorithm>
#include <cstddef>

namespace kyma::load {

std::optional<Quantiles> quantiles(std::vector<Duration> values) {
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  const auto at_percent = [&values](std::size_t percent) {
    const std::size_t rank = (values.size() * percent + 99) / 100;
    return values[rank - 1];
  };
  return Quantiles{.p50 = at_percent(50), .p90 = at_percent(90), .p99 = at_percent(99), .max = values.back()};
}

}  // namespace kyma::load
