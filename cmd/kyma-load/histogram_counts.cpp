#include "cmd/kyma-load/histogram_counts.hpp"

#include <algorithm>
#include <cmath>

namespace kyma::load {

void HistogramCounts::add_bucket(double upper_bound, double cumulative_count) {
  if (std::isnan(upper_bound) || !std::isfinite(cumulative_count) || cumulative_count < 0) return;
  if (counts_.size() >= kMaxBounds && !counts_.contains(upper_bound)) return;
  counts_[upper_bound] += cumulative_count;
}

HistogramCounts HistogramCounts::since(const HistogramCounts& earlier) const {
  const auto before = [&earlier](double bound) {
    const auto found = earlier.counts_.find(bound);
    return found == earlier.counts_.end() ? 0.0 : found->second;
  };
  const bool restarted =
      std::ranges::any_of(counts_, [&](const auto& bucket) { return bucket.second < before(bucket.first); });
  if (restarted) return *this;
  HistogramCounts difference;
  for (const auto& [bound, count] : counts_) difference.counts_[bound] = count - before(bound);
  return difference;
}

void HistogramCounts::merge(const HistogramCounts& other) {
  for (const auto& [bound, count] : other.counts_) add_bucket(bound, count);
}

double HistogramCounts::count() const noexcept { return counts_.empty() ? 0 : counts_.rbegin()->second; }

std::optional<double> HistogramCounts::quantile(double q) const noexcept {
  const double total = count();
  if (total <= 0) return std::nullopt;
  const double rank = std::clamp(q, 0.0, 1.0) * total;
  double lower_bound = 0;
  double below = 0;
  for (const auto& [bound, count] : counts_) {
    if (count < rank || count <= below) {
      if (std::isfinite(bound)) lower_bound = bound;
      below = std::max(below, count);
      continue;
    }
    if (!std::isfinite(bound) || bound <= 0) return std::isfinite(bound) ? bound : lower_bound;
    return lower_bound + (bound - lower_bound) * std::max(rank - below, 0.0) / (count - below);
  }
  return lower_bound;
}

}  // namespace kyma::load
