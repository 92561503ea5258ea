#include "operator/runtime/workqueue.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "operator/base/manual_clock.hpp"
#include "operator/base/race.hpp"
#include "operator/base/task_group.hpp"

using namespace kyma;
using namespace kyma::runtime;
using namespace std::chrono_literals;
using Catch::Approx;

namespace {

// A queue with one lane "kyma": failures wait 1 s, 2 s, 4 s ... 1000 s.
struct Fixture {
  asio::io_context loop;
  ManualClock clock;
  metrics::Registry registry;
  Workqueue queue{clock, &registry};
  LaneId lane = queue.add_lane("kyma", std::make_unique<ExponentialLimiter>(1s, 1000s));

  static Request item(std::string_view name) { return {"default", name}; }
  void add(std::string_view name, Priority priority = kPriorityNormal) { queue.add(lane, item(name), priority); }
  // The next item's name; "" when nothing is ready.
  std::string next() {
    const auto got = queue.try_get(lane);
    return got ? got->name.str() : "";
  }
  std::string next_done() {
    const std::string name = next();
    if (!name.empty()) queue.done(lane, item(name));
    return name;
  }
  void pass(Duration time) { clock.run_for(loop, time); }

  double gauge(const char* name, metrics::LabelValues labels = {"kyma", "kyma"}) {
    registry.expose();
    return registry.gauge(name, "", {"name", "controller"}).with(labels).value();
  }
  double counter(const char* name) {
    return registry.counter(name, "", {"name", "controller"}).with({"kyma", "kyma"}).value();
  }
  double depth_metric(const char* priority) {
    return registry.gauge("workqueue_depth", "", {"name", "controller", "priority"})
        .with({"kyma", "kyma", priority})
        .value();
  }
  const metrics::Histogram& histogram(const char* name) {
    return registry.histogram(name, "", {"name", "controller"}, metrics::exponential_buckets(1e-8, 10, 12))
        .with({"kyma", "kyma"});
  }
};

}  // namespace

TEST_CASE("Workqueue hands items out in the order they went in", "[runtime][workqueue]") {
  Fixture f;
  f.add("a");
  f.add("b");
  f.add("c");
  CHECK(f.next() == "a");
  CHECK(f.next() == "b");
  CHECK(f.next() == "c");
  CHECK(f.next().empty());
  CHECK(f.queue.processing(f.lane) == 3);
}

TEST_CASE("Workqueue hands an item out once however often it was added", "[runtime][workqueue]") {
  Fixture f;
  for (int i = 0; i < 5; ++i) f.add("a");
  CHECK(f.queue.depth(f.lane) == 1);
  CHECK(f.next_done() == "a");
  CHECK(f.next().empty());
  CHECK(f.counter("workqueue_adds_total") == 1);
}

TEST_CASE("Workqueue keeps items of the same name in different namespaces apart", "[runtime][workqueue]") {
  Fixture f;
  f.queue.add(f.lane, {"one", "a"});
  f.queue.add(f.lane, {"two", "a"});
  CHECK(*f.queue.try_get(f.lane) == Request{"one", "a"});
  CHECK(*f.queue.try_get(f.lane) == Request{"two", "a"});
}

TEST_CASE("Workqueue re-queues an item added while it is processed", "[runtime][workqueue]") {
  Fixture f;
  f.add("a");
  REQUIRE(f.next() == "a");
  f.add("a");
  f.add("a");
  f.add("b");
  CHECK(f.queue.depth(f.lane) == 2);  // counted when added
  CHECK(f.next() == "b");             // never two at a time
  CHECK(f.next().empty());
  f.queue.done(f.lane, f.item("a"));
  CHECK(f.next_done() == "a");
  CHECK(f.next().empty());
}

TEST_CASE("Workqueue ignores done for what is not processed", "[runtime][workqueue]") {
  Fixture f;
  f.queue.done(f.lane, f.item("a"));
  f.add("a");
  f.queue.done(f.lane, f.item("a"));
  CHECK(f.next() == "a");
}

TEST_CASE("Workqueue hands a delayed item out at its deadline", "[runtime][workqueue]") {
  Fixture f;
  f.queue.add_after(f.lane, f.item("a"), 5s);
  CHECK(f.queue.delayed(f.lane) == 1);
  CHECK(f.queue.depth(f.lane) == 0);
  f.pass(5s - 1ns);
  CHECK(f.next().empty());
  f.pass(1ns);
  CHECK(f.queue.delayed(f.lane) == 0);
  CHECK(f.next_done() == "a");
  f.pass(1h);
  CHECK(f.next().empty());
}

TEST_CASE("Workqueue keeps the earlier of two deadlines", "[runtime][workqueue]") {
  Fixture f;
  f.queue.add_after(f.lane, f.item("a"), 5s);
  f.queue.add_after(f.lane, f.item("a"), 10s);
  f.queue.add_after(f.lane, f.item("b"), 10s);
  f.queue.add_after(f.lane, f.item("b"), 5s);
  CHECK(f.queue.delayed(f.lane) == 2);
  f.pass(5s);
  CHECK(f.next_done() == "a");
  CHECK(f.next_done() == "b");
  f.pass(10s);
  CHECK(f.next().empty());
  CHECK(f.counter("workqueue_adds_total") == 2);
}

TEST_CASE("Workqueue fires equal deadlines in the order they were set", "[runtime][workqueue]") {
  Fixture f;
  for (int i = 0; i < 100; ++i) f.queue.add_after(f.lane, f.item(std::to_string(i)), 1s);
  f.pass(1s);
  for (int i = 0; i < 100; ++i) REQUIRE(f.next() == std::to_string(i));
}

TEST_CASE("Workqueue absorbs a pending delay with a plain add", "[runtime][workqueue]") {
  Fixture f;
  f.queue.add_after(f.lane, f.item("a"), 5s);
  f.add("a");
  CHECK(f.queue.delayed(f.lane) == 0);
  CHECK(f.next_done() == "a");
  f.pass(1min);
  CHECK(f.next().empty());
}

TEST_CASE("Workqueue absorbs a delay that is set while the item is ready", "[runtime][workqueue]") {
  Fixture f;
  f.add("a");
  f.queue.add_after(f.lane, f.item("a"), 5s);
  CHECK(f.queue.delayed(f.lane) == 0);
  CHECK(f.next_done() == "a");
  f.pass(1min);
  CHECK(f.next().empty());
}

TEST_CASE("Workqueue fires a delay that was set while the item is processed", "[runtime][workqueue]") {
  Fixture f;
  f.add("a");
  REQUIRE(f.next() == "a");
  f.queue.add_after(f.lane, f.item("a"), 1s);
  SECTION("after it was given back") {
    f.queue.done(f.lane, f.item("a"));
    CHECK(f.next().empty());
    f.pass(1s);
    CHECK(f.next() == "a");
  }
  SECTION("before it is given back") {
    f.pass(2s);
    CHECK(f.next().empty());
    CHECK(f.queue.depth(f.lane) == 1);
    f.queue.done(f.lane, f.item("a"));
    CHECK(f.next() == "a");
  }
}

TEST_CASE("Workqueue treats a delay of zero or less as an add", "[runtime][workqueue]") {
  Fixture f;
  f.queue.add_after(f.lane, f.item("a"), 0s);
  f.queue.add_after(f.lane, f.item("b"), -1s);
  CHECK(f.next() == "a");
  CHECK(f.next() == "b");
  CHECK(f.counter("workqueue_retries_total") == 2);
}

TEST_CASE("Workqueue takes the longest delay there is without overflow", "[runtime][workqueue]") {
  Fixture f;
  f.pass(1h);
  f.queue.add_after(f.lane, f.item("a"), Duration::max());
  f.pass(1000h);
  CHECK(f.next().empty());
  CHECK(f.queue.delayed(f.lane) == 1);
}

TEST_CASE("Workqueue drops a cancelled delay", "[runtime][workqueue]") {
  Fixture f;
  f.queue.add_after(f.lane, f.item("a"), 1s);
  f.queue.cancel_delay(f.lane, f.item("a"));
  f.queue.cancel_delay(f.lane, f.item("unknown"));
  CHECK(f.queue.delayed(f.lane) == 0);
  f.pass(1min);
  CHECK(f.next().empty());
  f.queue.add_after(f.lane, f.item("a"), 2s);
  f.pass(2s);
  CHECK(f.next() == "a");
}

TEST_CASE("Workqueue sets no alarm for delays that are gone", "[runtime][workqueue]") {
  Fixture f;
  f.queue.add_after(f.lane, f.item("a"), 1s);
  f.queue.add_after(f.lane, f.item("b"), 2s);
  f.queue.cancel_delay(f.lane, f.item("a"));
  f.add("b");
  CHECK_THROWS_AS(f.clock.run_until(f.loop, [] { return false; }), Deadlock);
  CHECK(f.clock.elapsed() == 0s);
}

TEST_CASE("Workqueue stays small when one deadline is moved again and again", "[runtime][workqueue]") {
  Fixture f;
  // Each add_after after an add leaves a dead deadline behind.
  for (int i = 0; i < 100'000; ++i) {
    f.queue.add_after(f.lane, f.item("a"), 1h + std::chrono::seconds{i});
    f.queue.cancel_delay(f.lane, f.item("a"));
  }
  f.queue.add_after(f.lane, f.item("a"), 1s);
  f.pass(1s);
  CHECK(f.next() == "a");
}

TEST_CASE("Workqueue delays failures longer and longer until they are forgotten", "[runtime][workqueue]") {
  Fixture f;
  const auto fail_and_measure = [&] {
    const auto start = f.clock.now();
    f.queue.add_rate_limited(f.lane, f.item("a"));
    f.clock.run_until(f.loop, [&] { return f.queue.depth(f.lane) == 1; });
    REQUIRE(f.next_done() == "a");
    return f.clock.now() - start;
  };
  CHECK(fail_and_measure() == 1s);
  CHECK(fail_and_measure() == 2s);
  CHECK(fail_and_measure() == 4s);
  CHECK(f.queue.retries(f.lane, f.item("a")) == 3);
  CHECK(f.queue.retries(f.lane, f.item("b")) == 0);
  f.queue.forget(f.lane, f.item("a"));
  CHECK(f.queue.retries(f.lane, f.item("a")) == 0);
  CHECK(fail_and_measure() == 1s);
  CHECK(f.counter("workqueue_retries_total") == 4);
}

TEST_CASE("Workqueue counts failures per lane and key", "[runtime][workqueue]") {
  Fixture f;
  const LaneId other = f.queue.add_lane("other", std::make_unique<ExponentialLimiter>(1s, 1000s));
  f.queue.add_rate_limited(f.lane, f.item("a"));
  f.queue.add_rate_limited(f.lane, f.item("a"));
  f.queue.add_rate_limited(f.lane, f.item("b"));
  CHECK(f.queue.retries(f.lane, f.item("a")) == 2);
  CHECK(f.queue.retries(f.lane, f.item("b")) == 1);
  CHECK(f.queue.retries(other, f.item("a")) == 0);
}

TEST_CASE("Workqueue lets only a real change break a backoff", "[runtime][workqueue]") {
  Fixture f;
  f.queue.add_rate_limited(f.lane, f.item("a"));
  SECTION("what may be an own write's echo waits") {
    f.queue.add_respecting_backoff(f.lane, f.item("a"));
    CHECK(f.next().empty());
    f.pass(1s);
    CHECK(f.next() == "a");
  }
  SECTION("an add does not") {
    f.add("a");
    CHECK(f.next_done() == "a");
    f.pass(1min);
    CHECK(f.next().empty());
  }
  SECTION("nothing else is held up") {
    f.queue.add_respecting_backoff(f.lane, f.item("b"));
    CHECK(f.next() == "b");
    f.queue.add_after(f.lane, f.item("c"), 1h);
    f.queue.add_respecting_backoff(f.lane, f.item("c"));
    CHECK(f.next() == "c");
  }
}

TEST_CASE("Workqueue backs off by a delay of the caller's and counts no failure", "[runtime][workqueue]") {
  Fixture f;
  f.add("a");
  REQUIRE(f.next() == "a");
  f.queue.add_respecting_backoff(f.lane, f.item("a"));
  f.queue.add_backing_off(f.lane, f.item("a"), 3s);
  f.queue.done(f.lane, f.item("a"));
  CHECK(f.queue.retries(f.lane, f.item("a")) == 0);
  f.queue.add_respecting_backoff(f.lane, f.item("a"));
  f.pass(3s - 1ns);
  CHECK(f.next().empty());
  SECTION("to its end") {
    f.pass(1ns);
    CHECK(f.next() == "a");
  }
  SECTION("or until something changes") {
    f.add("a");
    CHECK(f.next() == "a");
  }
}

TEST_CASE("Workqueue lets a failure's backoff win over an echo that came meanwhile", "[runtime][workqueue]") {
  Fixture f;
  f.add("a");
  REQUIRE(f.next() == "a");
  f.queue.add_respecting_backoff(f.lane, f.item("a"));
  SECTION("alone") {
    f.queue.add_rate_limited(f.lane, f.item("a"));
    f.queue.done(f.lane, f.item("a"));
    CHECK(f.queue.depth(f.lane) == 0);
    CHECK(f.depth_metric("0") == 0);
    CHECK(f.next().empty());
    f.pass(1s);
    CHECK(f.next() == "a");
  }
  SECTION("but not when something changed too") {
    f.add("a");
    f.queue.add_rate_limited(f.lane, f.item("a"));
    f.queue.done(f.lane, f.item("a"));
    CHECK(f.next() == "a");
  }
  SECTION("and not without a failure") {
    f.queue.done(f.lane, f.item("a"));
    CHECK(f.next() == "a");
  }
}

TEST_CASE("Workqueue hands higher priorities out first", "[runtime][workqueue]") {
  Fixture f;
  f.add("low", kPriorityLow);
  f.add("normal 1");
  f.add("high", 10);
  f.add("normal 2");
  CHECK(f.depth_metric("-100") == 1);
  CHECK(f.depth_metric("0") == 2);
  CHECK(f.depth_metric("10") == 1);
  CHECK(f.next() == "high");
  CHECK(f.next() == "normal 1");
  CHECK(f.next() == "normal 2");
  CHECK(f.next() == "low");
}

TEST_CASE("Workqueue raises an item that is added again with a higher priority", "[runtime][workqueue]") {
  Fixture f;
  f.add("first", kPriorityLow);
  f.add("second", kPriorityLow);
  f.add("second");
  f.add("second", kPriorityLow);  // never lowers
  CHECK(f.depth_metric("-100") == 1);
  CHECK(f.depth_metric("0") == 1);
  CHECK(f.next() == "second");
  CHECK(f.next() == "first");
}

TEST_CASE("Workqueue keeps the higher priority of an item while it is delayed or processed", "[runtime][workqueue]") {
  Fixture f;
  f.queue.add_after(f.lane, f.item("a"), 1s, 10);
  f.queue.add_after(f.lane, f.item("a"), 2s, kPriorityLow);
  f.add("b");
  f.pass(1s);
  CHECK(f.next() == "a");
  f.add("a", kPriorityLow);
  f.add("a", 5);
  CHECK(f.depth_metric("5") == 1);
  f.add("c");
  f.queue.done(f.lane, f.item("a"));
  CHECK(f.next() == "a");
}

TEST_CASE("Workqueue retries a failure with the priority it was handed out with", "[runtime][workqueue]") {
  Fixture f;
  f.add("a", kPriorityLow);
  REQUIRE(f.next() == "a");
  f.queue.add_rate_limited(f.lane, f.item("a"));
  f.queue.done(f.lane, f.item("a"));
  f.pass(1s);
  CHECK(f.depth_metric("-100") == 1);
}

TEST_CASE("Workqueue lets low priorities age, so that they never starve", "[runtime][workqueue]") {
  Fixture f;
  f.add("low", kPriorityLow);
  int served = 0;
  // A queue that always has something more urgent.
  for (int second = 0; second < 200; ++second) {
    f.add("urgent " + std::to_string(second));
    const std::string name = f.next_done();
    if (name == "low") break;
    ++served;
    f.pass(1s);
  }
  CHECK(served == 101);  // -100 + 101 s is the first that beats 0 + 0 s
}

TEST_CASE("Workqueue never puts an item back by raising it", "[runtime][workqueue]") {
  Fixture f;
  f.add("low", kPriorityLow);
  f.pass(150s);
  for (int i = 0; i < 10; ++i) f.add(std::to_string(i));
  f.add("low");
  CHECK(f.next() == "low");
}

TEST_CASE("Workqueue lanes do not touch each other", "[runtime][workqueue]") {
  Fixture f;
  const LaneId other = f.queue.add_lane("other", std::make_unique<ExponentialLimiter>(1s, 1s));
  f.add("a");
  f.queue.add(other, f.item("a"));
  f.queue.add_after(other, f.item("b"), 1s);
  CHECK(f.next() == "a");
  CHECK(f.queue.depth(f.lane) == 0);
  CHECK(f.queue.depth(other) == 1);
  CHECK(f.queue.delayed(f.lane) == 0);
  CHECK(*f.queue.try_get(other) == f.item("a"));
  CHECK(f.queue.processing(other) == 1);
}

TEST_CASE("Workqueue wakes waiting workers, first come first served", "[runtime][workqueue]") {
  Fixture f;
  std::vector<std::string> log;
  const auto work = [](Fixture& fixture, std::vector<std::string>& lines, std::string worker) -> asio::awaitable<void> {
    while (const auto item = co_await fixture.queue.get(fixture.lane)) {
      lines.push_back(worker + ":" + item->name.str());
      co_await fixture.clock.sleep_for(1s);
      fixture.queue.done(fixture.lane, *item);
    }
    lines.push_back(worker + ":end");
  };
  TaskGroup workers(f.loop.get_executor());
  workers.spawn(work(f, log, "1"));
  workers.spawn(work(f, log, "2"));
  f.pass(1s);
  f.add("a");
  f.add("b");
  f.add("c");
  f.pass(500ms);
  CHECK(log == std::vector<std::string>{"1:a", "2:b"});
  f.pass(1s);
  CHECK(log.size() == 3);
  f.queue.shut_down();
  f.clock.run(f.loop, workers.join());
  CHECK(std::count_if(log.begin(), log.end(), [](const auto& line) { return line.ends_with(":end"); }) == 2);
}

TEST_CASE("Workqueue gives the work to another when a waiter is cancelled", "[runtime][workqueue]") {
  Fixture f;
  std::vector<std::string> got;
  const auto work = [](Fixture& fixture, std::vector<std::string>& names) -> asio::awaitable<void> {
    if (const auto item = co_await fixture.queue.get(fixture.lane)) names.push_back(item->name.str());
  };
  TaskGroup impatient(f.loop.get_executor());
  TaskGroup patient(f.loop.get_executor());
  impatient.spawn(work(f, got));
  patient.spawn(work(f, got));
  f.pass(1s);
  f.clock.run(f.loop, impatient.stop());
  f.add("a");
  f.clock.run(f.loop, patient.join());
  CHECK(got == std::vector<std::string>{"a"});
}

TEST_CASE("Workqueue drains what is ready when it shuts down and drops the rest", "[runtime][workqueue]") {
  Fixture f;
  f.add("a");
  f.add("b");
  f.queue.add_after(f.lane, f.item("later"), 1s);
  f.queue.add_rate_limited(f.lane, f.item("failed"));
  f.queue.shut_down();
  CHECK(f.queue.shutting_down());
  CHECK(f.queue.delayed(f.lane) == 0);
  f.add("new");
  f.queue.add_after(f.lane, f.item("new"), 1s);
  f.queue.add_rate_limited(f.lane, f.item("new"));
  f.pass(1h);
  CHECK(f.next() == "a");
  CHECK(f.next() == "b");
  CHECK(f.next().empty());
  CHECK_FALSE(f.clock.run(f.loop, f.queue.get(f.lane)));
}

TEST_CASE("Workqueue re-runs what was added while processed even after shutting down", "[runtime][workqueue]") {
  Fixture f;
  f.add("a");
  REQUIRE(f.next() == "a");
  f.add("a");
  f.queue.shut_down();
  f.queue.done(f.lane, f.item("a"));
  CHECK(f.next() == "a");
}

TEST_CASE("Workqueue waits for what is processed when it shuts down with drain", "[runtime][workqueue]") {
  Fixture f;
  f.add("a");
  REQUIRE(f.next() == "a");
  f.add("b");
  bool drained = false;
  TaskGroup tasks(f.loop.get_executor());
  tasks.spawn([](Workqueue& queue, bool& flag) -> asio::awaitable<void> {
    co_await queue.shut_down_with_drain();
    flag = true;
  }(f.queue, drained));
  f.pass(1h);
  CHECK_FALSE(drained);
  f.queue.done(f.lane, f.item("a"));
  f.pass(1s);
  CHECK_FALSE(drained);
  REQUIRE(f.next_done() == "b");
  f.clock.run(f.loop, tasks.join());
  CHECK(drained);
}

TEST_CASE("Workqueue measures its items' waiting and working time", "[runtime][workqueue][metrics]") {
  Fixture f;
  f.add("a");
  f.pass(2s);
  REQUIRE(f.next() == "a");
  CHECK(f.histogram("workqueue_queue_duration_seconds").count() == 1);
  CHECK(f.histogram("workqueue_queue_duration_seconds").sum() == Approx(2));
  f.add("b");
  REQUIRE(f.next() == "b");
  f.pass(3s);
  CHECK(f.gauge("workqueue_unfinished_work_seconds") == Approx(6));
  CHECK(f.gauge("workqueue_longest_running_processor_seconds") == Approx(3));
  f.queue.done(f.lane, f.item("a"));
  f.pass(1s);
  CHECK(f.gauge("workqueue_unfinished_work_seconds") == Approx(4));
  f.queue.done(f.lane, f.item("b"));
  CHECK(f.gauge("workqueue_unfinished_work_seconds") == 0);
  CHECK(f.histogram("workqueue_work_duration_seconds").sum() == Approx(7));
  CHECK(f.depth_metric("0") == 0);
}

TEST_CASE("Workqueue measures a delayed item's waiting from its deadline", "[runtime][workqueue][metrics]") {
  Fixture f;
  f.queue.add_after(f.lane, f.item("a"), 10s);
  f.pass(12s);
  REQUIRE(f.next() == "a");
  CHECK(f.histogram("workqueue_queue_duration_seconds").sum() == Approx(2));
}

TEST_CASE("Workqueue names its metrics as client-go does", "[runtime][workqueue][metrics]") {
  Fixture f;
  f.add("a");
  const std::string text = f.registry.expose();
  for (const char* line : {"workqueue_depth{name=\"kyma\",controller=\"kyma\",priority=\"0\"} 1",
                           "workqueue_depth{name=\"kyma\",controller=\"kyma\",priority=\"-100\"} 0",
                           "workqueue_adds_total{name=\"kyma\",controller=\"kyma\"} 1",
                           "workqueue_retries_total{name=\"kyma\",controller=\"kyma\"} 0",
                           "workqueue_queue_duration_seconds_count{name=\"kyma\",controller=\"kyma\"} 0",
                           "workqueue_work_duration_seconds_bucket{name=\"kyma\",controller=\"kyma\",le=\"+Inf\"} 0",
                           "workqueue_unfinished_work_seconds{name=\"kyma\",controller=\"kyma\"} 0",
                           "workqueue_longest_running_processor_seconds{name=\"kyma\",controller=\"kyma\"} 0"}) {
    CAPTURE(line);
    CHECK(text.find(line) != std::string::npos);
  }
  CHECK(f.histogram("workqueue_queue_duration_seconds").bounds().size() == 12);
}

TEST_CASE("Workqueue works without metrics", "[runtime][workqueue]") {
  ManualClock clock;
  Workqueue queue(clock, nullptr);
  const LaneId lane = queue.add_lane("kyma", make_default_rate_limiter(clock));
  queue.add(lane, {"", "cluster-scoped"});
  CHECK(queue.try_get(lane)->str() == "cluster-scoped");
}

TEST_CASE("Workqueue hands over a flood of equal deadlines in parts", "[runtime][workqueue]") {
  Fixture f;
  constexpr std::size_t kMany = 20'000;
  for (std::size_t i = 0; i < kMany; ++i) f.queue.add_after(f.lane, f.item(std::to_string(i)), 1s);
  f.clock.run_until(f.loop, [&] { return f.queue.depth(f.lane) > 0; });
  CHECK(f.queue.depth(f.lane) < kMany);  // the loop gets its turn in between
  f.pass(1us);
  CHECK(f.queue.depth(f.lane) == kMany);
  CHECK(f.clock.elapsed() < 1s + 2us);
  for (std::size_t i = 0; i < kMany; ++i) REQUIRE(f.next_done() == std::to_string(i));
}
