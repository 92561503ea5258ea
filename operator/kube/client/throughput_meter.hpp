// How many answers came per second lately. Counting is an addition; only the last three seconds are kept. Sans-I/O.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "operator/base/time.hpp"

namespace kyma::kube {

class ThroughputMeter {
 public:
  explicit ThroughputMeter(SteadyTime now) : slot_began_(now) {}

  void add(SteadyTime now) noexcept;
  // The best rate that was kept up for `span` (at most a second) within the last three seconds.
  double peak(SteadyTime now, Duration span) noexcept;

 private:
  static constexpr std::size_t kSlots = 30;
  static constexpr Duration kSlot = std::chrono::milliseconds{100};

  void advance(SteadyTime now) noexcept;

  std::array<std::uint32_t, kSlots> slots_{};
  std::size_t current_ = 0;
  SteadyTime slot_began_;
};

}  // namespace kyma::kube
