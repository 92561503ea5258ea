// The whole operator in virtual time with many Kymas at once: the time for thousands is the time for one.

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <random>
#include <string>

#include "operator/api/helm_component.hpp"
#include "operator/api/kyma.hpp"
#include "test/support/kymas.hpp"
#include "test/support/operator_under_test.hpp"
#include "test/support/test_cluster.hpp"
#include "test/support/watch_recorder.hpp"
#include "test/unit/system/expectations.hpp"

namespace {

using namespace std::chrono_literals;
using namespace kyma;
using namespace kyma::test;
using api::HelmComponent;
using api::Kyma;
using api::KymaState;

#ifdef NDEBUG
constexpr int kMany = 1000;
#else
constexpr int kMany = 50;  // without optimisation the same takes minutes
#endif

std::string name_of(int i) { return "kyma-" + std::to_string(i); }

bool all_success(OperatorUnderTest& daemon, int kymas) {
  return daemon.metric(R"(kyma_operator_kymas{state="success"})") == kymas;
}

}  // namespace

TEST_CASE("A thousand Kymas created at once are success as soon as one would be", "[system][scale]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.requests.clear();
  const WallTime created = cluster.clock.wall_now();
  for (int i = 0; i < kMany; ++i) cluster.apply(kyma_json(name_of(i), reference_components()));
  cluster.run_for(69s);
  REQUIRE(all_success(daemon, kMany));
  REQUIRE(cluster.clock.wall_now() <= created + 70s);
  INFO(cluster.requests.summary());
  REQUIRE(cluster.requests.count("create", "helmcomponents") == 18u * kMany);
  REQUIRE(cluster.requests.count("patch", "helmcomponents/status") == 90u * kMany);
  REQUIRE(cluster.requests.count("patch", "kymas/status") <= 16u * kMany);
  REQUIRE(cluster.requests.count("get") == 0);
  REQUIRE(cluster.requests.count("list") == 0);
  REQUIRE(cluster.requests.failures() == 0);
}

TEST_CASE("Under client limits that a hundred Kymas exceed, nothing is lost, early or repeated", "[system][scale]") {
  // The defaults for a hundred, scaled for fewer.
  constexpr int kKymas = kMany / 10;
  constexpr double kQps = 1.5 * kKymas;
  TestCluster cluster;
  OperatorUnderTest daemon(cluster, {.qps = kQps, .burst = kQps});
  daemon.start();
  WatchRecorder<HelmComponent> watch(cluster);
  const WallTime created = cluster.clock.wall_now();
  for (int i = 0; i < kKymas; ++i) cluster.apply(kyma_json(name_of(i), reference_components()));
  while (!all_success(daemon, kKymas) && cluster.clock.wall_now() < created + 1h) cluster.run_for(1s);
  REQUIRE(all_success(daemon, kKymas));
  // 122 requests for each Kyma, less the burst. Catching up, several successes share a status write.
  const auto rough = std::chrono::duration<double>((122 * kKymas - kQps) / kQps);
  REQUIRE(cluster.clock.wall_now() - created >= rough * 0.9);
  REQUIRE(cluster.clock.wall_now() - created <= rough * 1.25);
  REQUIRE(cluster.requests.count("create", "helmcomponents") == 18u * kKymas);
  REQUIRE(cluster.requests.count("patch", "helmcomponents/status") == 90u * kKymas);
  for (int i = 0; i < kKymas; ++i) {
    for (const auto& name : reference_components()) {
      INFO(name);
      check_lifecycle<WatchRecorder<HelmComponent>::Event>(watch.of(name_of(i) + "-" + name),
                                                           Punctuality::late_allowed);
    }
  }
}

TEST_CASE("The long-running components of all Kymas are made before the short-running ones of any", "[system][scale]") {
  constexpr int kKymas = 20;
  TestCluster cluster;
  OperatorOptions options{.qps = 30, .burst = 10};
  options.manager.controller.max_concurrent_reconciles = 4;
  OperatorUnderTest daemon(cluster, options);
  daemon.start();
  for (int i = 0; i < kKymas; ++i) cluster.apply(kyma_json(name_of(i), reference_components()));
  cluster.requests.clear();
  cluster.run_for(2min);
  std::size_t last_long = 0;
  std::size_t first_short = cluster.requests.all().size();
  for (std::size_t i = 0; i < cluster.requests.all().size(); ++i) {
    const LoggedRequest& request = cluster.requests.all()[i];
    if (request.verb != "create") continue;
    if (request.name.ends_with("-service-catalog-addons")) last_long = i;
    if (request.name.ends_with("-ory")) first_short = std::min(first_short, i);
  }
  REQUIRE(last_long > 0);
  REQUIRE(last_long < first_short);
}

TEST_CASE("With requests that take their time, a Kyma is written at most 16 times and told of in time",
          "[system][scale]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  WatchRecorder<HelmComponent> components(cluster);
  WatchRecorder<Kyma> kymas(cluster);
  std::mt19937 random(3);
  cluster.latency = [&](const LoggedRequest&) { return std::chrono::microseconds(random() % 40'000); };
  const WallTime created = cluster.clock.wall_now();
  for (int i = 0; i < 5; ++i) cluster.apply(kyma_json(name_of(i), reference_components()));
  cluster.run_for(90s);
  REQUIRE(all_success(daemon, 5));
  for (int i = 0; i < 5; ++i) {
    const auto events = kymas.of(name_of(i));
    REQUIRE(events.size() <= 1 + 16);
    // The components were seen 80 ms after the Kyma at most: they are made in three batches.
    REQUIRE(events.back().at - created <= 67s + 400ms);
    for (const auto& name : reference_components()) {
      INFO(name);
      check_lifecycle<WatchRecorder<HelmComponent>::Event>(components.of(name_of(i) + "-" + name),
                                                           Punctuality::late_allowed);
    }
  }
  INFO(cluster.requests.summary());
  REQUIRE(cluster.requests.failures() == 0);
}
