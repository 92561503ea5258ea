#include "operator/kube/client/adaptive_rate.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kyma;
using namespace kyma::kube;
using namespace std::chrono_literals;

namespace {

using Decision = AdaptiveRate::Decision;

// Feeds the law with answers of its own making.
struct World {
  SteadyTime now{};
  AdaptiveRate law{now, {}};

  // `count` answers, one per `every`, to requests that all had to wait; returns how often it decided so.
  int answers(int count, Duration every, Duration took, Decision counted, bool limited = true) {
    int seen = 0;
    for (int i = 0; i < count; ++i) {
      now += every;
      if (limited) law.waited(true);
      if (law.answered(now, {200, took}) == counted) ++seen;
    }
    return seen;
  }
};

}  // namespace

TEST_CASE("The rate doubles once per round trip while requests have to wait", "[kube][client][adaptive]") {
  World world;
  // Half a second of round trips of 50 ms.
  CHECK(world.answers(100, 5ms, 50ms, Decision::increase) <= 10);
  CHECK(world.law.rate() >= 150 * 32);
  CHECK(world.law.rate() <= 150 * 1024);
}

TEST_CASE("Refusals of one round trip are one sign", "[kube][client][adaptive]") {
  World world;
  world.answers(100, 5ms, 10ms, Decision::none);
  int decreases = 0;
  // Forty were under way; their answers arrive over a while.
  const SteadyTime sent = world.now;
  for (int i = 0; i < 40; ++i) {
    world.now += 1ms;
    if (world.law.answered(world.now, {429, world.now - sent, 1s}) == Decision::decrease_throttled) ++decreases;
  }
  CHECK(decreases == 1);
  CHECK(world.law.resume_at() == world.now + 1s);
  world.now = world.law.resume_at();
  // The next one was sent after the decrease.
  const double before = world.law.rate();
  world.now += 10ms;
  CHECK(world.law.answered(world.now, {429, 5ms, 1s}) == Decision::decrease_throttled);
  CHECK(world.law.rate() < before);
}

TEST_CASE("503 with Retry-After is a refusal, other failures are none", "[kube][client][adaptive]") {
  World world;
  world.now += 1s;
  for (const unsigned status : {500U, 503U, 504U, 404U, 409U}) {
    CHECK(world.law.answered(world.now, {status, 5ms}) == Decision::none);
  }
  CHECK(world.law.answered(world.now, {503, 5ms, 2s}) == Decision::decrease_throttled);
  CHECK(world.law.resume_at() == world.now + 2s);
}

TEST_CASE("An absurd Retry-After does not stop everything for a day", "[kube][client][adaptive]") {
  World world;
  world.now += 1s;
  world.law.answered(world.now, {429, 5ms, 24h});
  CHECK(world.law.resume_at() == world.now + 60s);
}

TEST_CASE("A rise of the time of many requests lowers the rate, one of a few does not", "[kube][client][adaptive]") {
  World world;
  world.answers(20, 5ms, 10ms, Decision::none);
  SECTION("many") {
    CHECK(world.answers(60, 5ms, 150ms, Decision::decrease_latency) > 0);
    CHECK(world.law.rate() < 250);
  }
  SECTION("a few") {
    int decreases = 0;
    for (int i = 0; i < 500; ++i)
      decreases += world.answers(1, 5ms, i % 7 == 0 ? 150ms : 10ms, Decision::decrease_latency);
    CHECK(decreases == 0);
  }
  SECTION("while less is asked for than allowed") {
    world.answers(20, 5ms, 10ms, Decision::none, false);
    CHECK(world.answers(200, 5ms, 150ms, Decision::decrease_latency, false) == 0);
  }
}

TEST_CASE("A 99th percentile above the objective lowers the rate", "[kube][client][adaptive]") {
  World world;
  int decreases = 0;
  for (int i = 0; i < 2000; ++i) {
    decreases += world.answers(1, 5ms, i % 40 == 0 ? 2s : 10ms, Decision::decrease_latency, false);
  }
  CHECK(decreases > 0);
  World healthy;
  decreases = 0;
  for (int i = 0; i < 2000; ++i) {
    decreases += healthy.answers(1, 5ms, i % 200 == 0 ? 2s : 10ms, Decision::decrease_latency, false);
  }
  CHECK(decreases == 0);
}

TEST_CASE("Requests that are never answered count as slow, unreachable servers do not", "[kube][client][adaptive]") {
  World world;
  int decreases = 0;
  for (int i = 0; i < 500; ++i) {
    world.now += 100ms;
    if (world.law.answered(world.now, {0, 30s}) == Decision::decrease_latency) ++decreases;
  }
  CHECK(decreases > 0);
  World gone;
  for (int i = 0; i < 500; ++i) {
    gone.now += 100ms;
    CHECK(gone.law.answered(gone.now, {0, 1ms}) == Decision::none);
  }
}

TEST_CASE("Untypical requests, such as lists and watches, say nothing about latency", "[kube][client][adaptive]") {
  World world;
  for (int i = 0; i < 500; ++i) {
    world.now += 10ms;
    world.law.waited(true);
    CHECK(world.law.answered(world.now, {200, 5s, 0s, true}) == Decision::none);
  }
}

TEST_CASE("The rate stays within its bounds", "[kube][client][adaptive]") {
  World world;
  world.answers(10'000, 1ms, 1ms, Decision::none);
  CHECK(world.law.rate() == AdaptiveRateOptions{}.most_rate);
  CHECK(world.law.inflight_limit() == AdaptiveRateOptions{}.most_inflight);
  for (int i = 0; i < 200; ++i) {
    world.now += 2s;
    world.law.answered(world.now, {429, 1ms, 1s});
  }
  CHECK(world.law.rate() == AdaptiveRateOptions{}.least_rate);
  CHECK(world.law.inflight_limit() == AdaptiveRateOptions{}.least_inflight);
}

TEST_CASE("A latency histogram's quantiles are right to an eighth", "[kube][client][adaptive]") {
  for (Duration took = 100us; took < 100s; took += took / 3) {
    LatencyHistogram histogram;
    histogram.add(took);
    const double error =
        std::chrono::duration<double>(histogram.quantile(0.99)) / std::chrono::duration<double>(took) - 1;
    CAPTURE(took.count(), error);
    CHECK(error < 0.13);
    CHECK(error > -0.13);
  }
  LatencyHistogram many;
  CHECK(many.quantile(0.5) == 0s);
  for (int i = 1; i <= 1000; ++i) many.add(1ms * i);
  CHECK(many.quantile(0.5) > 440ms);
  CHECK(many.quantile(0.5) < 570ms);
  many.add(-1s);
  many.add(1000h);
  CHECK(many.count() == 1002);
}

TEST_CASE("A throughput meter finds the best second of the last three", "[kube][client][adaptive]") {
  SteadyTime now{};
  ThroughputMeter meter(now);
  CHECK(meter.peak(now, 1s) == 0);
  for (int i = 0; i < 1000; ++i) meter.add(now += 1ms);
  now += 1s;
  CHECK(meter.peak(now, 1s) > 950);
  CHECK(meter.peak(now, 200ms) > 950);
  now += 10s;
  CHECK(meter.peak(now, 1s) == 0);
}
