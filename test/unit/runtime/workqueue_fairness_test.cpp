// Who comes when: priorities, ageing, and flows that take turns.
#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

#include "operator/base/manual_clock.hpp"
#include "operator/runtime/workqueue.hpp"

using namespace kyma;
using namespace kyma::runtime;
using namespace std::chrono_literals;

namespace {

const Flow kBig(1);
const Flow kSmall(2);

struct Fixture {
  asio::io_context loop;
  ManualClock clock;
  Workqueue queue{clock, nullptr};
  LaneId lane = queue.add_lane("kyma", std::make_unique<ExponentialLimiter>(1s, 1000s));

  static Request item(std::string_view name) { return {"default", name}; }
  void add(std::string_view name, Flow flow, Priority priority = kPriorityNormal) {
    queue.add(lane, item(name), priority, flow);
  }
  // `count` items of a flow: "name 0", "name 1", ...
  void add_many(int count, const std::string& name, Flow flow, Priority priority = kPriorityNormal) {
    for (int i = 0; i < count; ++i) add(name + " " + std::to_string(i), flow, priority);
  }
  std::string next() {
    const Work work = queue.try_get(lane);
    if (!work) return {};
    std::string name = work->name.str();
    queue.done(lane, *work);
    return name;
  }
  void pass(Duration time) { clock.run_for(loop, time); }
};

}  // namespace

TEST_CASE("Workqueue lets flows take turns, in order within each", "[runtime][workqueue][fairness]") {
  Fixture f;
  f.add_many(500, "big", kBig);
  f.add_many(2, "small", kSmall);
  const std::vector<std::string> expected{"big 0", "small 0", "big 1", "small 1", "big 2", "big 3"};
  for (const auto& name : expected) REQUIRE(f.next() == name);
}

TEST_CASE("Workqueue gives each of many flows the same share", "[runtime][workqueue][fairness]") {
  Fixture f;
  constexpr int kFlows = 50;
  for (int i = 0; i < kFlows; ++i) f.add_many(i + 1, std::to_string(i), Flow(static_cast<std::size_t>(i)));
  // Whoever has r items or more is served in round r.
  for (int round = 0; round < kFlows; ++round) {
    for (int i = round; i < kFlows; ++i) REQUIRE(f.next() == std::to_string(i) + " " + std::to_string(round));
  }
  REQUIRE(f.next().empty());
}

TEST_CASE("Workqueue treats items without a flow as one flow", "[runtime][workqueue][fairness]") {
  Fixture f;
  f.add_many(3, "plain", {});
  f.add_many(2, "small", kSmall);
  for (const char* name : {"plain 0", "small 0", "plain 1", "small 1", "plain 2"}) REQUIRE(f.next() == name);
}

TEST_CASE("Workqueue remembers an item's flow as long as it knows the item", "[runtime][workqueue][fairness]") {
  Fixture f;
  f.add("a", kSmall);
  const Work work = f.queue.try_get(f.lane);
  SECTION("over a delay") {
    f.queue.add_after(f.lane, f.item("a"), 1s);
    f.queue.done(f.lane, *work);
    f.pass(999ms);
    f.add_many(2, "big", kBig);
    f.pass(1ms);
  }
  SECTION("over an add that names none") {
    f.add_many(2, "big", kBig);
    f.queue.add(f.lane, f.item("a"));
    f.queue.done(f.lane, *work);
  }
  for (const char* name : {"big 0", "a", "big 1"}) REQUIRE(f.next() == name);
}

TEST_CASE("Workqueue lets a raised item take a turn of its flow at the higher priority",
          "[runtime][workqueue][fairness]") {
  Fixture f;
  f.add_many(2, "small", kSmall, kPriorityLow);
  f.add_many(2, "big", kBig);
  f.add("small 1", {});  // the flow's first stays, and its turn
  for (const char* name : {"big 0", "small 1", "big 1", "small 0"}) REQUIRE(f.next() == name);
  f.add("small 2", kSmall, kPriorityLow);
  f.add("big 2", kBig, kPriorityLow);
  f.add("small 2", {});  // leaves nothing of its flow behind
  for (const char* name : {"small 2", "big 2"}) REQUIRE(f.next() == name);
  REQUIRE(f.next().empty());
}

TEST_CASE("Workqueue gives a user's change ten seconds' start over routine", "[runtime][workqueue][fairness]") {
  Fixture f;
  f.add("routine", {});
  f.pass(9s);
  f.add("change", {}, kPriorityHigh);
  REQUIRE(f.next() == "change");
  f.pass(2s);
  f.add("later change", {}, kPriorityHigh);
  REQUIRE(f.next() == "routine");
  REQUIRE(f.next() == "later change");
}

TEST_CASE("Workqueue does not let a flood of changes starve deadlines", "[runtime][workqueue][fairness]") {
  Fixture f;
  f.queue.add_after(f.lane, f.item("deadline"), 5s);
  // A hundred a second come, each of another flow, and as many are served.
  Duration late{};
  for (int i = 0; late == Duration::zero(); ++i) {
    f.add(std::to_string(i), Flow(static_cast<std::size_t>(i)), kPriorityHigh);
    if (f.next() == "deadline") late = f.clock.elapsed() - 5s;
    REQUIRE(f.clock.elapsed() < 1min);
    f.pass(10ms);
  }
  REQUIRE(late >= 9s);
  REQUIRE(late <= 10s + 50ms);
}

TEST_CASE("Workqueue bounds the wait of low priorities, whatever flows pass", "[runtime][workqueue][fairness]") {
  Fixture f;
  // One flow has a backlog, which its turns work off slowly, and there are always two hundred other flows with
  // something of their own, each new.
  constexpr int kBacklog = 50;
  constexpr int kOthers = 200;
  constexpr int kPerSecond = 10;
  f.add_many(kBacklog, "big", kBig);
  f.add("low", {}, kPriorityLow);
  int added = 0;
  const auto add_other = [&] {
    f.add(std::to_string(added), Flow(static_cast<std::size_t>(100 + added)));
    ++added;
  };
  for (int i = 0; i < kOthers; ++i) add_other();
  int served = 0;
  for (; f.next() != "low"; ++served) {
    REQUIRE(served < 100'000);
    add_other();
    if (served % kPerSecond == kPerSecond - 1) f.pass(1s);
  }
  // What is before it by age: the backlog, and what comes within a hundred seconds.
  const int before = kBacklog + kOthers + 100 * kPerSecond;
  REQUIRE(served >= 100 * kPerSecond);
  REQUIRE(served <= 2 * before);
}

TEST_CASE("Workqueue keeps serving all flows while old items of another priority come out",
          "[runtime][workqueue][fairness]") {
  Fixture f;
  f.add_many(300, "old", kBig);
  f.add("low", {}, kPriorityLow);
  f.pass(150s);
  f.add_many(3, "small", kSmall);
  // The old ones beat the low one by age, the new ones do not: they have every second turn all the same.
  std::vector<std::string> names;
  for (int i = 0; i < 12; ++i) names.push_back(f.next());
  const auto position = [&](const char* name) { return std::find(names.begin(), names.end(), name) - names.begin(); };
  REQUIRE(position("small 0") < 4);
  REQUIRE(position("small 2") < 12);
}
