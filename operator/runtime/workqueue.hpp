// The one queue of all controllers: each has a lane in it; delays and keys are shared structures.
//
// Guarantees (client-go's contract, RUNTIME-SPEC 2, made fair):
//  - stingy: an item added many times before it is handed out is handed out once;
//  - one at a time: an item is never handed out while it is being processed; added meanwhile, it comes once more;
//  - in order: higher priority first (workqueue_priority.hpp), with ageing; within a priority the flows take turns, and
//    a flow's items come out in the order they went in. Who names no flows gets plain first come first served;
//  - no starvation: a waiting item gains one unit of priority a second. So what goes by priority passes only what is
//    younger than the gap between the two in seconds; and of what goes by the turn of its flow, at most every second
//    item passes something older of another priority;
//  - a lane at its limit never holds up another lane.
// Delayed adds: one deadline per key, the earlier wins; a plain add absorbs it, since whoever is run decides anew.
// Backing off: an item added with add_rate_limited() or add_backing_off() waits its delay out, unless add() says that
// something has changed; add_respecting_backoff() does not say so, and is for events that may be the echo of own
// writes. Use few priorities: each is a series of the depth metric. Not guaranteed: durability. Thread: confined to the
// loop's. Lifetime: outlives everybody who waits in get().
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "operator/base/clock.hpp"
#include "operator/base/metrics.hpp"
#include "operator/runtime/rate_limiter.hpp"
#include "operator/runtime/reconciler.hpp"
#include "operator/runtime/workqueue_priority.hpp"

namespace kyma::runtime {

// One controller's part of the queue.
struct LaneId {
  std::uint32_t value = 0;
  friend bool operator==(LaneId, LaneId) = default;
};

// An item that was handed out, read like a pointer to it. Good until it is given back.
class Work {
 public:
  Work() = default;  // nothing
  explicit operator bool() const noexcept { return item_ != nullptr; }
  const Request& operator*() const noexcept { return *item_; }
  const Request* operator->() const noexcept { return item_; }
  // That it was handed out with.
  Priority priority() const noexcept { return priority_; }

 private:
  friend class Workqueue;
  Work(const Request& item, std::uint32_t slot, Priority priority) : item_(&item), slot_(slot), priority_(priority) {}

  const Request* item_ = nullptr;
  std::uint32_t slot_ = 0;
  Priority priority_ = kPriorityNormal;
};

class Workqueue {
 public:
  // `metrics` may be null.
  Workqueue(Clock& clock, metrics::Registry* metrics);
  ~Workqueue();
  Workqueue(const Workqueue&) = delete;
  Workqueue& operator=(const Workqueue&) = delete;

  // `name` is the controller's: it labels the metrics.
  LaneId add_lane(std::string name, std::unique_ptr<RateLimiter> limiter);

  // Re-adding what waits already raises it to the higher priority and changes nothing else. An item that is added
  // without a flow keeps the one that it has, as long as the queue knows of it.
  void add(LaneId lane, const Request& item, Priority priority = kPriorityNormal, Flow flow = {});
  // As add(), but an item that is backing off from a failure stays with its delay.
  void add_respecting_backoff(LaneId lane, const Request& item, Priority priority = kPriorityNormal, Flow flow = {});
  // A delay of zero or less is add(). Counts as a retry in the metrics.
  void add_after(LaneId lane, const Request& item, Duration delay, Priority priority = kPriorityNormal);
  // With the delay that the lane's limiter gives, and with the priority the item was handed out with.
  void add_rate_limited(LaneId lane, const Request& item);
  // Backs off by a delay of the caller's: nothing is counted by the limiter.
  void add_backing_off(LaneId lane, const Request& item, Duration delay);
  // The item succeeded: its rate limiter starts anew. Does not touch a pending delay.
  void forget(LaneId lane, const Request& item);
  int retries(LaneId lane, const Request& item) const;
  // Drops a pending delayed add: the caller's next add decides.
  void cancel_delay(LaneId lane, const Request& item);

  // Waits for the next item; nothing when shut down and drained. Each item got must be given back. Waiters are served
  // in the order they came.
  asio::awaitable<Work> get(LaneId lane);
  // As get(), but nothing when nothing is ready. `finished` is given back first: then one reading of the clock does for
  // both.
  Work try_get(LaneId lane, Work finished = {});
  void done(LaneId lane, const Request& item);

  // New adds are ignored, delayed items dropped; what is ready is still handed out.
  void shut_down();
  // shut_down(), and completes when nothing is ready or processed.
  asio::awaitable<void> shut_down_with_drain();
  bool shutting_down() const noexcept;

  std::size_t depth(LaneId lane) const noexcept;    // ready, or re-added while processed
  std::size_t delayed(LaneId lane) const noexcept;  // waiting for a deadline
  std::size_t processing(LaneId lane) const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kyma::runtime
