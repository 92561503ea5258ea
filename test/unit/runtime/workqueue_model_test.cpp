// The workqueue against a naive model of its contract: linear searches over a map, nothing clever.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <map>
#include <random>

#include "operator/base/manual_clock.hpp"
#include "operator/runtime/workqueue.hpp"

using namespace kyma;
using namespace kyma::runtime;
using namespace std::chrono_literals;

namespace {

class Model {
 public:
  struct Item {
    bool dirty = false;
    bool delayed = false;
    bool processing = false;
    bool backing_off = false;       // the delay is a failure's
    bool respects_backoff = false;  // of what made it dirty
    SteadyTime since{};             // dirty
    SteadyTime deadline{};          // delayed
    std::uint64_t delay_order = 0;
    std::uint64_t fifo_order = 0;
    int priority = 0;
    int failures = 0;
    bool known() const { return dirty || delayed || processing; }
  };

  void add(const std::string& name, int priority, bool respecting) {
    Item& item = items[name];
    if (item.dirty) {
      if (!respecting) item.respects_backoff = false;
      // Ageing may have brought it further than the new priority would.
      if (priority > item.priority &&
          item.since - std::chrono::seconds(item.priority) > now - std::chrono::seconds(priority)) {
        item.priority = priority;
        item.fifo_order = ++order;
      }
      return;
    }
    if (item.delayed) {
      if (respecting && item.backing_off) return;
      priority = std::max(priority, item.priority);
    }
    enter(item, priority, respecting);
  }
  void add_after(const std::string& name, Duration delay, int priority) {
    if (delay <= 0s) return add(name, priority, false);
    schedule(items[name], now + delay, priority, false);
  }
  void add_rate_limited(const std::string& name) {
    Item& item = items[name];
    const Duration delay = std::min<Duration>(1s * (1 << std::min(item.failures, 10)), 1000s);
    const int priority = item.known() ? item.priority : kPriorityNormal;
    ++item.failures;
    if (item.dirty && item.processing && item.respects_backoff) item.dirty = false;
    schedule(item, now + delay, priority, true);
  }
  void forget(const std::string& name) { items[name].failures = 0; }
  void cancel_delay(const std::string& name) { items[name].delayed = false; }
  std::string get() {
    const auto comes_before = [](const Item& a, const Item& b) {
      const auto aged_a = a.since - std::chrono::seconds(a.priority);
      const auto aged_b = b.since - std::chrono::seconds(b.priority);
      return aged_a != aged_b ? aged_a < aged_b : a.priority > b.priority;
    };
    // The first of each priority's FIFO, and of those the one that waiting has brought the furthest.
    std::map<int, std::string> heads;
    for (const auto& [name, item] : items) {
      if (!item.dirty || item.processing) continue;
      const auto head = heads.find(item.priority);
      if (head == heads.end() || item.fifo_order < items[head->second].fifo_order) heads[item.priority] = name;
    }
    std::string best;
    for (const auto& [priority, name] : heads) {
      if (best.empty() || comes_before(items[name], items[best])) best = name;
    }
    if (best.empty()) return best;
    items[best].dirty = false;
    items[best].processing = true;
    return best;
  }
  void done(const std::string& name) {
    Item& item = items[name];
    if (!item.processing) return;
    item.processing = false;
    item.fifo_order = ++order;
  }
  void pass(Duration time) {
    const SteadyTime end = now + time;
    for (;;) {
      Item* next = nullptr;
      for (auto& [name, item] : items) {
        if (!item.delayed || item.deadline > end) continue;
        if (!next || std::pair(item.deadline, item.delay_order) < std::pair(next->deadline, next->delay_order)) {
          next = &item;
        }
      }
      if (!next) break;
      now = next->deadline;
      enter(*next, next->priority, false);
    }
    now = end;
  }
  std::size_t count(bool Item::*flag) const {
    std::size_t found = 0;
    for (const auto& [name, item] : items) found += item.*flag;
    return found;
  }

  std::map<std::string, Item> items;
  SteadyTime now{};
  std::uint64_t order = 0;

 private:
  void enter(Item& item, int priority, bool respecting) {
    item.delayed = false;
    item.dirty = true;
    item.since = now;
    item.priority = priority;
    item.respects_backoff = respecting;
    item.fifo_order = ++order;
  }
  void schedule(Item& item, SteadyTime deadline, int priority, bool backing_off) {
    if (item.dirty) return;
    if (item.delayed) {
      item.priority = std::max(item.priority, priority);
      if (item.deadline <= deadline) return;
    } else {
      item.priority = priority;
    }
    item.delayed = true;
    item.deadline = deadline;
    item.backing_off = backing_off;
    item.delay_order = ++order;
  }
};

}  // namespace

TEST_CASE("Workqueue agrees with a naive model under random use", "[runtime][workqueue][model]") {
  const auto seed = GENERATE(1u, 2u, 3u, 4u, 5u, 6u);
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto pick = [&](unsigned n) { return random() % n; };
  asio::io_context loop;
  ManualClock clock;
  metrics::Registry registry;
  Workqueue queue(clock, &registry);
  const LaneId lane = queue.add_lane("lane", std::make_unique<ExponentialLimiter>(1s, 1000s));
  // Another lane with the same keys, which must not matter.
  const LaneId noise = queue.add_lane("noise", std::make_unique<ExponentialLimiter>(1s, 1000s));
  Model model;
  std::vector<std::string> held;
  const std::vector<int> priorities{-100, 0, 0, 5};
  // Many keys at first, then few: the one is about the structures, the other about what happens to one key.
  for (int step = 0; step < 30'000; ++step) {
    const std::string name = std::to_string(pick(step % 10'000 < 5'000 ? 60 : 3));
    const Request item{"ns", name};
    const int priority = priorities[pick(4)];
    switch (pick(14)) {
      case 0:
      case 1:
        queue.add(lane, item, priority);
        model.add(name, priority, false);
        break;
      case 2:
        queue.add_respecting_backoff(lane, item, priority);
        model.add(name, priority, true);
        break;
      case 3: {
        const Duration delay = std::chrono::milliseconds(pick(5000)) - 200ms;
        queue.add_after(lane, item, delay, priority);
        model.add_after(name, delay, priority);
        break;
      }
      case 4:
        queue.add_rate_limited(lane, item);
        model.add_rate_limited(name);
        break;
      case 5:
        queue.forget(lane, item);
        model.forget(name);
        break;
      case 6:
        if (pick(4) != 0) break;
        queue.cancel_delay(lane, item);
        model.cancel_delay(name);
        break;
      case 7:
      case 8:
      case 9: {
        const auto got = queue.try_get(lane);
        const std::string expected = model.get();
        REQUIRE((got ? got->name.str() : "") == expected);
        if (got) held.push_back(expected);
        break;
      }
      case 10:
      case 11: {
        if (held.empty()) break;
        const std::size_t at = pick(static_cast<unsigned>(held.size()));
        queue.done(lane, {"ns", held[at]});
        model.done(held[at]);
        held.erase(held.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      }
      case 12: {
        const Duration time = std::chrono::milliseconds(pick(pick(20) == 0 ? 200'000 : 400));
        clock.run_for(loop, time);
        model.pass(time);
        break;
      }
      case 13:
        queue.add_after(noise, item, std::chrono::milliseconds(pick(1000)));
        if (const auto other = queue.try_get(noise)) queue.done(noise, *other);
        break;
    }
    REQUIRE(queue.depth(lane) == model.count(&Model::Item::dirty));
    REQUIRE(queue.delayed(lane) == model.count(&Model::Item::delayed));
    REQUIRE(queue.processing(lane) == model.count(&Model::Item::processing));
    REQUIRE(queue.retries(lane, item) == model.items[name].failures);
  }
  double depth = 0;
  for (const char* priority : {"-100", "0", "5"}) {
    depth += registry.gauge("workqueue_depth", "", {"name", "controller", "priority"})
                 .with({"lane", "lane", priority})
                 .value();
  }
  CHECK(depth == static_cast<double>(queue.depth(lane)));
}
