// Clock, Condition, TaskGroup and with_timeout together, in virtual time.
#include <catch2/catch_test_macros.hpp>

#include "operator/base/condition.hpp"
#include "operator/base/manual_clock.hpp"
#include "operator/base/race.hpp"
#include "operator/base/real_clock.hpp"
#include "operator/base/task_group.hpp"

using namespace kyma;
using namespace std::chrono_literals;

namespace {

asio::awaitable<void> sleep_and_add(Clock& clock, Duration delay, int& sum, int value) {
  co_await clock.sleep_for(delay);
  sum += value;
}

asio::awaitable<int> slow_answer(Clock& clock, Duration delay) {
  co_await clock.sleep_for(delay);
  co_return 42;
}

asio::awaitable<int> fail_after(Clock& clock, Duration delay) {
  co_await clock.sleep_for(delay);
  throw std::runtime_error("broken");
}

// Takes longer to unwind than a timer does.
asio::awaitable<int> tidy_up_when_cancelled(Clock& clock) {
  std::exception_ptr cancelled;
  try {
    co_await clock.sleep_for(1h);
  } catch (const boost::system::system_error&) {
    cancelled = std::current_exception();
  }
  co_await asio::this_coro::reset_cancellation_state();
  co_await clock.sleep_for(1s);
  std::rethrow_exception(cancelled);
}

asio::awaitable<void> wait_on(Condition& condition, int& woken) {
  co_await condition.wait();
  ++woken;
}

}  // namespace

TEST_CASE("ManualClock jumps over idle time and keeps the order of sleepers", "[base][clock]") {
  asio::io_context loop;
  ManualClock clock;
  const WallTime wall = clock.wall_now();
  TaskGroup group(loop.get_executor());
  int sum = 0;
  group.spawn(sleep_and_add(clock, 1h, sum, 1));
  group.spawn(sleep_and_add(clock, 1min, sum, 10));
  clock.run_for(loop, 2min);
  REQUIRE(sum == 10);
  REQUIRE(clock.elapsed() == 2min);
  clock.run(loop, group.join());
  REQUIRE(sum == 11);
  REQUIRE(clock.elapsed() == 1h);
  REQUIRE(clock.wall_now() - wall == 1h);
}

TEST_CASE("ManualClock reports a deadlock instead of waiting for ever", "[base][clock]") {
  asio::io_context loop;
  ManualClock clock;
  Condition never;
  int woken = 0;
  TaskGroup group(loop.get_executor());
  group.spawn(wait_on(never, woken));
  REQUIRE_THROWS_AS(clock.run(loop, group.join()), Deadlock);
  clock.run(loop, group.stop());
  REQUIRE(woken == 0);
}

TEST_CASE("TaskGroup stops sleeping and waiting tasks, also ones that have not begun", "[base][taskgroup]") {
  asio::io_context loop;
  ManualClock clock;
  Condition condition;
  TaskGroup group(loop.get_executor());
  int sum = 0;
  group.spawn(sleep_and_add(clock, 1h, sum, 1));
  group.spawn(wait_on(condition, sum));
  clock.run_for(loop, 1s);
  group.spawn(sleep_and_add(clock, 1h, sum, 1));
  clock.run(loop, group.stop());
  REQUIRE(group.empty());
  REQUIRE(sum == 0);
  REQUIRE_FALSE(condition.has_waiters());
  REQUIRE(clock.elapsed() == 1s);
}

TEST_CASE("A task begins from the loop, never inside spawn", "[base][taskgroup]") {
  asio::io_context loop;
  ManualClock clock;
  TaskGroup group(loop.get_executor());
  bool begun = false;
  bool begun_inside = true;
  clock.run(loop, [](TaskGroup& tasks, bool& inner, bool& inside) -> asio::awaitable<void> {
    tasks.spawn([](bool& it) -> asio::awaitable<void> {
      it = true;
      co_return;
    }(inner));
    inside = inner;
    co_await tasks.join();
  }(group, begun, begun_inside));
  REQUIRE(begun);
  REQUIRE_FALSE(begun_inside);
}

TEST_CASE("TaskGroup hands a task's exception to its failure handler", "[base][taskgroup]") {
  asio::io_context loop;
  ManualClock clock;
  int failures = 0;
  TaskGroup group(loop.get_executor(), [&](std::exception_ptr) { ++failures; });
  group.spawn([](Clock& c) -> asio::awaitable<void> { co_await fail_after(c, 1s); }(clock));
  clock.run(loop, group.join());
  REQUIRE(failures == 1);
}

TEST_CASE("Condition wakes one or all of those that wait", "[base][condition]") {
  asio::io_context loop;
  ManualClock clock;
  Condition condition;
  int woken = 0;
  TaskGroup group(loop.get_executor());
  for (int i = 0; i < 3; ++i) group.spawn(wait_on(condition, woken));
  clock.run_for(loop, 0s);
  condition.notify_one();
  REQUIRE(woken == 0);  // never inside notify
  clock.run_for(loop, 0s);
  REQUIRE(woken == 1);
  condition.notify_all();
  clock.run(loop, group.join());
  REQUIRE(woken == 3);
}

TEST_CASE("with_timeout returns the value, nothing when it takes too long, and throws on", "[base][race]") {
  asio::io_context loop;
  ManualClock clock;
  REQUIRE(clock.run(loop, with_timeout(clock, 2s, slow_answer(clock, 1s))) == 42);
  REQUIRE(clock.elapsed() == 1s);
  REQUIRE_FALSE(clock.run(loop, with_timeout(clock, 2s, slow_answer(clock, 1h))).has_value());
  REQUIRE(clock.elapsed() == 3s);
  REQUIRE_THROWS_AS(clock.run(loop, with_timeout(clock, 2s, fail_after(clock, 1s))), std::runtime_error);
}

TEST_CASE("with_timeout tells its caller's own cancellation from a timeout", "[base][race]") {
  asio::io_context loop;
  ManualClock clock;
  TaskGroup group(loop.get_executor());
  bool returned = false;
  group.spawn([](Clock& c, bool& got) -> asio::awaitable<void> {
    co_await with_timeout(c, 2h, tidy_up_when_cancelled(c));
    got = true;
  }(clock, returned));
  clock.run_for(loop, 1s);
  clock.run(loop, group.stop());
  REQUIRE_FALSE(returned);
}

TEST_CASE("with_timeout does not hide what a task throws after its time", "[base][race]") {
  asio::io_context loop;
  ManualClock clock;
  const auto break_when_cancelled = [](Clock& c) -> asio::awaitable<int> {
    try {
      co_await c.sleep_for(1h);
    } catch (const boost::system::system_error&) {
      throw std::runtime_error("broken on its way out");
    }
    co_return 1;
  };
  REQUIRE_THROWS_AS(clock.run(loop, with_timeout(clock, 1s, break_when_cancelled(clock))), std::runtime_error);
}

TEST_CASE("RealClock keeps no loop busy for timers that were cancelled", "[base][clock]") {
  asio::io_context loop;
  RealClock clock(loop.get_executor());
  Timer timer(clock, [] {});
  timer.expires_after(1h);
  timer.cancel();
  loop.run_for(2s);
  REQUIRE(loop.stopped());
}

TEST_CASE("RealClock never fires early and obeys an earlier deadline set later", "[base][clock]") {
  asio::io_context loop;
  RealClock clock(loop.get_executor());
  std::vector<int> order;
  Timer late(clock, [&] { order.push_back(2); });
  Timer early(clock, [&] { order.push_back(1); });
  Timer cancelled(clock, [&] { order.push_back(3); });
  const SteadyTime start = clock.now();
  late.expires_at(start + 30ms);
  cancelled.expires_at(start + 20ms);
  early.expires_at(start + 10ms);
  cancelled.cancel();
  while (order.size() < 2) loop.run_one();
  REQUIRE(order == std::vector{1, 2});
  REQUIRE(clock.now() >= start + 30ms);
}
