#include "cmd/kyma-load/request_meter.hpp"

#include <catch2/catch_test_macros.hpp>

#include "operator/base/manual_clock.hpp"

using namespace kyma;
using namespace kyma::load;
using namespace std::chrono_literals;

TEST_CASE("The meter counts requests by what came of them", "[load][meter]") {
  ManualClock clock;
  RequestMeter meter(std::make_unique<kube::TokenBucketFlowControl>(clock, 0, 0));
  REQUIRE(meter.try_acquire());
  meter.observe({.http_status = 201, .took = 10us});
  meter.observe({.http_status = 429, .took = 20us});
  meter.observe({.http_status = 503, .took = 30us});
  meter.observe({.http_status = 0, .took = 40us});
  meter.observe({.http_status = 404, .took = 50us});
  meter.observe({.http_status = 200, .took = 5s, .stream = true});
  const auto sample = meter.take_sample();
  REQUIRE(sample.count == 5);
  REQUIRE(sample.throttled == 1);
  REQUIRE(sample.failed == 2);
  REQUIRE(sample.p50 == 30us);
  REQUIRE(sample.p99 == 50us);
  // The next interval begins empty, the run goes on.
  REQUIRE(meter.take_sample().count == 0);
  REQUIRE(meter.take_sample().p99 == 0s);
  meter.observe({.http_status = 200, .took = 60us});
  REQUIRE(meter.take_sample().count == 1);
  REQUIRE(meter.totals().count == 6);
  REQUIRE(meter.totals().latency->max == 60us);
  meter.clear();
  REQUIRE(meter.totals().count == 0);
  REQUIRE_FALSE(meter.totals().latency);
}
