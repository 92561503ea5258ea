#include "cmd/kyma-load/progress.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kyma;
using namespace kyma::load;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

Sample sample_at(int second, std::uint64_t requests, std::size_t created) {
  Sample sample;
  sample.at = std::chrono::seconds{second};
  sample.requests.count = requests;
  sample.requests.throttled = requests / 10;
  sample.created = created;
  return sample;
}

}  // namespace

TEST_CASE("The progress shows the states that occur", "[load][progress]") {
  Snapshot snapshot{.elapsed = 12400ms, .requested = 4000, .created = 3999, .success = 7};
  REQUIRE(progress_lines(snapshot) == Lines{"12.4s  created 3999/4000  success 7/4000"});
  snapshot.failed = 1;
  snapshot.components_watched = true;
  REQUIRE(progress_lines(snapshot) == Lines{"12.4s  created 3999/4000, 1 failed  success 7/4000", "components: none"});
  snapshot.components[static_cast<std::size_t>(api::ComponentState::none)] = 5;
  snapshot.components[static_cast<std::size_t>(api::ComponentState::failing)] = 6;
  snapshot.removed = 10;
  REQUIRE(progress_lines(snapshot) ==
          Lines{"12.4s  created 3999/4000, 1 failed, 10 deleted  success 7/3990", "components: 5 unseen, 6 failing"});
}

TEST_CASE("While cleaning up the progress shows what is left", "[load][progress]") {
  Snapshot snapshot{.cleaning_up = true, .existing = 3, .components_watched = true};
  snapshot.components[static_cast<std::size_t>(api::ComponentState::success)] = 6;
  REQUIRE(progress_lines(snapshot) == Lines{"deleting  Kymas left 3  components left 6"});
}

TEST_CASE("Rates are of the last seconds", "[load][progress]") {
  REQUIRE(recent_rates({}).requests == 0);
  REQUIRE(recent_rates({sample_at(0, 0, 0)}).requests == 0);
  const auto rates = recent_rates({sample_at(0, 0, 0), sample_at(1, 1000, 900), sample_at(2, 100, 1000),
                                   sample_at(3, 200, 1050), sample_at(4, 300, 1200)});
  REQUIRE(rates.requests == 200);
  REQUIRE(rates.throttled == 20);
  REQUIRE(rates.creations == 100);
  REQUIRE_FALSE(rates.queue_depth);
}

TEST_CASE("What the daemon says is shown as rates", "[load][progress]") {
  std::vector<Sample> samples{sample_at(0, 0, 0), sample_at(1, 10, 0), sample_at(2, 10, 0)};
  DaemonSample daemon;
  daemon.process = {.cpu_seconds = 1, .resident_bytes = 30 << 20};
  daemon.requests_total = 100;
  samples[0].daemon = daemon;
  daemon.process.cpu_seconds = 2;
  daemon.requests_total = 700;
  daemon.queue_depth_kymas = 2;
  daemon.queue_depth_components = 3;
  samples[2].daemon = daemon;  // it was not asked in between
  Snapshot snapshot{.requested = 1, .rates = recent_rates(samples)};
  REQUIRE(progress_lines(snapshot).back() ==
          "requests: 10/s, 1/s throttled  daemon: queue 5, 300 requests/s, 30 MiB, 50% CPU");
}
