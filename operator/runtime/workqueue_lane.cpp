#include "operator/runtime/workqueue_lane.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace kyma::runtime {

Lane::Lane(metrics::Registry& registry, std::string name, std::unique_ptr<RateLimiter> rate_limiter)
    : limiter(std::move(rate_limiter)), metrics(registry, std::move(name)) {
  assert(limiter && "a lane needs a rate limiter");
  // Shown as zero from the start.
  level(kPriorityHigh);
  level(kPriorityNormal);
  level(kPriorityLow);
}

Level& Lane::level(Priority priority) {
  auto at = levels_.begin();
  while (at != levels_.end() && at->priority() > priority) ++at;
  if (at == levels_.end() || at->priority() != priority) {
    at = levels_.insert(at, Level(priority, metrics.depth(priority)));
  }
  return *at;
}

void Lane::count(Level& level, int change) noexcept {
  depth_ += static_cast<std::size_t>(change);
  level.depth().add(change);
}

void Lane::enter(EntryPool& entries, Slot slot) {
  const Entry& entry = entries[slot];
  metrics.adds.increment();
  Level& queue = level(entry.priority);
  count(queue, +1);
  if (entry.processing) return;
  queue.append(entries, slot);
  ready.notify_one();
}

void Lane::leave(const Entry& entry) { count(level(entry.priority), -1); }

void Lane::raise(EntryPool& entries, Slot slot, Priority priority, SteadyTime now) {
  Entry& entry = entries[slot];
  // Waiting has brought it there already: at the tail of the higher queue it would come later, not sooner.
  if (aged(entry.since, entry.priority) <= aged(now, priority)) return;
  level(priority);  // may make it, and move the others
  Level& higher = level(priority);
  Level& lower = level(entry.priority);
  count(lower, -1);
  count(higher, +1);
  entry.priority = priority;
  if (entry.processing) return;
  lower.remove(entries, slot);
  higher.append(entries, slot);
}

Lane::Slot Lane::take_next(EntryPool& entries) {
  Level* best = nullptr;
  SteadyTime earliest{};
  SteadyTime others = SteadyTime::max();  // the earliest of the other levels
  for (Level& candidate : levels_) {
    if (candidate.empty()) continue;
    const SteadyTime when = aged(entries[candidate.oldest()].since, candidate.priority());
    if (best && when >= earliest) {
      others = std::min(others, when);
      continue;
    }
    if (best) others = earliest;
    earliest = when;
    best = &candidate;
  }
  if (!best) return SlotTable::kNone;
  const Slot slot = choose(entries, *best, others);
  best->take(entries, slot);
  best->prefetch(entries);
  count(*best, -1);
  return slot;
}

// The level's next turn; but where that passes something older at another level, every second time the level's oldest,
// which is the oldest of all. So no flood of other flows holds anything up for more than twice what is before it.
Lane::Slot Lane::choose(const EntryPool& entries, Level& level, SteadyTime others) {
  const Slot next = level.next();
  const bool overtakes = others != SteadyTime::max() && aged(entries[next].since, level.priority()) > others;
  overtook_ = overtakes && !overtook_;
  return overtakes && !overtook_ ? level.oldest() : next;
}

void Lane::begin(EntryPool& entries, Slot slot, SteadyTime now) {
  Entry& entry = entries[slot];
  metrics.queue_duration.observe(to_seconds(now - entry.since));
  entry.pending = Pending::none;
  entry.processing = true;
  entry.started = now;
  held_.append(entries, slot);
  ++processing_;
}

void Lane::end(EntryPool& entries, Slot slot, SteadyTime now) {
  Entry& entry = entries[slot];
  metrics.work_duration.observe(to_seconds(now - entry.started));
  entry.processing = false;
  held_.remove(entries, slot);
  --processing_;
  if (entry.pending != Pending::dirty) return;
  level(entry.priority).append(entries, slot);
  ready.notify_one();
}

void Lane::refresh_gauges(const EntryPool& entries, SteadyTime now) {
  double sum = 0;
  double longest = 0;
  for (Slot slot = held_.front(); slot != SlotTable::kNone; slot = entries[slot].links.next) {
    const double running = to_seconds(now - entries[slot].started);
    sum += running;
    longest = std::max(longest, running);
  }
  metrics.unfinished_work.set(sum);
  metrics.longest_running.set(longest);
}

}  // namespace kyma::runtime
