#include "cmd/kyma-load/latency_histogram.hpp"

#include <algorithm>
#include <bit>
#include <chrono>

namespace kyma::load {

std::size_t LatencyHistogram::bucket_of(std::uint64_t micros) noexcept {
  if (micros < kPerOctave) return micros;
  // Ten bits of the value are kept, the leading one and the nine below it that tell the bucket within the octave.
  const auto octave = static_cast<std::size_t>(std::bit_width(micros)) - std::bit_width(kPerOctave);
  if (octave >= kOctaves) return kPerOctave * (kOctaves + 1) - 1;
  return kPerOctave * octave + (micros >> octave);
}

std::uint64_t LatencyHistogram::top_of(std::size_t bucket) noexcept {
  if (bucket < kPerOctave) return bucket;
  const std::size_t octave = bucket / kPerOctave - 1;
  const std::uint64_t kept = kPerOctave + bucket % kPerOctave;
  return ((kept + 1) << octave) - 1;
}

void LatencyHistogram::clear() noexcept {
  std::ranges::fill(counts_, 0);
  count_ = 0;
  min_ = max_ = Duration::zero();
}

void LatencyHistogram::add(Duration value) {
  if (counts_.empty()) counts_.resize(kPerOctave * (kOctaves + 1));
  min_ = count_ == 0 ? value : std::min(min_, value);
  max_ = count_ == 0 ? value : std::max(max_, value);
  ++count_;
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(value).count();
  ++counts_[bucket_of(static_cast<std::uint64_t>(std::max<std::int64_t>(micros, 0)))];
}

std::optional<Duration> LatencyHistogram::percentile(unsigned percent) const noexcept {
  if (count_ == 0) return std::nullopt;
  const Duration max = std::max(max_, Duration::zero());
  const std::uint64_t rank = (count_ * percent + 99) / 100;
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
    seen += counts_[bucket];
    if (seen < rank) continue;
    return std::min<Duration>(std::chrono::microseconds{top_of(bucket)}, max);
  }
  return max;
}

std::optional<Quantiles> LatencyHistogram::quantiles() const noexcept {
  if (count_ == 0) return std::nullopt;
  return Quantiles{.p50 = *percentile(50), .p90 = *percentile(90), .p99 = *percentile(99), .max = *percentile(100)};
}

}  // namespace kyma::load
