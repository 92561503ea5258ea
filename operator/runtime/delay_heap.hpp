// The deadlines of the workqueue's delayed items: a 4-ary heap of plain values, made for millions.
//
// A deadline is never taken out of the middle: the owner decides at the top whether it still counts ("live"), and calls
// compact() when too many are dead. So moving a value touches this array alone, never the items, which would cost a
// cache miss each. Equal deadlines come out in the order they went in. Thread: its owner's.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "operator/base/time.hpp"

namespace kyma::runtime {

class DelayHeap {
 public:
  struct Node {
    SteadyTime deadline{};
    std::uint32_t slot = 0;
    std::uint32_t sequence = 0;  // may wrap: only its distance to others counts
  };

  bool empty() const noexcept { return nodes_.empty(); }
  std::size_t size() const noexcept { return nodes_.size(); }
  const Node& top() const noexcept { return nodes_.front(); }
  const std::vector<Node>& nodes() const noexcept { return nodes_; }

  // Calls with the slots of those that may be on top soon.
  template <class Use>
  void for_soonest(Use&& use) const {
    for (std::size_t i = 1; i <= kArity && i < nodes_.size(); ++i) use(nodes_[i].slot);
  }

  void push(SteadyTime deadline, std::uint32_t slot);
  void pop() noexcept;
  // Keeps what is live only.
  template <class IsLive>
  void compact(IsLive&& is_live) {
    std::erase_if(nodes_, [&](const Node& node) { return !is_live(node); });
    for (std::size_t i = (nodes_.size() + kArity - 2) / kArity; i-- > 0;) sift_down(i);
  }
  // Forgets everything and gives the memory back.
  void reset() noexcept { std::vector<Node>().swap(nodes_); }

 private:
  // Four children share a cache line: half the levels of a binary heap at the same number of misses per level.
  static constexpr std::size_t kArity = 4;

  static bool before(const Node& a, const Node& b) noexcept {
    if (a.deadline != b.deadline) return a.deadline < b.deadline;
    return static_cast<std::int32_t>(a.sequence - b.sequence) < 0;
  }
  void sift_down(std::size_t index) noexcept;

  std::vector<Node> nodes_;
  std::uint32_t next_sequence_ = 0;
};

}  // namespace kyma::runtime
