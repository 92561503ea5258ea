#include "cmd/kyma-load/recorder.hpp"

#include <algorithm>

namespace kyma::load {
namespace {

constexpr Duration kLongestPeriod = std::chrono::hours{1};

// What `earlier` says of its interval goes into `later`, whose interval begins where that one's did from now on.
void absorb(Sample& later, const Sample& earlier) {
  later.requests.count += earlier.requests.count;
  later.requests.throttled += earlier.requests.throttled;
  later.requests.failed += earlier.requests.failed;
  later.requests.p50 = std::max(later.requests.p50, earlier.requests.p50);
  later.requests.p99 = std::max(later.requests.p99, earlier.requests.p99);
  if (earlier.lateness_p99) {
    later.lateness_p99 = std::max(later.lateness_p99.value_or(*earlier.lateness_p99), *earlier.lateness_p99);
  }
  if (!later.daemon) later.daemon = earlier.daemon;
  if (!later.server) later.server = earlier.server;
}

}  // namespace

void Recorder::add(Sample sample) {
  if (recording_.samples.size() >= max_samples_) thin_out();
  recording_.samples.push_back(std::move(sample));
}

void Recorder::mark(Duration at, std::string text) {
  if (recording_.marks.size() < max_samples_) recording_.marks.push_back({at, std::move(text)});
}

// The first sample stays: it is the baseline of differences.
void Recorder::thin_out() {
  auto& samples = recording_.samples;
  std::size_t kept = std::min<std::size_t>(1, samples.size());
  for (std::size_t i = 1; i < samples.size(); i += 2) {
    const bool pair = i + 1 < samples.size();
    Sample merged = samples[pair ? i + 1 : i];
    if (pair) absorb(merged, samples[i]);
    samples[kept++] = std::move(merged);
  }
  samples.resize(kept);
  period_ = std::min(2 * period_, kLongestPeriod);
}

}  // namespace kyma::load
