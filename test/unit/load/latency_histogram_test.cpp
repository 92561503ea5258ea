#include "cmd/kyma-load/latency_histogram.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

using namespace kyma;
using namespace kyma::load;
using namespace std::chrono_literals;

TEST_CASE("A histogram without values has no quantiles", "[load][histogram]") {
  LatencyHistogram histogram;
  REQUIRE_FALSE(histogram.quantiles());
  REQUIRE_FALSE(histogram.percentile(50));
  REQUIRE(histogram.count() == 0);
  histogram.add(1s);
  histogram.clear();
  REQUIRE_FALSE(histogram.quantiles());
}

TEST_CASE("Short durations are exact", "[load][histogram]") {
  LatencyHistogram histogram;
  for (int i = 1; i <= 100; ++i) histogram.add(std::chrono::microseconds{i});
  REQUIRE(histogram.quantiles() == Quantiles{50us, 90us, 99us, 100us});
}

TEST_CASE("Quantiles are never below the true value and at most 0.2 percent above it", "[load][histogram]") {
  std::minstd_rand random(1);
  LatencyHistogram histogram;
  std::vector<Duration> values;
  for (int i = 0; i < 20'000; ++i) {
    // From a microsecond to an hour, evenly over the magnitudes.
    const double exponent = std::generate_canonical<double, 32>(random) * 9.5;
    values.push_back(std::chrono::microseconds{static_cast<std::int64_t>(std::pow(10.0, exponent))});
    histogram.add(values.back());
  }
  const auto exact = *quantiles(values);
  const auto measured = *histogram.quantiles();
  for (const auto member : {&Quantiles::p50, &Quantiles::p90, &Quantiles::p99}) {
    REQUIRE(measured.*member >= exact.*member);
    REQUIRE(measured.*member <= exact.*member + exact.*member / 500 + 1us);
  }
  REQUIRE(measured.max == exact.max);
}

TEST_CASE("Negative durations count as zero but show in the minimum", "[load][histogram]") {
  LatencyHistogram histogram;
  histogram.add(-3s);
  histogram.add(-1s);
  REQUIRE(histogram.quantiles() == Quantiles{0s, 0s, 0s, 0s});
  REQUIRE(histogram.min() == -3s);
  histogram.add(2s);
  REQUIRE(histogram.quantiles()->max == 2s);
}

TEST_CASE("What is longer than the histogram reaches is its maximum", "[load][histogram]") {
  LatencyHistogram histogram;
  const Duration ages = std::chrono::hours{24 * 365 * 100};
  histogram.add(ages);
  REQUIRE(histogram.count() == 1);
  REQUIRE(histogram.quantiles()->max <= ages);
  REQUIRE(histogram.quantiles()->max > std::chrono::hours{24 * 40});
}
