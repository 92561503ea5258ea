#include "operator/runtime/workqueue_lane.hpp"

#include <cassert>
#include <utility>

#include "operator/runtime/workqueue.hpp"

namespace kyma::runtime {

Lane::Lane(metrics::Registry& registry, std::string name, std::unique_ptr<RateLimiter> rate_limiter)
    : limiter(std::move(rate_limiter)), metrics(registry, std::move(name)) {
  assert(limiter && "a lane needs a rate limiter");
  // Shown as zero from the start.
  level(kPriorityNormal);
  level(kPriorityLow);
}

Lane::Level& Lane::level(int priority) {
  auto at = levels_.begin();
  while (at != levels_.end() && at->priority > priority) ++at;
  if (at == levels_.end() || at->priority != priority) {
    at = levels_.insert(at, Level{priority, &metrics.depth(priority), {}});
  }
  return *at;
}

void Lane::count(Level& level, int change) noexcept {
  depth_ += static_cast<std::size_t>(change);
  level.gauge->add(change);
}

void Lane::enter(EntryPool& entries, Slot slot) {
  const Entry& entry = entries[slot];
  metrics.adds.increment();
  count(level(entry.priority), +1);
  if (!entry.processing) append(entries, slot);
}

void Lane::append(EntryPool& entries, Slot slot) {
  level(entries[slot].priority).fifo.append(entries, slot);
  ready.notify_one();
}

void Lane::leave(const Entry& entry) { count(level(entry.priority), -1); }

void Lane::raise(EntryPool& entries, Slot slot, int priority, SteadyTime now) {
  Entry& entry = entries[slot];
  // Waiting has brought it there already: at the tail of the higher FIFO it would come later, not sooner.
  if (aged(entry.since, entry.priority) <= aged(now, priority)) return;
  Level& higher = level(priority);
  Level& lower = level(entry.priority);
  count(lower, -1);
  count(higher, +1);
  entry.priority = priority;
  if (entry.processing) return;
  lower.fifo.remove(entries, slot);
  higher.fifo.append(entries, slot);
}

Lane::Slot Lane::take_next(EntryPool& entries) {
  Level* best = nullptr;
  SteadyTime earliest{};
  for (Level& candidate : levels_) {
    if (candidate.fifo.empty()) continue;
    const SteadyTime when = aged(entries[candidate.fifo.front()].since, candidate.priority);
    if (best && when >= earliest) continue;
    best = &candidate;
    earliest = when;
  }
  if (!best) return SlotTable::kNone;
  const Slot slot = best->fifo.front();
  best->fifo.remove(entries, slot);
  count(*best, -1);
  return slot;
}

}  // namespace kyma::runtime
