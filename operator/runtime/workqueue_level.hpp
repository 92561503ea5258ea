// What is queued at one priority of one lane: fair between flows, first come first served within each.
//
// The flows that have something take turns, one item a turn; all operations take constant time. The entries live in the
// queue's pool and are linked twice: in their flow's queue, and by age. Nothing outside the workqueue uses it.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "operator/base/metrics.hpp"
#include "operator/runtime/workqueue_entry.hpp"

namespace kyma::runtime {

class Level {
 public:
  using Slot = EntryPool::Slot;

  // `depth`: the gauge of what is dirty at this priority; it outlives the level.
  Level(Priority priority, metrics::Gauge& depth) : priority_(priority), depth_(&depth), flows_(1) {}

  Priority priority() const noexcept { return priority_; }
  metrics::Gauge& depth() const noexcept { return *depth_; }
  bool empty() const noexcept { return by_age_.empty(); }
  // Only when not empty: what came first of all, and what the next turn would bring.
  Slot oldest() const noexcept { return by_age_.front(); }
  Slot next() noexcept {
    while (flows_[first_].items.empty()) leave_front();
    return flows_[first_].items.front();
  }

  // Brings nearer what the next take() but one will touch, as a rule: millions of entries are in no cache.
  void prefetch(const EntryPool& entries) const noexcept {
    if (empty()) return;
    const Slot second = entries[oldest()].age.next;
    if (second != SlotTable::kNone) entries.prefetch(second);
  }

  void append(EntryPool& entries, Slot slot) {
    const FlowIndex flow = entries[slot].flow.index();
    if (flow >= flows_.size()) flows_.resize(Flow::kCount);
    by_age_.append(entries, slot);
    flows_[flow].items.append(entries, slot);
    if (!flows_[flow].in_turn) line_up(flow);
  }
  // Removes it. When it was the next one, its flow has had its turn.
  void take(EntryPool& entries, Slot slot) noexcept {
    const FlowIndex flow = entries[slot].flow.index();
    const bool had_its_turn = flow == first_ && flows_[flow].items.front() == slot;
    remove(entries, slot);
    if (!had_its_turn) return;
    leave_front();
    if (!flows_[flow].items.empty()) line_up(flow);
  }
  // Removes it from anywhere: nobody has had a turn.
  void remove(EntryPool& entries, Slot slot) noexcept {
    by_age_.remove(entries, slot);
    flows_[entries[slot].flow.index()].items.remove(entries, slot);
  }

 private:
  using FlowIndex = std::uint16_t;
  static constexpr FlowIndex kNobody = std::numeric_limits<FlowIndex>::max();
  static_assert(Flow::kCount <= kNobody);

  struct FlowQueue {
    EntryList<&Entry::links> items;
    FlowIndex follower = kNobody;  // in the order of turns
    bool in_turn = false;          // stands in that order
  };

  void line_up(FlowIndex flow) noexcept {
    flows_[flow].in_turn = true;
    flows_[flow].follower = kNobody;
    (first_ == kNobody ? first_ : flows_[last_].follower) = flow;
    last_ = flow;
  }
  void leave_front() noexcept {
    flows_[first_].in_turn = false;
    first_ = flows_[first_].follower;
  }

  Priority priority_;
  metrics::Gauge* depth_;
  EntryList<&Entry::age> by_age_;
  std::vector<FlowQueue> flows_;  // by index; one until a flow is named
  // Whose turn is next and last. One that lost its items otherwise than by its turn stands there until it is up.
  FlowIndex first_ = kNobody;
  FlowIndex last_ = kNobody;
};

}  // namespace kyma::runtime
