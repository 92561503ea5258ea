#include "operator/kube/client/adaptive_flow_control.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>

#include "test/unit/kube/client/scripted_api.hpp"
#include "test/unit/kube/client/simulated_server.hpp"

using namespace kyma;
using namespace kyma::kube;
using namespace kyma::kube::testing;

namespace {

constexpr std::size_t kManyCallers = 128;

SimulatedServer limited_to(double rate, Duration overload_latency = 0s) {
  SimulatedServer server;
  server.rate = rate;
  server.overload_latency = overload_latency;
  return server;
}

// The share of the requests that were refused, in percent.
double refused_percent(const Callers& world) {
  return 100.0 * static_cast<double>(world.refused) / static_cast<double>(world.sent.size());
}

// One place, for tests of who gets it.
AdaptiveRateOptions one_at_a_time() {
  AdaptiveRateOptions options;
  options.least_inflight = options.most_inflight = 1;
  return options;
}

// A client whose requests go one at a time.
struct SingleFile : ScriptedApi {
  SingleFile() : control(std::make_shared<AdaptiveFlowControl>(clock, one_at_a_time())) { control_with(control); }
  std::shared_ptr<AdaptiveFlowControl> control;
};

}  // namespace

TEST_CASE("Adaptive flow control reaches what a fast server can do within a second", "[kube][client][adaptive]") {
  SimulatedServer server;
  server.latency = 1500us;
  Callers world(server);
  world.start(kManyCallers);
  world.pass(1s);
  CHECK(world.rate_over(1s) > 0.99 * 64 / 0.0015);
  CHECK(world.refused == 0);
}

TEST_CASE("Adaptive flow control stays just below a limit that shows as latency", "[kube][client][adaptive]") {
  const double rate = GENERATE(100, 500, 2000);
  CAPTURE(rate);
  Callers world(limited_to(rate, 200ms));
  world.start(kManyCallers);
  CHECK(world.rate_over(120s) > 0.9 * rate);
  CHECK(refused_percent(world) < 0.1);
  std::sort(world.took.begin(), world.took.end());
  CHECK(world.took[world.took.size() * 99 / 100] < 500ms);
}

TEST_CASE("Adaptive flow control finds a limit that shows as refusals only", "[kube][client][adaptive]") {
  const double rate = GENERATE(100, 500, 5000);
  CAPTURE(rate);
  SimulatedServer server = limited_to(rate);
  server.queue_length = 0;
  Callers world(server);
  world.start(kManyCallers);
  CHECK(world.rate_over(120s) > 0.85 * rate);
  CHECK(refused_percent(world) < 0.3);
}

TEST_CASE("Adaptive flow control finds the limit of a server far away", "[kube][client][adaptive]") {
  SimulatedServer server = limited_to(500, 200ms);
  server.latency = 50ms;
  Callers world(server);
  world.start(kManyCallers);
  CHECK(world.rate_over(120s) > 450);
  CHECK(refused_percent(world) < 0.1);
}

TEST_CASE("Adaptive flow control follows a server that can do less", "[kube][client][adaptive]") {
  Callers world(limited_to(2000, 100ms));
  world.start(kManyCallers);
  world.pass(20s);
  world.server.rate = 200;
  world.pass(5s);
  const std::size_t refused = world.refused;
  CHECK(world.rate_over(30s) > 170);
  CHECK(world.refused - refused < 10);
}

TEST_CASE("Adaptive flow control follows a server that can do more", "[kube][client][adaptive]") {
  Callers world(limited_to(200, 100ms));
  world.start(kManyCallers);
  world.pass(60s);
  world.server.rate = 4000;
  world.pass(45s);
  CHECK(world.rate_over(10s) > 3200);
}

TEST_CASE("Nothing is sent before a Retry-After has passed", "[kube][client][adaptive]") {
  SimulatedServer server = limited_to(300);
  server.queue_length = 0;
  server.retry_after = GENERATE(1s, 7s);
  Callers world(server);
  world.start(kManyCallers);
  world.pass(60s);
  REQUIRE(world.refused > 1);
  for (const SteadyTime refusal : world.refusals) {
    const auto next = std::upper_bound(world.sent.begin(), world.sent.end(), refusal);
    if (next != world.sent.end()) CHECK(*next - refusal >= server.retry_after);
  }
}

TEST_CASE("A rate that nobody asks for is not raised", "[kube][client][adaptive]") {
  Callers world(SimulatedServer{});
  world.pause = 100ms;
  world.start(10);
  world.pass(60s);
  CHECK(world.control.law().rate() <= 220);  // 100 are used
}

TEST_CASE("A rate that nobody uses is forgotten", "[kube][client][adaptive]") {
  Callers world(SimulatedServer{});
  world.start(kManyCallers);
  world.pass(2s);
  REQUIRE(world.control.law().rate() > 40'000);
  world.pause = 10s;
  world.pass(60s);
  CHECK(world.control.law().rate() < 5'000);
}

TEST_CASE("A server that is slow whatever is asked of it is taken as it is", "[kube][client][adaptive]") {
  Callers world(SimulatedServer{});
  world.start(kManyCallers);
  world.pass(5s);
  world.server.latency = 300ms;
  world.pass(30s);
  // As many at a time as there may be.
  CHECK(world.rate_over(20s) > 0.9 * 64 / 0.3);
}

TEST_CASE("A server that refuses everything is asked at the lowest rate, and again more once it recovers",
          "[kube][client][adaptive]") {
  SimulatedServer server = limited_to(0.001);
  server.burst = 0s;
  server.queue_length = 0;
  Callers world(server);
  world.start(kManyCallers);
  world.pass(60s);
  CHECK(world.control.law().rate() == AdaptiveRateOptions{}.least_rate);
  CHECK(world.sent.size() < 100);
  world.server.rate = 0;
  world.pass(30s);
  CHECK(world.rate_over(5s) > 10'000);
}

TEST_CASE("Turns are given in the order in which they were asked for", "[kube][client][adaptive]") {
  ManualClock clock;
  asio::io_context loop;
  AdaptiveFlowControl control(clock, one_at_a_time());
  TaskGroup group(loop.get_executor());
  std::vector<int> order;
  REQUIRE(control.try_acquire());
  for (int i = 0; i < 5; ++i) {
    group.spawn(
        [](ManualClock& time, AdaptiveFlowControl& turns, std::vector<int>& seen, int number) -> asio::awaitable<void> {
          co_await turns.acquire();
          seen.push_back(number);
          co_await time.sleep_for(1s);
          turns.observe({200, 1s, 0s});
        }(clock, control, order, i));
  }
  clock.run_for(loop, 5s);
  CHECK(order.empty());
  control.observe({200, 5s, 0s});
  // One that asks now does not overtake.
  CHECK_FALSE(control.try_acquire());
  clock.run_for(loop, 10s);
  CHECK(order == std::vector<int>{0, 1, 2, 3, 4});
  CHECK(control.inflight() == 0);
}

TEST_CASE("A cancelled wait for a turn, and a cancelled turn, leave their place to others",
          "[kube][client][adaptive]") {
  SingleFile api;
  api.stay_silent();
  TaskGroup first(api.loop.get_executor()), second(api.loop.get_executor());
  const auto ask = [](ScriptedApi& at) -> asio::awaitable<void> { co_await at.client->get_raw("/"); };
  first.spawn(ask(api));
  api.clock.run_for(api.loop, 0s);
  second.spawn(ask(api));
  api.clock.run_for(api.loop, 0s);
  REQUIRE(api.requests.size() == 1);
  REQUIRE(api.control->inflight() == 1);
  api.run(second.stop());
  api.run(first.stop());
  CHECK(api.control->inflight() == 0);
  api.clock.run_for(api.loop, 20ms);
  CHECK(api.run(api.client->get_raw("/")).has_value());
}

TEST_CASE("A request that waits for another try holds no place", "[kube][client][adaptive]") {
  SingleFile api;
  api.break_connections(1);
  TaskGroup group(api.loop.get_executor());
  group.spawn([](ScriptedApi& at) -> asio::awaitable<void> { co_await at.client->get_raw("/first"); }(api));
  api.clock.run_for(api.loop, 10ms);
  REQUIRE(api.requests.empty());
  CHECK(api.control->inflight() == 0);
  api.clock.run_for(api.loop, 20ms);
  CHECK(api.run(api.client->get_raw("/second")).has_value());
  api.run(group.join());
  REQUIRE(api.requests.size() == 2);
  CHECK(api.requests[0].target == "/second");
  CHECK(api.requests[1].target == "/first");
}

TEST_CASE("Closing the client lets everybody go who waits for a turn", "[kube][client][adaptive]") {
  SingleFile api;
  api.stay_silent();
  TaskGroup group(api.loop.get_executor());
  int failed = 0;
  for (int i = 0; i < 5; ++i) {
    group.spawn([](ScriptedApi& at, int& count) -> asio::awaitable<void> {
      const auto answer = co_await at.client->get_raw("/");
      if (!answer && answer.error().is_transport()) ++count;
    }(api, failed));
  }
  api.clock.run_for(api.loop, 0s);
  api.client->close();
  api.run(group.join());
  CHECK(failed == 5);
  CHECK(api.control->inflight() == 0);
}

TEST_CASE("Adaptive flow control shows what it does", "[kube][client][adaptive]") {
  SimulatedServer server = limited_to(300);
  server.queue_length = 0;
  Callers world(server);
  world.start(kManyCallers);
  world.pass(1s);
  const std::string text = world.registry.expose();
  CHECK(text.find("kyma_operator_flow_control_decisions_total{decision=\"decrease_throttled\"} 1\n") !=
        std::string::npos);
  CHECK(text.find("kyma_operator_flow_control_decisions_total{decision=\"decrease_latency\"} 0\n") !=
        std::string::npos);
  CHECK(text.find("kyma_operator_flow_control_decisions_total{decision=\"increase\"} ") != std::string::npos);
  for (const char* name :
       {"rate", "inflight", "inflight_limit", "waiting", "latency_p99_seconds", "latency_baseline_seconds"}) {
    CHECK(text.find(std::string("\nkyma_operator_flow_control_") + name + " ") != std::string::npos);
  }
}
