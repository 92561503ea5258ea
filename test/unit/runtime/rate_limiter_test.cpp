#include "operator/runtime/rate_limiter.hpp"

#include <catch2/catch_test_macros.hpp>

#include "operator/base/manual_clock.hpp"
#include "operator/runtime/backoff.hpp"

using namespace kyma;
using namespace kyma::runtime;
using namespace std::chrono_literals;

TEST_CASE("ExponentialLimiter doubles the delay of each item by itself", "[runtime][rate_limiter]") {
  ExponentialLimiter limiter(1ms, 1s);
  CHECK(limiter.when(1) == 1ms);
  CHECK(limiter.when(1) == 2ms);
  CHECK(limiter.when(1) == 4ms);
  CHECK(limiter.when(2) == 1ms);
  CHECK(limiter.retries(1) == 3);
  limiter.forget(1);
  CHECK(limiter.retries(1) == 0);
  CHECK(limiter.when(1) == 1ms);
}

TEST_CASE("ExponentialLimiter stays at its maximum however often an item fails", "[runtime][rate_limiter]") {
  ExponentialLimiter limiter(1ms, 1000s);
  for (int i = 0; i < 20; ++i) limiter.when(1);
  for (int i = 0; i < 2000; ++i) REQUIRE(limiter.when(1) == 1000s);
  CHECK(limiter.retries(1) == 2020);
}

TEST_CASE("ExponentialLimiter survives extreme limits", "[runtime][rate_limiter]") {
  ExponentialLimiter endless(1ns, Duration::max());
  Duration last{0};
  for (int i = 0; i < 100; ++i) {
    const Duration delay = endless.when(1);
    REQUIRE(delay >= last);
    last = delay;
  }
  CHECK(last == Duration::max());
  ExponentialLimiter base_above_max(10s, 1s);
  CHECK(base_above_max.when(1) == 1s);
  ExponentialLimiter none(0s, 1s);
  CHECK(none.when(1) == 0s);
  CHECK(none.when(1) == 0s);
}

TEST_CASE("BucketLimiter lets a burst pass and spreads the rest", "[runtime][rate_limiter]") {
  asio::io_context loop;
  ManualClock clock;
  BucketLimiter limiter(clock, 10, 5);
  for (ItemId item = 0; item < 5; ++item) CHECK(limiter.when(item) == 0s);
  CHECK(limiter.when(5) == 100ms);
  CHECK(limiter.when(6) == 200ms);
  clock.run_for(loop, 200ms);  // both turns have passed
  CHECK(limiter.when(7) == 100ms);
  clock.run_for(loop, 1h);
  for (ItemId item = 0; item < 5; ++item) CHECK(limiter.when(item) == 0s);
  CHECK(limiter.when(5) == 100ms);  // never more than the burst
  CHECK(limiter.retries(5) == 0);
}

TEST_CASE("BucketLimiter without a rate does not limit", "[runtime][rate_limiter]") {
  ManualClock clock;
  BucketLimiter limiter(clock, 0, 1);
  for (int i = 0; i < 100; ++i) REQUIRE(limiter.when(1) == 0s);
}

TEST_CASE("BucketLimiter bounds what a tiny rate would make of a long queue", "[runtime][rate_limiter]") {
  ManualClock clock;
  BucketLimiter limiter(clock, 1e-12, 1);
  limiter.when(1);
  for (int i = 0; i < 100; ++i) {
    const Duration delay = limiter.when(1);
    REQUIRE(delay > 24h);
    REQUIRE(delay <= 24h * 366 * 100);
  }
}

TEST_CASE("MaxOfLimiter asks every child and takes the longest wait", "[runtime][rate_limiter]") {
  ManualClock clock;
  std::vector<std::unique_ptr<RateLimiter>> children;
  children.push_back(std::make_unique<ExponentialLimiter>(1s, 1000s));
  children.push_back(std::make_unique<BucketLimiter>(clock, 0.1, 2));
  MaxOfLimiter limiter(std::move(children));
  CHECK(limiter.when(1) == 1s);
  CHECK(limiter.when(1) == 2s);
  CHECK(limiter.when(2) == 10s);  // the bucket was drained by the two before
  CHECK(limiter.retries(1) == 2);
  limiter.forget(1);
  CHECK(limiter.retries(1) == 0);
}

TEST_CASE("The default limiter waits 1 s to 1000 s, and longer once the bucket is empty", "[runtime][rate_limiter]") {
  ManualClock clock;
  const auto limiter = make_default_rate_limiter(clock, 150, 200);
  for (const auto expected : {1s, 2s, 4s, 8s, 16s, 32s, 64s, 128s, 256s, 512s, 1000s, 1000s}) {
    CHECK(limiter->when(1) == expected);
  }
  for (ItemId item = 100; item < 100 + 188; ++item) REQUIRE(limiter->when(item) == 1s);
  // 30 s of turns are promised after 4500 more.
  Duration last{};
  for (ItemId item = 1000; item < 1000 + 4500; ++item) last = limiter->when(item);
  CHECK(last == 30s);
}

TEST_CASE("Backoff doubles, jitters, caps and starts anew after quiet", "[runtime][backoff]") {
  Random random = make_random(1);
  Backoff backoff;
  SteadyTime now{};
  SteadyTime called{};
  for (const auto expected : {800ms, 1600ms, 3200ms, 6400ms, 12800ms, 25600ms, 30000ms, 30000ms}) {
    const Duration delay = backoff.next(now, random);
    CHECK(delay >= expected);
    CHECK(delay < 2 * expected);
    called = now;
    now += delay;
  }
  now = called + 2min;
  CHECK(backoff.next(now, random) >= 30s);  // not longer than two minutes
  now += 2min + 1ns;
  CHECK(backoff.next(now, random) < 1600ms);
}

TEST_CASE("Random numbers repeat with a seed and fill the unit interval", "[runtime][backoff]") {
  Random a = make_random(9);
  Random b = make_random(9);
  double least = 1;
  double most = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double value = uniform(a);
    REQUIRE(value == uniform(b));
    REQUIRE(value >= 0);
    REQUIRE(value < 1);
    least = std::min(least, value);
    most = std::max(most, value);
  }
  CHECK(least < 0.01);
  CHECK(most > 0.99);
}
