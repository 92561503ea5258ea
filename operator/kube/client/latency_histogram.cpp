#include "operator/kube/client/latency_histogram.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>

namespace kyma::kube {
namespace {

// The finest step. Below four of them steps are even; from there on each power of two has four.
constexpr Duration kUnit = std::chrono::microseconds{16};

constexpr Duration kRecent = std::chrono::seconds{10};

std::size_t step_of(Duration took) noexcept {
  const auto units = static_cast<std::uint64_t>(std::max(took, Duration::zero()) / kUnit);
  if (units < 4) return units;
  const auto shift = static_cast<std::size_t>(std::bit_width(units)) - 3;
  return 4 * shift + (units >> shift);
}

// The middle of a step.
Duration middle_of(std::size_t step) noexcept {
  if (step < 4) return kUnit * static_cast<std::int64_t>(step) + kUnit / 2;
  const std::size_t shift = step / 4 - 1;
  const auto begin = static_cast<std::int64_t>((4 + step % 4) << shift);
  return kUnit * begin + kUnit * (std::int64_t{1} << shift) / 2;
}

}  // namespace

void LatencyHistogram::add(Duration took) noexcept {
  ++counts_[std::min(step_of(took), kSteps - 1)];
  ++count_;
}

Duration LatencyHistogram::quantile(double share) const noexcept {
  if (count_ == 0) return Duration::zero();
  const auto wanted = std::max(1.0, std::ceil(share * count_));
  double seen = 0;
  std::size_t step = 0;
  for (; step < kSteps - 1; ++step) {
    seen += counts_[step];
    if (seen >= wanted) break;
  }
  return middle_of(step);
}

LatencyHistogram& LatencyHistogram::operator+=(const LatencyHistogram& other) noexcept {
  for (std::size_t step = 0; step < kSteps; ++step) counts_[step] += other.counts_[step];
  count_ += other.count_;
  return *this;
}

void RecentLatencies::add(SteadyTime now, Duration took) noexcept {
  if (now - began_ >= kRecent) {
    before_ = now - began_ < 2 * kRecent ? current_ : LatencyHistogram{};
    current_.clear();
    began_ = now;
  }
  current_.add(took);
}

Duration RecentLatencies::quantile(double share) const noexcept {
  LatencyHistogram both = current_;
  both += before_;
  return both.quantile(share);
}

}  // namespace kyma::kube
