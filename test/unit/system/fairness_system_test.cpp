// The whole operator in virtual time, at the default request rate: a large Kyma is in no small one's way.

#include <catch2/catch_test_macros.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

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

const std::vector<std::string> kSmall{"dex", "ory"};

// All of three letters, as the small one's: their deadlines come thick and fast.
std::vector<std::string> many_components(int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back(fmt::format("{}{:02}", static_cast<char>('a' + i / 100), i % 100));
  return names;
}

OperatorOptions default_rate() {
  OperatorOptions options{.qps = 150, .burst = 150};
  options.manager.controller.max_concurrent_reconciles = runtime::useful_concurrency(options.qps);
  return options;
}

// When the watch showed the Kyma as `success`, since `begin`.
Duration success_after(const WatchRecorder<Kyma>& watch, const std::string& name, WallTime begin) {
  const auto events = watch.of(name);
  const auto found = std::ranges::find_if(
      events, [&](const auto& event) { return event.at > begin && event.object.status.state == KymaState::success; });
  REQUIRE(found != events.end());
  return found->at - begin;
}

// Of a small Kyma that has the operator for itself.
Duration alone() {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster, default_rate());
  daemon.start();
  WatchRecorder<Kyma> watch(cluster);
  const WallTime begin = cluster.clock.wall_now();
  cluster.apply(kyma_json("small", kSmall));
  cluster.run_for(1min);
  return success_after(watch, "small", begin);
}

}  // namespace

TEST_CASE("A Kyma of two components hardly notices one of five hundred that was created before it",
          "[system][fairness]") {
  const Duration undisturbed = alone();
  TestCluster cluster;
  OperatorUnderTest daemon(cluster, default_rate());
  daemon.start();
  WatchRecorder<Kyma> watch(cluster);
  const WallTime begin = cluster.clock.wall_now();
  cluster.apply(kyma_json("large", many_components(500)));
  cluster.apply(kyma_json("small", kSmall));
  cluster.run_for(2min);
  const Duration small = success_after(watch, "small", begin);
  const Duration large = success_after(watch, "large", begin);
  CAPTURE(undisturbed, small, large);
  CHECK(small <= undisturbed + 1s);
  // It takes what its 3000 requests take, less the burst.
  CHECK(large <= 2850s / 150 + 2s);
  CHECK(cluster.requests.failures() == 0);
}

TEST_CASE("A Kyma of two components hardly notices that all of five hundred are changed and removed",
          "[system][fairness]") {
  const Duration undisturbed = alone();
  TestCluster cluster;
  OperatorUnderTest daemon(cluster, default_rate());
  daemon.start();
  WatchRecorder<Kyma> watch(cluster);
  cluster.apply(kyma_json("large", many_components(500)));
  cluster.run_for(1min);
  const WallTime begin = cluster.clock.wall_now();
  SECTION("changed") {
    std::string components;
    for (const auto& name : many_components(500)) {
      components += fmt::format(R"({}{{"name":"{}","namespace":"elsewhere"}})", components.empty() ? "" : ",", name);
    }
    cluster.patch<Kyma>("large", R"({"spec":{"components":[)" + components + "]}}");
  }
  SECTION("removed") { cluster.patch<Kyma>("large", components_patch({"a01"})); }
  cluster.apply(kyma_json("small", kSmall));
  cluster.run_for(2min);
  const Duration small = success_after(watch, "small", begin);
  CAPTURE(undisturbed, small);
  CHECK(small <= undisturbed + 1s);
  CHECK(cluster.get<Kyma>("large").status.state == KymaState::success);
  CHECK(cluster.list<HelmComponent>().size() == cluster.get<Kyma>("large").spec.components.size() + kSmall.size());
  CHECK(cluster.requests.failures() == 0);
}

TEST_CASE("A Kyma created while many others are under way is taken up at once", "[system][fairness]") {
  constexpr int kOthers = 30;
  TestCluster cluster;
  OperatorUnderTest daemon(cluster, default_rate());
  daemon.start();
  WatchRecorder<HelmComponent> watch(cluster);
  // Some 3,700 requests in a minute and a half, in bursts that are too much for the rate.
  for (int i = 0; i < kOthers; ++i) cluster.apply(kyma_json(fmt::format("other-{}", i), many_components(18)));
  cluster.run_for(7s);
  const WallTime begin = cluster.clock.wall_now();
  cluster.apply(kyma_json("new", kSmall));
  cluster.run_for(3min);
  for (const auto& name : kSmall) {
    const auto events = watch.of("new-" + name);
    REQUIRE(events.size() == 6);
    CAPTURE(events[0].at - begin, events[1].at - begin);
    // Thirty users' components are new, too: they take turns. In the order of adding it would be seven times that.
    CHECK(events[1].at - begin <= 2s);
    CHECK(events[5].at - begin <= lifetime(events[5].object) + 1500ms);
  }
}
