#include "operator/runtime/workqueue.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "operator/base/condition.hpp"
#include "operator/runtime/delay_heap.hpp"
#include "operator/runtime/slot_table.hpp"
#include "operator/runtime/workqueue_entry.hpp"
#include "operator/runtime/workqueue_lane.hpp"

namespace kyma::runtime {
namespace {

// Deadlines that fall together are handed over in parts with the loop's other work in between: some 4 ms each.
constexpr std::size_t kFireBatch = 8192;
// Dead deadlines are tolerated up to as many as live ones and these; then the heap is swept.
constexpr std::size_t kDeadAllowance = 4096;

}  // namespace

class Workqueue::Impl {
 public:
  using Slot = SlotTable::Slot;

  // How an add treats an item that is backing off.
  enum class Backoff { broken, respected };

  Impl(Clock& clock, metrics::Registry* registry)
      : clock_(clock),
        own_registry_(registry ? nullptr : std::make_unique<metrics::Registry>()),
        registry_(registry ? *registry : *own_registry_),
        timer_(clock, [this] { fire_due(); }),
        scrape_hook_(registry_.on_scrape([this] { refresh_gauges(); })) {}

  LaneId add_lane(std::string name, std::unique_ptr<RateLimiter> limiter);
  void add(LaneId lane, const Request& item, Priority priority, Flow flow, Backoff backoff);
  void add_after(LaneId lane, const Request& item, Duration delay, Priority priority);
  void add_rate_limited(LaneId lane, const Request& item);
  void add_backing_off(LaneId lane, const Request& item, Duration delay);
  void forget(LaneId lane, const Request& item);
  void cancel_delay(LaneId lane, const Request& item);
  Work try_get(LaneId lane, Work finished);
  void done(LaneId lane, const Request& item);
  void shut_down();

  Lane& lane_at(LaneId id) noexcept { return *lanes_[id.value]; }
  const Lane& lane_at(LaneId id) const noexcept { return *lanes_[id.value]; }
  Slot find(LaneId lane, const Request& item) const noexcept { return find(hash_of(lane, item), lane, item); }
  int retries(LaneId lane, const Request& item) const {
    const Slot slot = find(lane, item);
    return slot == SlotTable::kNone || !entries_[slot].failing ? 0 : lane_at(lane).limiter->retries(slot);
  }
  // Nothing is ready or processed.
  bool drained() const noexcept {
    return std::all_of(lanes_.begin(), lanes_.end(), [](const auto& lane) { return lane->idle(); });
  }

  bool shutting_down = false;
  Condition drained_changed;

 private:
  static std::size_t hash_of(LaneId lane, const Request& item) noexcept { return RequestHash()(item) + lane.value; }
  Slot find(std::size_t hash, LaneId lane, const Request& item) const noexcept {
    return table_.find(hash, [&](Slot slot) {
      const Entry& entry = entries_[slot];
      return entry.item == item && entry.lane == lane.value;
    });
  }
  Slot find_or_make(LaneId lane, const Request& item);
  void free_if_idle(Slot slot);
  void end(Slot slot, SteadyTime now);
  void make_dirty(Slot slot, Priority priority, Flow flow, Backoff backoff, SteadyTime now);
  void back_off(Slot slot, Duration wait);
  void delay(Slot slot, SteadyTime deadline, Priority priority, bool backing_off);
  void undelay(Entry& entry) noexcept;
  bool is_live(const DelayHeap::Node& node) const noexcept {
    const Entry& entry = entries_[node.slot];
    return entry.pending == Pending::delayed && entry.since == node.deadline;
  }
  SteadyTime deadline_after(Duration delay) const noexcept;
  void arm_timer();
  void fire_due();
  void refresh_gauges();

  Clock& clock_;
  std::unique_ptr<metrics::Registry> own_registry_;  // when nobody asked for metrics: counting needs no branches
  metrics::Registry& registry_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  EntryPool entries_;
  SlotTable table_;
  DelayHeap delays_;
  std::size_t delayed_ = 0;  // of all lanes: the live deadlines
  Timer timer_;
  std::shared_ptr<void> scrape_hook_;
};

LaneId Workqueue::Impl::add_lane(std::string name, std::unique_ptr<RateLimiter> limiter) {
  assert(lanes_.size() <= std::numeric_limits<decltype(Entry::lane)>::max());
  lanes_.push_back(std::make_unique<Lane>(registry_, std::move(name), std::move(limiter)));
  return {static_cast<std::uint32_t>(lanes_.size() - 1)};
}

Workqueue::Impl::Slot Workqueue::Impl::find_or_make(LaneId lane, const Request& item) {
  const std::size_t hash = hash_of(lane, item);
  if (const Slot known = find(hash, lane, item); known != SlotTable::kNone) return known;
  const Slot slot = entries_.allocate();
  Entry& entry = entries_[slot];
  entry.item = item;
  entry.lane = static_cast<std::uint16_t>(lane.value);
  table_.insert(hash, slot);
  return slot;
}

// An entry stands while it is dirty, delayed or processed, or while the limiter counts failures under its number.
void Workqueue::Impl::free_if_idle(Slot slot) {
  const Entry& entry = entries_[slot];
  if (entry.pending != Pending::none || entry.processing || entry.failing) return;
  table_.erase(hash_of({entry.lane}, entry.item), slot);
  entries_.release(slot);
  // A wave has passed: what it took is given back.
  if (entries_.size() == 0 && entries_.give_back()) {
    table_.reset();
    delays_.reset();
    timer_.cancel();
  }
}

void Workqueue::Impl::add(LaneId id, const Request& item, Priority priority, Flow flow, Backoff backoff) {
  if (shutting_down) return;
  const Slot slot = find_or_make(id, item);
  Entry& entry = entries_[slot];
  switch (entry.pending) {
    case Pending::dirty:
      if (backoff == Backoff::broken) entry.respects_backoff = false;
      if (priority > entry.priority) lane_at(id).raise(entries_, slot, priority, clock_.now());
      return;
    case Pending::delayed:
      if (backoff == Backoff::respected && entry.backing_off) return;
      priority = std::max(priority, entry.priority);
      undelay(entry);
      break;
    case Pending::none: break;
  }
  make_dirty(slot, priority, flow, backoff, clock_.now());
}

// The one way into the queue.
void Workqueue::Impl::make_dirty(Slot slot, Priority priority, Flow flow, Backoff backoff, SteadyTime now) {
  Entry& entry = entries_[slot];
  if (!flow.none()) entry.flow = flow;
  entry.pending = Pending::dirty;
  entry.since = now;
  entry.priority = priority;
  entry.respects_backoff = backoff == Backoff::respected;
  lanes_[entry.lane]->enter(entries_, slot);
}

void Workqueue::Impl::add_after(LaneId id, const Request& item, Duration delay_by, Priority priority) {
  if (shutting_down) return;
  lane_at(id).metrics.retries.increment();
  if (delay_by <= Duration::zero()) return add(id, item, priority, {}, Backoff::broken);
  delay(find_or_make(id, item), deadline_after(delay_by), priority, false);
}

void Workqueue::Impl::add_rate_limited(LaneId id, const Request& item) {
  if (shutting_down) return;
  const Slot slot = find_or_make(id, item);
  entries_[slot].failing = true;
  back_off(slot, lane_at(id).limiter->when(slot));
}

void Workqueue::Impl::add_backing_off(LaneId id, const Request& item, Duration delay_by) {
  if (!shutting_down) back_off(find_or_make(id, item), delay_by);
}

void Workqueue::Impl::back_off(Slot slot, Duration wait) {
  Entry& entry = entries_[slot];
  Lane& lane = *lanes_[entry.lane];
  lane.metrics.retries.increment();
  // What it was handed out with; an item that nobody holds is a normal one.
  const Priority priority = entry.processing || entry.pending != Pending::none ? entry.priority : kPriorityNormal;
  // Only the echo of an own write asks for another run: the delay comes first.
  if (entry.pending == Pending::dirty && entry.processing && entry.respects_backoff) {
    lane.leave(entry);
    entry.pending = Pending::none;
  }
  if (wait <= Duration::zero()) return add({entry.lane}, entry.item, priority, {}, Backoff::broken);
  delay(slot, deadline_after(wait), priority, true);
}

void Workqueue::Impl::delay(Slot slot, SteadyTime deadline, Priority priority, bool backing_off) {
  Entry& entry = entries_[slot];
  switch (entry.pending) {
    case Pending::dirty: return;  // it will be run before, and who runs it decides anew
    case Pending::delayed:
      entry.priority = std::max(entry.priority, priority);
      if (entry.since <= deadline) return;
      break;
    case Pending::none:
      entry.pending = Pending::delayed;
      entry.priority = priority;
      ++delayed_;
      ++lanes_[entry.lane]->delayed;
      break;
  }
  entry.since = deadline;
  entry.backing_off = backing_off;
  if (delays_.size() > 2 * delayed_ + kDeadAllowance) {
    delays_.compact([this](const DelayHeap::Node& node) { return is_live(node); });
  }
  delays_.push(deadline, slot);
  arm_timer();
}

void Workqueue::Impl::undelay(Entry& entry) noexcept {
  entry.pending = Pending::none;  // its deadline in the heap is dead from now on
  entry.backing_off = false;
  --delayed_;
  --lanes_[entry.lane]->delayed;
  if (timer_.armed() && timer_.deadline() == entry.since) arm_timer();
}

SteadyTime Workqueue::Impl::deadline_after(Duration delay_by) const noexcept {
  const SteadyTime now = clock_.now();
  return delay_by > SteadyTime::max() - now ? SteadyTime::max() : now + delay_by;
}

void Workqueue::Impl::arm_timer() {
  while (!delays_.empty() && !is_live(delays_.top())) delays_.pop();
  if (delays_.empty()) {
    timer_.cancel();
  } else if (const SteadyTime next = delays_.top().deadline; !timer_.armed() || next != timer_.deadline()) {
    timer_.expires_at(next);
  }
}

void Workqueue::Impl::fire_due() {
  const SteadyTime now = clock_.now();
  for (std::size_t fired = 0; !delays_.empty() && delays_.top().deadline <= now;) {
    if (fired == kFireBatch) return timer_.expires_at(now + Duration{1});
    const DelayHeap::Node node = delays_.top();
    const bool live = is_live(node);
    delays_.pop();
    delays_.for_soonest([this](Slot slot) { entries_.prefetch(slot); });
    if (!live) continue;
    Entry& entry = entries_[node.slot];
    undelay(entry);
    make_dirty(node.slot, entry.priority, {}, Backoff::broken, now);
    table_.prefetch(hash_of({entry.lane}, entry.item));
    ++fired;
  }
  arm_timer();
}

void Workqueue::Impl::forget(LaneId id, const Request& item) {
  const Slot slot = find(id, item);
  if (slot == SlotTable::kNone || !entries_[slot].failing) return;
  lane_at(id).limiter->forget(slot);
  entries_[slot].failing = false;
  free_if_idle(slot);
}

void Workqueue::Impl::cancel_delay(LaneId id, const Request& item) {
  const Slot slot = find(id, item);
  if (slot == SlotTable::kNone || entries_[slot].pending != Pending::delayed) return;
  undelay(entries_[slot]);
  free_if_idle(slot);
}

Work Workqueue::Impl::try_get(LaneId id, Work finished) {
  std::optional<SteadyTime> now;
  if (finished) end(finished.slot_, now.emplace(clock_.now()));
  Lane& lane = lane_at(id);
  const Slot slot = lane.take_next(entries_);
  if (slot == SlotTable::kNone) return {};
  lane.begin(entries_, slot, now ? *now : clock_.now());
  const Entry& entry = entries_[slot];
  table_.prefetch(hash_of(id, entry.item));  // for the end
  return Work(entry.item, slot, entry.priority);
}

void Workqueue::Impl::done(LaneId id, const Request& item) {
  const Slot slot = find(id, item);
  if (slot != SlotTable::kNone && entries_[slot].processing) end(slot, clock_.now());
}

void Workqueue::Impl::end(Slot slot, SteadyTime now) {
  lanes_[entries_[slot].lane]->end(entries_, slot, now);
  free_if_idle(slot);
  if (shutting_down) drained_changed.notify_all();
}

void Workqueue::Impl::shut_down() {
  if (shutting_down) return;
  shutting_down = true;
  timer_.cancel();
  const DelayHeap dropped = std::exchange(delays_, {});
  for (const DelayHeap::Node& node : dropped.nodes()) {
    if (!entries_.in_use(node.slot) || !is_live(node)) continue;
    undelay(entries_[node.slot]);
    free_if_idle(node.slot);
  }
  for (const auto& lane : lanes_) lane->ready.notify_all();
  drained_changed.notify_all();
}

void Workqueue::Impl::refresh_gauges() {
  for (const auto& lane : lanes_) lane->refresh_gauges(entries_, clock_.now());
}

// --- The contract's words over the implementation's -----------------------------------------------------------------

Workqueue::Workqueue(Clock& clock, metrics::Registry* metrics) : impl_(std::make_unique<Impl>(clock, metrics)) {}
Workqueue::~Workqueue() = default;

LaneId Workqueue::add_lane(std::string name, std::unique_ptr<RateLimiter> limiter) {
  return impl_->add_lane(std::move(name), std::move(limiter));
}
void Workqueue::add(LaneId lane, const Request& item, Priority priority, Flow flow) {
  impl_->add(lane, item, priority, flow, Impl::Backoff::broken);
}
void Workqueue::add_respecting_backoff(LaneId lane, const Request& item, Priority priority, Flow flow) {
  impl_->add(lane, item, priority, flow, Impl::Backoff::respected);
}
void Workqueue::add_after(LaneId lane, const Request& item, Duration delay, Priority priority) {
  impl_->add_after(lane, item, delay, priority);
}
void Workqueue::add_rate_limited(LaneId lane, const Request& item) { impl_->add_rate_limited(lane, item); }
void Workqueue::add_backing_off(LaneId lane, const Request& item, Duration delay) {
  impl_->add_backing_off(lane, item, delay);
}
void Workqueue::forget(LaneId lane, const Request& item) { impl_->forget(lane, item); }
int Workqueue::retries(LaneId lane, const Request& item) const { return impl_->retries(lane, item); }
void Workqueue::cancel_delay(LaneId lane, const Request& item) { impl_->cancel_delay(lane, item); }
Work Workqueue::try_get(LaneId lane, Work finished) { return impl_->try_get(lane, finished); }
void Workqueue::done(LaneId lane, const Request& item) { impl_->done(lane, item); }
void Workqueue::shut_down() { impl_->shut_down(); }
bool Workqueue::shutting_down() const noexcept { return impl_->shutting_down; }
std::size_t Workqueue::depth(LaneId lane) const noexcept { return impl_->lane_at(lane).depth(); }
std::size_t Workqueue::delayed(LaneId lane) const noexcept { return impl_->lane_at(lane).delayed; }
std::size_t Workqueue::processing(LaneId lane) const noexcept { return impl_->lane_at(lane).processing(); }

asio::awaitable<Work> Workqueue::get(LaneId id) {
  for (;;) {
    if (const Work work = try_get(id)) co_return work;
    if (impl_->shutting_down) co_return Work();
    co_await impl_->lane_at(id).ready.wait();
  }
}

asio::awaitable<void> Workqueue::shut_down_with_drain() {
  shut_down();
  while (!impl_->drained()) co_await impl_->drained_changed.wait();
}

}  // namespace kyma::runtime
