// How long requests took, counted in steps that grow with the time (a quarter of a power of two): adding is an
// increment, a quantile is right to an eighth. Sans-I/O; one thread's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "operator/base/time.hpp"

namespace kyma::kube {

class LatencyHistogram {
 public:
  void add(Duration took) noexcept;
  // The time that this share (0..1) of the requests did not exceed; 0 when empty.
  Duration quantile(double share) const noexcept;
  std::uint32_t count() const noexcept { return count_; }
  void clear() noexcept { *this = {}; }
  LatencyHistogram& operator+=(const LatencyHistogram& other) noexcept;

 private:
  static constexpr std::size_t kSteps = 92;  // up to more than two minutes

  std::array<std::uint32_t, kSteps> counts_{};
  std::uint32_t count_ = 0;
};

// The same for the last ten to twenty seconds: one histogram is filled while the one before is kept.
class RecentLatencies {
 public:
  explicit RecentLatencies(SteadyTime now) : began_(now) {}

  void add(SteadyTime now, Duration took) noexcept;
  Duration quantile(double share) const noexcept;
  std::uint32_t count() const noexcept { return current_.count() + before_.count(); }

 private:
  LatencyHistogram current_, before_;
  SteadyTime began_;
};

}  // namespace kyma::kube
