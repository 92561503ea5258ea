// The workqueue against a naive model of its contract: linear searches over a map, nothing clever.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

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
    Priority priority = 0;
    Flow flow;
    int failures = 0;
    bool known() const { return dirty || delayed || processing; }
    bool queued() const { return dirty && !processing; }
    SteadyTime aged() const { return since - std::chrono::seconds(priority); }
  };

  void add(const std::string& name, Priority priority, bool respecting, Flow flow = {}) {
    Item& item = find(name);
    if (item.dirty) {
      if (!respecting) item.respects_backoff = false;
      // Ageing may have brought it further than the new priority would.
      if (priority > item.priority && item.aged() > now - std::chrono::seconds(priority)) {
        item.priority = priority;
        if (!item.processing) append(item);
      }
      return;
    }
    if (item.delayed) {
      if (respecting && item.backing_off) return;
      priority = std::max(priority, item.priority);
    }
    if (!flow.none()) item.flow = flow;
    enter(item, priority, respecting);
  }
  void add_after(const std::string& name, Duration delay, Priority priority) {
    if (delay <= 0s) return add(name, priority, false);
    schedule(find(name), now + delay, priority, false);
  }
  void add_rate_limited(const std::string& name) {
    Item& item = find(name);
    const Duration delay = std::min<Duration>(1s * (1 << std::min(item.failures, 10)), 1000s);
    const Priority priority = item.known() ? item.priority : kPriorityNormal;
    ++item.failures;
    if (item.dirty && item.processing && item.respects_backoff) item.dirty = false;
    schedule(item, now + delay, priority, true);
  }
  void forget(const std::string& name) { items[name].failures = 0; }
  void cancel_delay(const std::string& name) { items[name].delayed = false; }
  std::string get() {
    // The level whose oldest is the earliest, and the earliest of the others.
    std::optional<Priority> best;
    std::optional<SteadyTime> others;
    for (const auto& [priority, flows] :
         std::map<Priority, std::vector<Flow>, std::greater<>>(turns.begin(), turns.end())) {
      const Item* head = oldest(priority);
      if (!head) continue;
      if (!best || head->aged() < oldest(*best)->aged()) {
        if (best) others = oldest(*best)->aged();
        best = priority;
      } else if (!others || head->aged() < *others) {
        others = head->aged();
      }
    }
    if (!best) return {};
    std::vector<Flow>& flows = turns[*best];
    while (!first_of(*best, flows.front())) flows.erase(flows.begin());
    Item* next = first_of(*best, flows.front());
    const bool overtakes = others && next->aged() > *others;
    overtook = overtakes && !overtook;
    Item* chosen = overtakes && !overtook ? oldest(*best) : next;
    chosen->dirty = false;
    chosen->processing = true;
    if (chosen == next) {
      flows.erase(flows.begin());
      if (first_of(*best, next->flow)) flows.push_back(next->flow);
    }
    return name_of(*chosen);
  }
  void done(const std::string& name) {
    Item& item = items[name];
    if (!item.processing) return;
    item.processing = false;
    if (item.dirty) append(item);
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
  std::map<Priority, std::vector<Flow>> turns;  // whose turn it is, by priority
  bool overtook = false;
  SteadyTime now{};
  std::uint64_t order = 0;

 private:
  // Of what the queue does not know of, it remembers nothing.
  Item& find(const std::string& name) {
    Item& item = items[name];
    if (!item.known() && item.failures == 0) item.flow = {};
    return item;
  }
  std::string name_of(const Item& wanted) const {
    for (const auto& [name, item] : items) {
      if (&item == &wanted) return name;
    }
    return {};
  }
  template <class Filter>
  Item* earliest(Filter&& filter) {
    Item* found = nullptr;
    for (auto& [name, item] : items) {
      if (item.queued() && filter(item) && (!found || item.fifo_order < found->fifo_order)) found = &item;
    }
    return found;
  }
  Item* oldest(Priority priority) {
    return earliest([&](const Item& item) { return item.priority == priority; });
  }
  Item* first_of(Priority priority, Flow flow) {
    return earliest([&](const Item& item) { return item.priority == priority && item.flow == flow; });
  }
  void append(Item& item) {
    item.fifo_order = ++order;
    std::vector<Flow>& flows = turns[item.priority];
    if (std::find(flows.begin(), flows.end(), item.flow) == flows.end()) flows.push_back(item.flow);
  }
  void enter(Item& item, Priority priority, bool respecting) {
    item.delayed = false;
    item.dirty = true;
    item.since = now;
    item.priority = priority;
    item.respects_backoff = respecting;
    if (!item.processing) append(item);
  }
  void schedule(Item& item, SteadyTime deadline, Priority priority, bool backing_off) {
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
  std::vector<std::pair<std::string, Work>> held;
  const std::vector<Priority> priorities{-100, 0, 0, 5};
  const std::vector<Flow> flows{Flow(), Flow(1), Flow(2), Flow(3)};
  // Many keys at first, then few: the one is about the structures, the other about what happens to one key.
  for (int step = 0; step < 30'000; ++step) {
    const std::string name = std::to_string(pick(step % 10'000 < 5'000 ? 60 : 3));
    const Request item{"ns", name};
    const Priority priority = priorities[pick(4)];
    const Flow flow = flows[pick(4)];
    switch (pick(14)) {
      case 0:
      case 1:
        queue.add(lane, item, priority, flow);
        model.add(name, priority, false, flow);
        break;
      case 2:
        queue.add_respecting_backoff(lane, item, priority, flow);
        model.add(name, priority, true, flow);
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
        // Every other time, what is in hand is given back in the same call.
        Work finished;
        if (!held.empty() && pick(2) == 0) {
          finished = held.back().second;
          model.done(held.back().first);
          held.pop_back();
        }
        const Work got = queue.try_get(lane, finished);
        const std::string expected = model.get();
        REQUIRE((got ? got->name.str() : "") == expected);
        if (got) REQUIRE(got.priority() == model.items[expected].priority);
        if (got) held.emplace_back(expected, got);
        break;
      }
      case 10:
      case 11: {
        if (held.empty()) break;
        const std::size_t at = pick(static_cast<unsigned>(held.size()));
        queue.done(lane, {"ns", held[at].first});
        model.done(held[at].first);
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
