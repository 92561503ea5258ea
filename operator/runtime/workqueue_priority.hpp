// In what order the workqueue hands out: the priorities there are, and the flows that share a priority fairly.
//
// One unit of priority is worth a second of waiting: the gap between two priorities is how many seconds younger an item
// may be to overtake, and so the longest that one can hold up the other for good.
#pragma once

#include <cstddef>
#include <cstdint>

namespace kyma::runtime {

using Priority = std::int16_t;

// A user's wish: an object made or changed since the first list. Somebody watches for the answer, so it passes whatever
// routine has piled up. Ten seconds, no more: in a flood of new objects the deadlines of those that are under way would
// otherwise be met late by the length of the flood.
inline constexpr Priority kPriorityHigh = 10;
// What follows from wishes: deadlines, retries, what becomes of owned objects.
inline constexpr Priority kPriorityNormal = 0;
// Looking at everything once more, at the start and at a resync: nobody waits for it, and as a rule it finds nothing.
inline constexpr Priority kPriorityLow = -100;

// Whose an item is. Items of one priority are handed out in turns of their flows, in the order they came within each:
// who has two does not wait for who has five hundred. Which flows share a turn is a matter of hashing: two in a
// thousand do. Items without a flow are a flow of their own, first come first served.
class Flow {
 public:
  static constexpr std::size_t kCount = 1024;

  constexpr Flow() = default;  // none
  constexpr explicit Flow(std::size_t hash) noexcept
      : index_(static_cast<std::uint16_t>(1 + ((hash * 0x9E3779B97F4A7C15ull) >> 32) % (kCount - 1))) {}

  constexpr bool none() const noexcept { return index_ == 0; }
  // Below kCount.
  constexpr std::uint16_t index() const noexcept { return index_; }

  friend bool operator==(Flow, Flow) = default;

 private:
  std::uint16_t index_ = 0;
};

}  // namespace kyma::runtime
