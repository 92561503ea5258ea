#include "operator/base/metrics.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using namespace kyma::metrics;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("Registry exposes counters, gauges and cumulative histograms in Prometheus' text format", "[base][metrics]") {
  Registry registry;
  registry.counter("requests_total", "Requests.", {"code"}).with({"200"}).increment(3);
  registry.gauge("depth", "Depth.").with({}).set(7);
  Histogram& seconds = registry.histogram("seconds", "Seconds.", {"name"}, {0.1, 1}).with({"a"});
  seconds.observe(0.1);
  seconds.observe(0.5);
  seconds.observe(5);
  const std::string text = registry.expose();
  REQUIRE_THAT(text, ContainsSubstring("# TYPE requests_total counter\nrequests_total{code=\"200\"} 3\n"));
  REQUIRE_THAT(text, ContainsSubstring("depth 7\n"));
  REQUIRE_THAT(text, ContainsSubstring("seconds_bucket{name=\"a\",le=\"0.1\"} 1\n"));
  REQUIRE_THAT(text, ContainsSubstring("seconds_bucket{name=\"a\",le=\"1\"} 2\n"));
  REQUIRE_THAT(text, ContainsSubstring("seconds_bucket{name=\"a\",le=\"+Inf\"} 3\n"));
  REQUIRE_THAT(text, ContainsSubstring("seconds_count{name=\"a\"} 3\n"));
}

TEST_CASE("Registry finds a family again and refuses it with another shape", "[base][metrics]") {
  Registry registry;
  auto& first = registry.counter("a_total", "A.", {"x"});
  REQUIRE(&registry.counter("a_total", "A.", {"x"}) == &first);
  REQUIRE_THROWS_AS(registry.gauge("a_total", "A.", {"x"}), std::logic_error);
  REQUIRE_THROWS_AS(registry.counter("a_total", "A.", {"y"}), std::logic_error);
  REQUIRE_THROWS_AS(first.with({"1", "2"}), std::logic_error);
}

TEST_CASE("Registry calls scrape hooks until their token goes", "[base][metrics]") {
  Registry registry;
  int calls = 0;
  auto token = registry.on_scrape([&] { ++calls; });
  registry.expose();
  token.reset();
  registry.expose();
  REQUIRE(calls == 1);
}

TEST_CASE("Process metrics tell of this process", "[base][metrics]") {
  Registry registry;
  const auto token = add_process_metrics(registry);
  const std::string text = registry.expose();
  for (const char* name :
       {"process_cpu_seconds_total", "process_open_fds", "process_max_fds", "process_virtual_memory_bytes",
        "process_virtual_memory_max_bytes", "process_resident_memory_bytes", "process_start_time_seconds"}) {
    REQUIRE_THAT(text, ContainsSubstring(std::string("\n") + name + " ") || ContainsSubstring(name));
  }
  REQUIRE(registry.gauge("process_resident_memory_bytes", "").with({}).value() > 1e6);
  REQUIRE(registry.gauge("process_open_fds", "").with({}).value() >= 3);
}

TEST_CASE("Histogram quantile is the bound of its bucket", "[base][metrics]") {
  Histogram histogram(exponential_buckets(1, 10, 3));
  REQUIRE(histogram.quantile(0.5) == 0);
  for (int i = 0; i < 99; ++i) histogram.observe(0.5);
  histogram.observe(50);
  REQUIRE(histogram.quantile(0.5) == 1);
  REQUIRE(histogram.quantile(0.999) == 100);
}
