// Durations by the million in a fixed amount of memory.
//
// Buckets grow with the value, 64 to each power of two: a quantile is at most 1.6 % above the true value; below 64 us
// it is exact to the microsecond. The maximum and the minimum are exact. Negative durations count as zero in quantiles.
// Thread: confined to its owner's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "cmd/kyma-load/quantiles.hpp"
#include "operator/base/time.hpp"

namespace kyma::load {

class LatencyHistogram {
 public:
  void add(Duration value);
  void clear() noexcept;

  std::uint64_t count() const noexcept { return count_; }
  Duration min() const noexcept { return min_; }
  // By nearest rank; nothing when empty. `percent` is 1 to 100.
  std::optional<Duration> percentile(unsigned percent) const noexcept;
  std::optional<Quantiles> quantiles() const noexcept;

 private:
  static constexpr std::size_t kPerOctave = 512;
  static constexpr std::size_t kOctaves = 33;  // above the first: up to 50 days
  static std::size_t bucket_of(std::uint64_t micros) noexcept;
  static std::uint64_t top_of(std::size_t bucket) noexcept;

  std::vector<std::uint64_t> counts_;  // none before the first value
  std::uint64_t count_ = 0;
  Duration min_{};
  Duration max_{};
};

}  // namespace kyma::load
