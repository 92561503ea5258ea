// The whole operator against the embedded API server in virtual time: what becomes of Kymas when all is well.

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <map>
#include <set>
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
using api::ComponentState;
using api::HelmComponent;
using api::Kyma;
using api::KymaState;

}  // namespace

TEST_CASE("The reference Kyma is success 67 s after its creation, with no request too many", "[system][lifecycle]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.requests.clear();
  const WallTime created = cluster.clock.wall_now();
  cluster.apply(kyma_json("prod", reference_components()));

  REQUIRE(wait_for(cluster, "prod", KymaState::success, 70s));
  REQUIRE(cluster.clock.wall_now() == created + 67s);
  cluster.run_for(10min);
  INFO(cluster.requests.summary());
  REQUIRE(cluster.requests.count("create", "helmcomponents") == 18);
  REQUIRE(cluster.requests.count("patch", "helmcomponents/status") == 90);
  REQUIRE(cluster.requests.count("patch", "kymas/status") == 14);
  REQUIRE(cluster.requests.count("get") == 0);
  REQUIRE(cluster.requests.count("list") == 0);
  REQUIRE(cluster.requests.failures() == 0);
  const std::size_t watches = cluster.requests.count("watch");
  REQUIRE(cluster.requests.count() == 18 + 90 + 14 + watches);

  const auto kyma = cluster.get<Kyma>("prod");
  REQUIRE(kyma.status.waiting_for.empty());
  REQUIRE(kyma.status.observed_generation == 1);
  REQUIRE(kyma.status.ready.status == api::ConditionStatus::yes);
  for (const auto& component : cluster.list<HelmComponent>()) {
    REQUIRE(component.status.state == ComponentState::success);
    REQUIRE(component.status.last_reconciliation == created + lifetime(component));
    REQUIRE(component.metadata.is_controlled_by(kyma.metadata.uid));
    REQUIRE(component.metadata.owner_references->at(0).block_owner_deletion);
    REQUIRE(component.spec->target_namespace() == "kyma-system");
    // Nothing renders, so nothing claims to have been rendered.
    REQUIRE(component.status.manifest_digest.empty());
  }
}

TEST_CASE("Every component is seen in each state exactly once, in order, at its instant", "[system][lifecycle]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  WatchRecorder<HelmComponent> watch(cluster);
  cluster.apply(kyma_json("prod", reference_components()));
  cluster.run_for(2min);
  for (const auto& name : reference_components()) {
    INFO(name);
    check_lifecycle<WatchRecorder<HelmComponent>::Event>(watch.of("prod-" + name), Punctuality::exact);
  }
}

TEST_CASE("waitingFor shrinks in spec order with each success", "[system][lifecycle]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  WatchRecorder<Kyma> watch(cluster);
  cluster.apply(kyma_json("prod", {"service-catalog", "ory", "istio", "kiali"}));
  cluster.run_for(2min);
  std::vector<std::vector<std::string>> waits;
  for (const auto& event : watch.of("prod")) {
    std::vector<std::string> names;
    for (const auto& name : event.object.status.waiting_for) names.push_back(name.str());
    waits.push_back(names);
  }
  REQUIRE(waits == std::vector<std::vector<std::string>>{{},  // as created
                                                         {"service-catalog", "ory", "istio", "kiali"},
                                                         {"service-catalog", "istio", "kiali"},
                                                         {"service-catalog"},
                                                         {}});
}

TEST_CASE("A HelmComponent without an owner is driven just the same", "[system][lifecycle]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  WatchRecorder<HelmComponent> watch(cluster);
  cluster.requests.clear();
  cluster.apply(component_json("lonely", "monitoring"));
  cluster.run_for(1min);
  check_lifecycle<WatchRecorder<HelmComponent>::Event>(watch.of("lonely"), Punctuality::exact);
  REQUIRE(cluster.requests.count("patch", "helmcomponents/status") == 5);
  REQUIRE(cluster.requests.count("patch", "kymas/status") == 0);
}

TEST_CASE("A changed spec starts a component again at pending", "[system][lifecycle]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.apply(component_json("lonely", "istio"));
  const auto in_state = [&](ComponentState state) {
    return [&cluster, state] { return cluster.get<HelmComponent>("lonely").status.state == state; };
  };
  SECTION("when it was done") { cluster.run_for(1min); }
  SECTION("on its way") { cluster.run_for(8s); }
  WatchRecorder<HelmComponent> watch(cluster);
  const WallTime changed = cluster.clock.wall_now();
  cluster.patch<HelmComponent>("lonely", R"({"spec":{"values":{"a":1}}})");
  cluster.run_for(1s - 1us);
  REQUIRE(in_state(ComponentState::pending)());
  REQUIRE(cluster.get<HelmComponent>("lonely").status.last_reconciliation == changed);
  REQUIRE(cluster.get<HelmComponent>("lonely").status.observed_generation == 2);
  cluster.run_for(15s);
  REQUIRE_FALSE(in_state(ComponentState::success)());
  cluster.run_for(1us);
  REQUIRE(in_state(ComponentState::success)());
  REQUIRE(watch.of("lonely").size() == 1 + 5);
}

TEST_CASE("The states of components and Kymas are counted", "[system][metrics]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  REQUIRE(daemon.metric(R"(kyma_operator_components{state="success"})") == 0);
  cluster.apply(kyma_json("prod", {"istio", "ory", "monitoring"}));
  cluster.run_for(500ms);
  REQUIRE(daemon.metric(R"(kyma_operator_components{state="pending"})") == 3);
  REQUIRE(daemon.metric(R"(kyma_operator_kymas{state="reconciling"})") == 1);
  cluster.run_for(11s);
  REQUIRE(daemon.metric(R"(kyma_operator_components{state="pending"})") == 0);
  REQUIRE(daemon.metric(R"(kyma_operator_components{state="success"})") == 1);
  cluster.run_for(1min);
  REQUIRE(daemon.metric(R"(kyma_operator_components{state="success"})") == 3);
  REQUIRE(daemon.metric(R"(kyma_operator_kymas{state="success"})") == 1);
  cluster.remove<Kyma>("prod");
  cluster.run_for(1min);
  for (const auto* state : {"none", "pending", "success", "error"}) {
    REQUIRE(daemon.metric(std::string("kyma_operator_components{state=\"") + state + "\"}") == 0);
  }
  REQUIRE(daemon.metric(R"(kyma_operator_kymas{state="success"})") == 0);
}

TEST_CASE("A restart in mid-lifecycle adds no time and repeats no state", "[system][restart]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  WatchRecorder<HelmComponent> watch(cluster);
  const WallTime created = cluster.clock.wall_now();
  cluster.apply(kyma_json("prod", reference_components()));
  cluster.run_for(20s);
  SECTION("stopped gracefully") { daemon.stop(); }
  SECTION("crashed") { daemon.kill(); }
  cluster.run_for(5s);
  daemon.start();
  REQUIRE(wait_for(cluster, "prod", KymaState::success, 70s));
  REQUIRE(cluster.clock.wall_now() == created + 67s);
  for (const auto& name : reference_components()) {
    INFO(name);
    check_lifecycle<WatchRecorder<HelmComponent>::Event>(watch.of("prod-" + name), Punctuality::late_allowed);
  }
}

TEST_CASE("States overdue after a long standstill are walked one by one", "[system][restart]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  WatchRecorder<HelmComponent> watch(cluster);
  cluster.apply(kyma_json("prod", reference_components()));
  cluster.run_for(500ms);
  daemon.stop();
  cluster.run_for(24h);
  cluster.requests.clear();
  const WallTime restarted = cluster.clock.wall_now();
  daemon.start();
  REQUIRE(wait_for(cluster, "prod", KymaState::success, 1s));
  REQUIRE(cluster.clock.wall_now() == restarted);
  REQUIRE(cluster.requests.count("patch", "helmcomponents/status") == 4 * 18);
  for (const auto& name : reference_components()) {
    INFO(name);
    check_lifecycle<WatchRecorder<HelmComponent>::Event>(watch.of("prod-" + name), Punctuality::late_allowed);
  }
}

TEST_CASE("A restart in steady state writes nothing", "[system][restart]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  for (int i = 0; i < 5; ++i) cluster.apply(kyma_json("prod-" + std::to_string(i), reference_components()));
  cluster.run_for(2min);
  daemon.stop();
  cluster.requests.clear();
  daemon.start();
  cluster.run_for(10min);
  INFO(cluster.requests.summary());
  REQUIRE(cluster.requests.count() == cluster.requests.count("list") + cluster.requests.count("watch"));
  REQUIRE(cluster.requests.count("list") == 2);
}
