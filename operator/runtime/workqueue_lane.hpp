// One controller's part of the workqueue: what is ready in it, by priority, what is processed, and who waits for work.
//
// Nothing outside the workqueue uses it. The entries live in the queue's pool; a lane links and counts them.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "operator/base/condition.hpp"
#include "operator/runtime/rate_limiter.hpp"
#include "operator/runtime/workqueue_entry.hpp"
#include "operator/runtime/workqueue_level.hpp"
#include "operator/runtime/workqueue_metrics.hpp"

namespace kyma::runtime {

class Lane {
 public:
  using Slot = EntryPool::Slot;

  Lane(metrics::Registry& registry, std::string name, std::unique_ptr<RateLimiter> rate_limiter);

  // The entry has become dirty: counts it, and appends it unless it is being processed.
  void enter(EntryPool& entries, Slot slot);
  // Takes the mark back from an entry that is processed and dirty.
  void leave(const Entry& entry);
  // Gives a dirty entry a higher priority.
  void raise(EntryPool& entries, Slot slot, Priority priority, SteadyTime now);
  // Removes and returns what comes next, or kNone.
  Slot take_next(EntryPool& entries);
  // It is processed, from begin() to end(); what is dirty then is appended.
  void begin(EntryPool& entries, Slot slot, SteadyTime now);
  void end(EntryPool& entries, Slot slot, SteadyTime now);

  std::size_t depth() const noexcept { return depth_; }
  std::size_t processing() const noexcept { return processing_; }
  bool idle() const noexcept { return depth_ == 0 && processing_ == 0; }
  void refresh_gauges(const EntryPool& entries, SteadyTime now);

  std::unique_ptr<RateLimiter> limiter;
  std::size_t delayed = 0;
  Condition ready;
  WorkqueueMetrics metrics;

 private:
  // One unit of priority is worth a second of waiting. So waiting items never change their order among each other: the
  // one whose time of adding, moved back by its priority, is the earliest comes first. No clock is read for it and no
  // timer runs.
  static SteadyTime aged(SteadyTime since, Priority priority) noexcept {
    return since - std::chrono::seconds{priority};
  }
  Level& level(Priority priority);
  void count(Level& level, int change) noexcept;
  Slot choose(const EntryPool& entries, Level& level, SteadyTime others);

  std::vector<Level> levels_;      // highest priority first
  EntryList<&Entry::links> held_;  // what is processed, in the order it was handed out
  std::size_t depth_ = 0;          // dirty entries, with those that are processed
  std::size_t processing_ = 0;
  bool overtook_ = false;  // the last turn passed something older at another level
};

}  // namespace kyma::runtime
