#include "operator/kube/client/flow_control.hpp"

#include <catch2/catch_test_macros.hpp>

#include "operator/base/manual_clock.hpp"
#include "operator/base/task_group.hpp"
#include "test/unit/kube/client/scripted_api.hpp"

using namespace kyma;
using namespace kyma::kube;
using namespace kyma::kube::testing;

namespace {

struct World {
  explicit World(double qps, double burst) : control(clock, qps, burst), group(loop.get_executor()) {}

  // Asks for a turn; notes when it came.
  void ask() {
    group.spawn([](World& world) -> asio::awaitable<void> {
      co_await world.control.acquire();
      world.turns.push_back(world.clock.elapsed());
    }(*this));
  }

  asio::io_context loop;
  ManualClock clock;
  TokenBucketFlowControl control;
  TaskGroup group;
  std::vector<Duration> turns;
};

}  // namespace

TEST_CASE("Flow control lets a burst through and then one turn per interval", "[kube][client][flow_control]") {
  World world(10, 3);
  for (int i = 0; i < 6; ++i) world.ask();
  world.clock.run_for(world.loop, 10s);
  CHECK(world.turns == std::vector<Duration>{0s, 0s, 0s, 100ms, 200ms, 300ms});
}

TEST_CASE("Flow control saves up no more than a burst", "[kube][client][flow_control]") {
  World world(10, 2);
  world.clock.run_for(world.loop, 1h);
  for (int i = 0; i < 3; ++i) world.ask();
  world.clock.run_for(world.loop, 1s);
  CHECK(world.turns == std::vector<Duration>{1h, 1h, 1h + 100ms});
}

TEST_CASE("Flow control tells how long a turn took", "[kube][client][flow_control]") {
  World world(2, 1);
  CHECK(world.clock.run(world.loop, world.control.acquire()) == 0s);
  CHECK(world.clock.run(world.loop, world.control.acquire()) == 500ms);
}

TEST_CASE("A cancelled turn is given back", "[kube][client][flow_control]") {
  World world(1, 1);
  for (int i = 0; i < 5; ++i) world.ask();
  world.clock.run_for(world.loop, 100ms);
  REQUIRE(world.turns.size() == 1);
  world.clock.run(world.loop, world.group.stop());
  CHECK(world.turns.size() == 1);
  world.ask();
  world.clock.run_for(world.loop, 10s);
  REQUIRE(world.turns.size() == 2);
  CHECK(world.turns[1] == 1s);
}

TEST_CASE("Flow control without a rate holds nobody up", "[kube][client][flow_control]") {
  World world(0, 0);
  for (int i = 0; i < 1000; ++i) world.ask();
  world.clock.run_for(world.loop, 0s);
  CHECK(world.turns.size() == 1000);
}

TEST_CASE("Flow control over a long time keeps its rate", "[kube][client][flow_control]") {
  World world(150, 150);
  for (int i = 0; i < 150 * 61; ++i) world.ask();
  world.clock.run_for(world.loop, 59'990ms);
  CHECK(world.turns.size() >= 150 * 60);
  CHECK(world.turns.size() < 150 * 61);
  world.clock.run_for(world.loop, 20ms);
  CHECK(world.turns.size() == 150 * 61);
}

TEST_CASE("Every try of a request takes its turn", "[kube][client][flow_control]") {
  ClientOptions options;
  options.qps = 0.1;
  options.burst = 1;
  ScriptedApi api(options);
  api.answer(429, "", {{"Retry-After", "0"}});
  REQUIRE(api.run(api.client->get_raw("/version")).has_value());
  CHECK(api.requests.size() == 2);
  CHECK(api.clock.elapsed() == 10s);
}

TEST_CASE("A flow control of the caller's own sees what comes of each turn", "[kube][client][flow_control]") {
  struct Recorder final : FlowControl {
    asio::awaitable<Duration> acquire() override { co_return Duration::zero(); }
    void observe(const TurnEnd& end) override { seen.push_back(end); }
    std::vector<TurnEnd> seen;
  };
  ClientOptions options;
  options.timeout = 5s;
  const auto recorder = std::make_shared<Recorder>();
  options.flow_control = recorder;
  ScriptedApi api(options);
  api.answer(404, "");
  api.stay_silent();
  api.answer(503, "", {{"Retry-After", "7000"}});
  for (const char* path : {"/a", "/b", "/c"}) CHECK_FALSE(api.run(api.client->get_raw(path)).has_value());
  REQUIRE(recorder->seen.size() == 3);
  CHECK(recorder->seen[0].http_status == 404);
  CHECK(recorder->seen[0].took == 0s);
  CHECK(recorder->seen[0].untypical());  // on a new connection
  CHECK_FALSE(recorder->seen[1].untypical());
  CHECK(recorder->seen[1].http_status == 0);
  CHECK(recorder->seen[1].took == 5s);
  CHECK(recorder->seen[2].http_status == 503);
  CHECK(recorder->seen[2].retry_after == 7000s);
}
