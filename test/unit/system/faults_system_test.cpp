// The whole operator in virtual time with an API server that fails: nothing is lost, repeated, skipped or early.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "operator/api/helm_component.hpp"
#include "operator/api/kyma.hpp"
#include "operator/kube/meta/time.hpp"
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
using ComponentWatch = WatchRecorder<HelmComponent>;

bool is_write(const LoggedRequest& request) { return request.verb == "create" || request.verb == "patch"; }

void check_all(const ComponentWatch& watch) {
  for (const auto& name : reference_components()) {
    INFO(name);
    check_lifecycle<ComponentWatch::Event>(watch.of("prod-" + name), Punctuality::late_allowed);
  }
}

}  // namespace

TEST_CASE("Now and then a fault of any kind: every state is reached once, in order, none early", "[system][faults]") {
  const Fault kind =
      GENERATE(Fault::server_error, Fault::unavailable, Fault::conflict, Fault::lost_request, Fault::lost_answer);
  CAPTURE(static_cast<int>(kind));
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  ComponentWatch watch(cluster);
  std::mt19937 random(7);
  std::size_t faults = 0;
  cluster.fault = [&](const LoggedRequest& request) {
    // A create does not conflict.
    const bool fits = kind == Fault::conflict ? request.verb == "patch" : is_write(request);
    if (!fits || random() % 5 != 0) return Fault::none;
    ++faults;
    return kind;
  };
  cluster.apply(kyma_json("prod", reference_components()));
  const bool done = wait_for(cluster, "prod", KymaState::success, 10min);
  INFO(describe_state(cluster));
  REQUIRE(done);
  REQUIRE(faults >= 10);
  check_all(watch);
}

TEST_CASE("A conflict costs milliseconds and no error", "[system][faults]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  int conflicts = 0;
  cluster.fault = [&](const LoggedRequest& request) {
    return request.verb == "patch" && ++conflicts % 2 == 1 ? Fault::conflict : Fault::none;
  };
  const WallTime created = cluster.clock.wall_now();
  cluster.apply(kyma_json("prod", {"istio"}));
  REQUIRE(wait_for(cluster, "prod", KymaState::success, 1min));
  REQUIRE(cluster.clock.wall_now() - created < 16s + 200ms);
  REQUIRE(conflicts >= 7);
  REQUIRE(daemon.metric(R"(controller_runtime_reconcile_errors_total{controller="helmcomponent"})") == 0);
  REQUIRE(daemon.metric(R"(controller_runtime_reconcile_errors_total{controller="kyma"})") == 0);
}

TEST_CASE("While every write conflicts, the server is asked about once a second per object", "[system][faults]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.fault = [](const LoggedRequest& request) { return request.verb == "patch" ? Fault::conflict : Fault::none; };
  cluster.apply(component_json("lonely", "istio"));
  cluster.run_for(100s);
  REQUIRE(cluster.requests.count("patch") >= 50);
  REQUIRE(cluster.requests.count("patch") <= 110);
}

TEST_CASE("A conflict that somebody else's write has settled is forgotten", "[system][faults]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.fault = [](const LoggedRequest& request) { return request.verb == "patch" ? Fault::conflict : Fault::none; };
  cluster.apply(component_json("lonely", "istio"));
  cluster.run_for(10s);
  REQUIRE(daemon.controllers().remembered() > 0);
  const std::string instant = kube::format_micro_time(cluster.clock.wall_now() + 5s);
  cluster.patch<HelmComponent>(
      "lonely", R"({"status":{"status":"pending","observedGeneration":1,"lastReconciliation":")" + instant + "\"}}",
      "status");
  cluster.run_for(2s);
  REQUIRE(daemon.controllers().remembered() == 0);
}

TEST_CASE("Of objects that are gone nothing is remembered", "[system][faults]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  std::mt19937 random(13);
  cluster.latency = [&](const LoggedRequest&) { return std::chrono::microseconds(random() % 50'000); };
  cluster.fault = [&](const LoggedRequest& request) {
    constexpr Fault kFaults[] = {Fault::conflict,     Fault::invalid,     Fault::server_error,
                                 Fault::lost_request, Fault::lost_answer, Fault::none};
    if (!is_write(request) || random() % 3 != 0) return Fault::none;
    const Fault chosen = kFaults[random() % std::size(kFaults)];
    return chosen == Fault::conflict && request.verb == "create" ? Fault::none : chosen;
  };
  cluster.apply(component_json("kyma-1-istio", "istio"));  // foreign: Kyma 1 stays blocked
  for (int i = 0; i < 20; ++i) {
    cluster.apply(kyma_json("kyma-" + std::to_string(i), {"istio", "ory", "kiali"}));
    cluster.run_for(std::chrono::milliseconds(random() % 3'000));
    if (i != 1 && random() % 2 == 0) cluster.remove<Kyma>("kyma-" + std::to_string(i));
  }
  REQUIRE(daemon.controllers().remembered() > 0);
  for (const auto& kyma : cluster.list<Kyma>()) cluster.remove<Kyma>(kyma.metadata.name);
  cluster.remove<HelmComponent>("kyma-1-istio");
  cluster.run_for(1h);
  REQUIRE(cluster.list<HelmComponent>().empty());
  REQUIRE(daemon.controllers().remembered() == 0);
  runtime::Workqueue& queue = daemon.manager().queue();
  for (const auto lane : daemon.manager().lanes()) {
    REQUIRE(queue.depth(lane) == 0);
    REQUIRE(queue.delayed(lane) == 0);
    REQUIRE(queue.processing(lane) == 0);
  }
}

TEST_CASE("An API server that is away for a while shifts nothing but what was due meanwhile", "[system][faults]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  ComponentWatch watch(cluster);
  const WallTime created = cluster.clock.wall_now();
  cluster.apply(kyma_json("prod", reference_components()));
  cluster.run_for(10s);
  cluster.connections.set_down(true);
  cluster.connections.break_all();
  cluster.run_for(20s);
  cluster.connections.set_down(false);
  REQUIRE(wait_for(cluster, "prod", KymaState::success, 2min));
  REQUIRE(cluster.clock.wall_now() - created <= 67s + 10s);
  check_all(watch);
}

TEST_CASE("Watches that break all the time lose nothing", "[system][faults]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  ComponentWatch watch(cluster);
  cluster.apply(kyma_json("prod", reference_components()));
  for (int i = 0; i < 40; ++i) {
    cluster.run_for(1700ms);
    cluster.connections.break_all();
  }
  REQUIRE(wait_for(cluster, "prod", KymaState::success, 2min));
  check_all(watch);
}

TEST_CASE("An answer lost after a create neither makes a second object nor a conflict", "[system][faults]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  ComponentWatch watch(cluster);
  cluster.fault = [&](const LoggedRequest& request) {
    const bool first = request.verb == "create" && cluster.requests.count("create") < 6;
    return first ? Fault::lost_answer : Fault::none;
  };
  cluster.apply(kyma_json("prod", reference_components()));
  REQUIRE(wait_for(cluster, "prod", KymaState::success, 2min));
  check_all(watch);
  REQUIRE(cluster.list<HelmComponent>().size() == 18);
}

TEST_CASE("Errors of one Kyma's components hold up neither its others nor other Kymas", "[system][faults]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.fault = [](const LoggedRequest& request) {
    return request.name == "prod-monitoring" ? Fault::server_error : Fault::none;
  };
  const WallTime created = cluster.clock.wall_now();
  cluster.apply(kyma_json("prod", {"monitoring", "istio"}));
  cluster.apply(kyma_json("fine", {"monitoring"}));
  REQUIRE(wait_for(cluster, "fine", KymaState::success, 1min));
  REQUIRE(cluster.clock.wall_now() == created + 31s);
  REQUIRE(cluster.get<HelmComponent>("prod-istio").status.state == api::ComponentState::success);
  cluster.fault = {};
  REQUIRE(wait_for(cluster, "prod", KymaState::success, 5min));
}

TEST_CASE("Two daemons at once repeat no state and skip none", "[system][faults]") {
  TestCluster cluster;
  OperatorUnderTest one(cluster);
  OperatorUnderTest other(cluster);
  one.start();
  other.start();
  ComponentWatch watch(cluster);
  std::mt19937 random(5);
  cluster.latency = [&](const LoggedRequest&) { return std::chrono::microseconds(random() % 5'000); };
  const WallTime created = cluster.clock.wall_now();
  cluster.apply(kyma_json("prod", reference_components()));
  REQUIRE(wait_for(cluster, "prod", KymaState::success, 70s));
  REQUIRE(cluster.clock.wall_now() - created <= 67s + 1s);
  REQUIRE(cluster.requests.failures() > 0);  // they did meet
  check_all(watch);
}

TEST_CASE("Every other daemon is killed in the middle of its work and the last one finishes it", "[system][faults]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  ComponentWatch watch(cluster);
  std::mt19937 random(11);
  cluster.latency = [&](const LoggedRequest&) { return std::chrono::microseconds(random() % 20'000); };
  cluster.apply(kyma_json("prod", reference_components()));
  const WallTime created = cluster.clock.wall_now();
  for (int i = 0; i < 30; ++i) {
    daemon.start();
    cluster.run_for(std::chrono::milliseconds(random() % 3'000));
    daemon.kill();
  }
  daemon.start();
  REQUIRE(wait_for(cluster, "prod", KymaState::success, 2min));
  REQUIRE(cluster.clock.wall_now() - created <= 67s + 5s);
  check_all(watch);
}
