#include "operator/kube/client/throughput_meter.hpp"

#include <algorithm>

namespace kyma::kube {

void ThroughputMeter::advance(SteadyTime now) noexcept {
  if (now - slot_began_ < kSlot) return;
  const auto steps = (now - slot_began_) / kSlot;
  slot_began_ += kSlot * steps;
  for (auto left = std::min<std::int64_t>(steps, kSlots); left > 0; --left) {
    current_ = (current_ + 1) % kSlots;
    slots_[current_] = 0;
  }
}

void ThroughputMeter::add(SteadyTime now) noexcept {
  advance(now);
  ++slots_[current_];
}

double ThroughputMeter::peak(SteadyTime now, Duration span) noexcept {
  advance(now);
  const auto width = static_cast<std::size_t>(std::clamp<Duration::rep>(span / kSlot, 1, kSlots));
  std::uint32_t sum = 0, best = 0;
  for (std::size_t i = 0; i < kSlots; ++i) {
    // From the oldest slot to the current one.
    sum += slots_[(current_ + 1 + i) % kSlots];
    if (i >= width) sum -= slots_[(current_ + 1 + i - width) % kSlots];
    best = std::max(best, sum);
  }
  return best / std::chrono::duration<double>(kSlot * static_cast<Duration::rep>(width)).count();
}

}  // namespace kyma::kube
