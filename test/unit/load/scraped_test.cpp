#include "cmd/kyma-load/scraped.hpp"

#include <fmt/format.h>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace kyma::load;
using Catch::Approx;

namespace {

struct Daemon {
  double cpu = 1;
  double resident = 1000;
  double fast = 0;  // items that waited less than 0.1 s
  double slow = 0;  // up to 1 s
  double ok = 0;
  double throttled = 0;
  double depth = 0;
};

std::string text(const Daemon& d) {
  return fmt::format(R"(# TYPE workqueue_depth gauge
workqueue_depth{{name="kyma",controller="kyma",priority="0"}} {}
workqueue_depth{{name="kyma",controller="kyma",priority="-100"}} 1
workqueue_depth{{name="helmcomponent",controller="helmcomponent",priority="0"}} {}
workqueue_queue_duration_seconds_bucket{{name="kyma",controller="kyma",le="0.1"}} {}
workqueue_queue_duration_seconds_bucket{{name="kyma",controller="kyma",le="1"}} {}
workqueue_queue_duration_seconds_bucket{{name="kyma",controller="kyma",le="+Inf"}} {}
rest_client_requests_total{{code="200",method="GET",host="h"}} {}
rest_client_requests_total{{code="429",method="GET",host="h"}} {}
rest_client_request_duration_seconds_bucket{{verb="GET",host="h",le="0.005"}} {}
rest_client_request_duration_seconds_bucket{{verb="GET",host="h",le="+Inf"}} {}
kyma_operator_flow_control_rate 321
process_cpu_seconds_total {}
process_resident_memory_bytes {}
)",
                     d.depth, 2 * d.depth, d.fast, d.fast + d.slow, d.fast + d.slow, d.ok, d.throttled, d.ok, d.ok,
                     d.cpu, d.resident);
}

}  // namespace

TEST_CASE("The daemon's metrics become a sample", "[load][scraped]") {
  DaemonMetrics metrics;
  REQUIRE_FALSE(metrics.totals());
  const auto sample = metrics.read(text({.cpu = 2.5, .resident = 1 << 20, .ok = 40, .throttled = 2, .depth = 3}));
  REQUIRE(sample);
  REQUIRE(sample->process.cpu_seconds == 2.5);
  REQUIRE(sample->process.resident_bytes == 1 << 20);
  REQUIRE(sample->queue_depth_kymas == 4);
  REQUIRE(sample->queue_depth_components == 6);
  REQUIRE(sample->requests_total == 42);
  REQUIRE(sample->throttled_total == 2);
  REQUIRE(sample->adaptive_qps == 321);
  REQUIRE(sample->queue_p99_seconds == 0);  // nothing before it
}

TEST_CASE("Quantiles of a sample are of its interval, those of the totals of the run", "[load][scraped]") {
  DaemonMetrics metrics;
  // What was before the run is not of it: slow items.
  metrics.read(text({.slow = 1000}));
  const auto second = metrics.read(text({.fast = 99, .slow = 1000}));
  REQUIRE(second->queue_p99_seconds == Approx(0.099));
  const auto third = metrics.read(text({.fast = 99, .slow = 1001}));
  REQUIRE(third->queue_p99_seconds == Approx(0.991));
  REQUIRE(*metrics.totals()->queue_p99_seconds == Approx(0.1));
}

TEST_CASE("Totals count from the first text on and survive a restart", "[load][scraped]") {
  DaemonMetrics metrics;
  metrics.read(text({.cpu = 100, .resident = 500, .ok = 1000, .throttled = 10, .depth = 1}));
  metrics.read(text({.cpu = 101, .resident = 900, .ok = 1100, .throttled = 15, .depth = 7}));
  // Begun anew.
  metrics.read(text({.cpu = 0.5, .resident = 600, .ok = 30, .throttled = 0, .depth = 0}));
  const auto totals = metrics.totals();
  REQUIRE(totals->cpu_seconds == Approx(1.5));
  REQUIRE(totals->requests == Approx(105 + 30));
  REQUIRE(totals->throttled == 5);
  REQUIRE(totals->peak_resident_bytes == 900);
  REQUIRE(totals->peak_queue_depth == 22);
}

TEST_CASE("A page that is not the operator's is no sample", "[load][scraped]") {
  DaemonMetrics daemon;
  REQUIRE_FALSE(daemon.read(""));
  REQUIRE_FALSE(daemon.read("<html>not found</html>"));
  REQUIRE_FALSE(daemon.read("process_cpu_seconds_total 5\n"));
  REQUIRE_FALSE(daemon.totals());
  ServerMetrics server;
  REQUIRE_FALSE(server.read("workqueue_depth 1\n"));
  REQUIRE_FALSE(server.totals());
}

TEST_CASE("Values that are no numbers count as nothing", "[load][scraped]") {
  DaemonMetrics metrics;
  const auto sample = metrics.read(
      "workqueue_depth{controller=\"kyma\"} NaN\nrest_client_requests_total +Inf\n"
      "process_resident_memory_bytes -1\nworkqueue_queue_duration_seconds_bucket{le=\"x\"} 5\n"
      "workqueue_queue_duration_seconds_bucket 5\n");
  REQUIRE(sample);
  REQUIRE(sample->queue_depth_kymas == 0);
  REQUIRE(sample->requests_total == 0);
  REQUIRE(sample->process.resident_bytes == 0);
  REQUIRE_FALSE(metrics.totals()->queue_p99_seconds);
}

TEST_CASE("The API server's metrics become a sample, without the duration of watches", "[load][scraped]") {
  const auto page = [](double fast, double watches) {
    return fmt::format(R"(apiserver_request_total{{verb="GET",code="200"}} {}
apiserver_request_total{{verb="WATCH",code="200"}} {}
apiserver_request_duration_seconds_bucket{{verb="GET",le="0.1"}} {}
apiserver_request_duration_seconds_bucket{{verb="GET",le="+Inf"}} {}
apiserver_request_duration_seconds_bucket{{verb="WATCH",le="0.1"}} 0
apiserver_request_duration_seconds_bucket{{verb="WATCH",le="+Inf"}} {}
apiserver_storage_objects{{resource="a"}} 5
apiserver_storage_objects{{resource="b"}} 7
apiserver_storage_objects{{resource="unknown"}} -1
)",
                       fast, watches, fast, fast, watches);
  };
  ServerMetrics metrics;
  REQUIRE(metrics.read(page(10, 5))->objects == 12);
  const auto sample = metrics.read(page(110, 500));
  REQUIRE(sample->requests_total == 610);
  REQUIRE(sample->request_p99_seconds == Approx(0.099));
  REQUIRE(sample->process.resident_bytes == 0);
  REQUIRE(metrics.totals()->requests == 595);
  REQUIRE(*metrics.totals()->request_p99_seconds == Approx(0.099));
}
