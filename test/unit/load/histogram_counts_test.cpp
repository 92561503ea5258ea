#include "cmd/kyma-load/histogram_counts.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <limits>

using namespace kyma::load;
using Catch::Approx;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

HistogramCounts make(double up_to_1, double up_to_2, double all) {
  HistogramCounts counts;
  counts.add_bucket(1, up_to_1);
  counts.add_bucket(2, up_to_2);
  counts.add_bucket(kInfinity, all);
  return counts;
}

}  // namespace

TEST_CASE("A histogram's quantile is linear within its bucket", "[load][histogram]") {
  const auto counts = make(50, 100, 100);
  REQUIRE(*counts.quantile(0.5) == Approx(1.0));
  REQUIRE(*counts.quantile(0.25) == Approx(0.5));
  REQUIRE(*counts.quantile(0.75) == Approx(1.5));
  REQUIRE(*counts.quantile(0.99) == Approx(1.98));
  REQUIRE(*counts.quantile(1) == Approx(2.0));
}

TEST_CASE("Beyond the last finite bound a quantile is that bound", "[load][histogram]") {
  REQUIRE(*make(0, 0, 10).quantile(0.99) == 2);
  REQUIRE(*make(98, 98, 100).quantile(0.99) == 2);
}

TEST_CASE("An empty histogram has no quantile", "[load][histogram]") {
  REQUIRE_FALSE(HistogramCounts().quantile(0.99));
  REQUIRE_FALSE(make(0, 0, 0).quantile(0.99));
}

TEST_CASE("Buckets of several label sets are summed", "[load][histogram]") {
  auto counts = make(1, 2, 3);
  counts.add_bucket(1, 10);
  counts.add_bucket(2, 10);
  counts.add_bucket(kInfinity, 10);
  REQUIRE(counts.count() == 13);
}

TEST_CASE("What came since an earlier scrape is the difference", "[load][histogram]") {
  const auto grown = make(60, 150, 160).since(make(50, 100, 100));
  REQUIRE(grown.count() == 60);
  REQUIRE(*grown.quantile(10.0 / 60) == Approx(1.0));
  REQUIRE_FALSE(make(50, 100, 100).since(make(50, 100, 100)).quantile(0.99));
}

TEST_CASE("After a restart everything counts", "[load][histogram]") {
  REQUIRE(make(1, 2, 3).since(make(50, 100, 100)).count() == 3);
}

TEST_CASE("Intervals are merged", "[load][histogram]") {
  HistogramCounts total;
  total.merge(make(10, 10, 10));
  total.merge(make(0, 10, 10));
  REQUIRE(total.count() == 20);
  REQUIRE(*total.quantile(0.5) == Approx(1.0));
}

TEST_CASE("Counts that are none are ignored, and bounds have a limit", "[load][histogram]") {
  HistogramCounts counts;
  counts.add_bucket(std::nan(""), 1);
  counts.add_bucket(1, std::nan(""));
  counts.add_bucket(1, -5);
  counts.add_bucket(1, kInfinity);
  REQUIRE(counts.count() == 0);
  for (std::size_t i = 0; i < 2 * HistogramCounts::kMaxBounds; ++i) counts.add_bucket(static_cast<double>(i), 1);
  counts.add_bucket(0, 1);  // a known one still counts
  REQUIRE(*counts.quantile(0) <= static_cast<double>(HistogramCounts::kMaxBounds));
}

TEST_CASE("Counts that fall from bucket to bucket give some quantile and no crash", "[load][histogram]") {
  HistogramCounts counts;
  counts.add_bucket(1, 10);
  counts.add_bucket(2, 3);
  counts.add_bucket(kInfinity, 12);
  REQUIRE(*counts.quantile(0.99) == 2);
  REQUIRE(*counts.quantile(0.5) > 0);
}
