// The whole operator in virtual time: what is wrong, foreign, or changed by others.

#include <catch2/catch_test_macros.hpp>

#include <set>
#include <string>
#include <vector>

#include "operator/api/helm_component.hpp"
#include "operator/api/kyma.hpp"
#include "operator/kube/meta/json.hpp"
#include "test/support/kymas.hpp"
#include "test/support/operator_under_test.hpp"
#include "test/support/test_cluster.hpp"
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

TEST_CASE("Invalid component names are named in the condition and the valid ones go on", "[system][fan_out]") {
  TestCluster cluster({.real_schemas = false});
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.apply(kyma_json("prod", {"istio", "Not_Valid", "", "ory", "istio"}));
  cluster.run_for(1min);
  const auto kyma = cluster.get<Kyma>("prod");
  REQUIRE(component_names(cluster) == std::set<std::string>{"default/prod-istio", "default/prod-ory"});
  REQUIRE(kyma.status.state == KymaState::error);
  REQUIRE(kyma.status.waiting_for.empty());
  REQUIRE(says(kyma, "InvalidComponent", "\"Not_Valid\""));
  REQUIRE(says(kyma, "InvalidComponent", "\"istio\" is invalid: the name is listed more than once"));
  cluster.requests.clear();
  cluster.run_for(1h);
  REQUIRE(cluster.requests.count() == cluster.requests.count("watch"));
  cluster.patch<Kyma>("prod", components_patch({"istio", "ory"}));
  REQUIRE(wait_for(cluster, "prod", KymaState::success, 1s));
}

TEST_CASE("A component that the server refuses as invalid is named and holds up no other", "[system][fan_out]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.fault = [](const LoggedRequest& request) {
    return request.verb == "create" && request.name == "prod-service-catalog" ? Fault::invalid : Fault::none;
  };
  const WallTime created = cluster.clock.wall_now();
  cluster.apply(kyma_json("prod", {"service-catalog", "logging", "tracing", "kiali", "ory", "dex", "rafter", "istio"}));
  cluster.run_for(30s);
  auto kyma = cluster.get<Kyma>("prod");
  REQUIRE(kyma.status.state == KymaState::error);
  REQUIRE(waiting_for(kyma) == std::vector<std::string>{"service-catalog"});
  REQUIRE(says(kyma, "ComponentRefused", "\"service-catalog\" was refused: injected"));
  for (const auto& component : cluster.list<HelmComponent>()) {
    REQUIRE(component.status.last_reconciliation == created + lifetime(component));
  }
  cluster.fault = {};
  REQUIRE(wait_for(cluster, "prod", KymaState::success, 5min));
}

TEST_CASE("What was done to a component by hand is put right at once, also while its Kyma backs off because of another",
          "[system][fan_out]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.fault = [](const LoggedRequest& request) {
    return request.verb == "create" && request.name == "prod-kiali" ? Fault::invalid : Fault::none;
  };
  cluster.apply(kyma_json("prod", {"kiali", "istio", "ory"}));
  cluster.run_for(5min);
  SECTION("deleted") {
    cluster.remove<HelmComponent>("prod-istio");
    cluster.run_for(1s);
    REQUIRE(cluster.exists<HelmComponent>("prod-istio"));
  }
  SECTION("edited") {
    cluster.patch<HelmComponent>("prod-istio", R"({"spec":{"values":{"mine":1}}})");
    cluster.run_for(1s);
    REQUIRE(cluster.get<HelmComponent>("prod-istio").spec->values.empty());
  }
  // Which is no reason to ask about the refused one all the time.
  cluster.requests.clear();
  cluster.run_for(10min);
  REQUIRE(cluster.requests.count("create") <= 20);
}

TEST_CASE("A foreign object of a wanted name is left alone, named, and waited for", "[system][conflict]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.apply(component_json("prod-istio", "kiali"));
  cluster.apply(kyma_json("prod", {"istio", "ory"}));
  cluster.run_for(1min);
  const auto kyma = cluster.get<Kyma>("prod");
  REQUIRE(kyma.status.state == KymaState::reconciling);
  REQUIRE(waiting_for(kyma) == std::vector<std::string>{"istio"});
  REQUIRE(says(kyma, "NameConflict", "\"default/prod-istio\" exists and has no controller"));
  const auto foreign = cluster.get<HelmComponent>("prod-istio");
  REQUIRE(foreign.spec->component_name == "kiali");
  REQUIRE(foreign.metadata.owner_references.empty());
  REQUIRE(foreign.metadata.generation == 1);
  cluster.requests.clear();
  cluster.run_for(1h);
  REQUIRE(cluster.requests.count() == cluster.requests.count("watch"));

  const WallTime freed = cluster.clock.wall_now();
  cluster.remove<HelmComponent>("prod-istio");
  REQUIRE(wait_for(cluster, "prod", KymaState::success, 1min));
  REQUIRE(cluster.clock.wall_now() == freed + 16s);
  REQUIRE(cluster.get<HelmComponent>("prod-istio").spec->component_name == "istio");
  REQUIRE(cluster.requests.failures() == 0);
}

TEST_CASE("Two Kymas that want the same name: the first has it, the second waits and gets it", "[system][conflict]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.apply(kyma_json("a", {"b-c", "istio"}));
  cluster.run_for(1s);
  cluster.apply(kyma_json("a-b", {"c", "ory"}));
  cluster.run_for(1min);
  REQUIRE(cluster.get<Kyma>("a").status.state == KymaState::success);
  const auto second = cluster.get<Kyma>("a-b");
  REQUIRE(second.status.state == KymaState::reconciling);
  REQUIRE(waiting_for(second) == std::vector<std::string>{"c"});
  REQUIRE(says(second, "NameConflict", "\"default/a-b-c\" exists and is controlled by Kyma \"a\""));
  const auto first = cluster.get<Kyma>("a");
  REQUIRE(cluster.get<HelmComponent>("a-b-c").metadata.is_controlled_by(first.metadata.uid));

  SECTION("when the first lets go of the component") { cluster.patch<Kyma>("a", components_patch({"istio"})); }
  SECTION("when the first is deleted") { cluster.remove<Kyma>("a"); }
  REQUIRE(wait_for(cluster, "a-b", KymaState::success, 10s));
  REQUIRE(cluster.get<HelmComponent>("a-b-c").metadata.is_controlled_by(second.metadata.uid));
  REQUIRE(cluster.get<HelmComponent>("a-b-c").spec->component_name == "c");
}

TEST_CASE("A foreign object that changes hands changes what the condition says", "[system][conflict]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.apply(component_json("prod-istio", "kiali"));
  cluster.apply(kyma_json("prod", {"istio"}));
  cluster.run_for(1s);
  cluster.apply(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"owner","namespace":"default"}})");
  const kube::ResourceType config_map{"", "v1", "ConfigMap", "configmaps", true};
  const auto text = cluster.read(config_map, "owner", "default").value();
  const auto document = json::parse(text).value();
  const std::string uid(json::string_at(document, {"metadata", "uid"}));
  cluster.patch<HelmComponent>(
      "prod-istio", R"({"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"owner",)"
                    R"("controller":true,"uid":")" +
                        uid + "\"}]}}");
  cluster.run_for(0s);
  REQUIRE(says(cluster.get<Kyma>("prod"), "NameConflict", "controlled by ConfigMap \"owner\" (uid " + uid));
}

TEST_CASE("A HelmComponent deleted by hand is made again", "[system][fan_out]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.apply(kyma_json("prod", {"istio", "ory"}));
  cluster.run_for(1min);
  const auto before = cluster.get<HelmComponent>("prod-istio");
  const WallTime deleted = cluster.clock.wall_now();
  cluster.remove<HelmComponent>("prod-istio");
  cluster.run_for(0s);
  REQUIRE(cluster.get<HelmComponent>("prod-istio").metadata.uid != before.metadata.uid);
  REQUIRE(waiting_for(cluster.get<Kyma>("prod")) == std::vector<std::string>{"istio"});
  REQUIRE(wait_for(cluster, "prod", KymaState::success, 1min));
  REQUIRE(cluster.clock.wall_now() == deleted + 16s);
}

TEST_CASE("A HelmComponent that waits for a finalizer is made again once it is gone", "[system][fan_out]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.apply(kyma_json("prod", {"istio"}));
  cluster.run_for(1min);
  cluster.patch<HelmComponent>("prod-istio", R"({"metadata":{"finalizers":["test/hold"]}})");
  cluster.remove<HelmComponent>("prod-istio");
  cluster.run_for(1min);
  REQUIRE(cluster.get<HelmComponent>("prod-istio").metadata.deleting());
  REQUIRE(cluster.get<Kyma>("prod").status.state == KymaState::reconciling);
  cluster.patch<HelmComponent>("prod-istio", R"({"metadata":{"finalizers":null}})");
  REQUIRE(wait_for(cluster, "prod", KymaState::success, 17s));
}

TEST_CASE("A HelmComponent edited by hand is put right", "[system][fan_out]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.apply(kyma_json("prod", {"istio", "ory"}));
  cluster.run_for(1min);
  SECTION("its values") { cluster.patch<HelmComponent>("prod-istio", R"({"spec":{"values":{"mine":1}}})"); }
  SECTION("its namespace") { cluster.patch<HelmComponent>("prod-istio", R"({"spec":{"namespace":"mine"}})"); }
  SECTION("its name") { cluster.patch<HelmComponent>("prod-istio", R"({"spec":{"componentName":"mine"}})"); }
  cluster.run_for(0s);
  const auto component = cluster.get<HelmComponent>("prod-istio");
  REQUIRE(component.spec->component_name == "istio");
  REQUIRE(component.spec->target_namespace() == "kyma-system");
  REQUIRE(component.spec->values.empty());
  REQUIRE(wait_for(cluster, "prod", KymaState::success, 17s));
}

TEST_CASE("A status set back by hand is gone on from", "[system][lifecycle]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.apply(kyma_json("prod", {"istio", "ory"}));
  cluster.run_for(1min);
  cluster.patch<HelmComponent>("prod-istio", R"({"status":{"status":"failing"}})", "status");
  cluster.run_for(0s);
  // Its time is long past: it walks on at once.
  REQUIRE(cluster.get<HelmComponent>("prod-istio").status.state == ComponentState::success);
  cluster.patch<HelmComponent>("prod-istio", R"({"status":null})", "status");
  cluster.run_for(0s);
  REQUIRE(cluster.get<HelmComponent>("prod-istio").status.state == ComponentState::pending);
  REQUIRE(cluster.get<Kyma>("prod").status.state == KymaState::reconciling);
  REQUIRE(wait_for(cluster, "prod", KymaState::success, 17s));
}

TEST_CASE("A Kyma's status that was taken away is written again", "[system][fan_out]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.apply(kyma_json("prod", {"istio"}));
  cluster.run_for(1min);
  SECTION("all of it") { cluster.patch<Kyma>("prod", R"({"status":null})", "status"); }
  SECTION("its state") { cluster.patch<Kyma>("prod", R"({"status":{"status":"reconciling"}})", "status"); }
  cluster.run_for(1s);
  REQUIRE(cluster.get<Kyma>("prod").status.state == KymaState::success);
  REQUIRE(cluster.get<Kyma>("prod").status.ready.status == api::ConditionStatus::yes);
}

TEST_CASE("Conditions that others wrote on a Kyma stay", "[system][fan_out]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.apply(kyma_json("prod", {"istio"}));
  cluster.run_for(1s);
  const std::string mine =
      R"({"type":"Mine","status":"True","reason":"R","message":"","lastTransitionTime":"2024-01-01T00:00:00Z"})";
  cluster.patch<Kyma>("prod", R"({"status":{"conditions":[)" + mine + "]}}", "status");
  cluster.run_for(1min);
  const auto kyma = cluster.get<Kyma>("prod");
  REQUIRE(kyma.status.state == KymaState::success);
  REQUIRE(kyma.status.ready.status == api::ConditionStatus::yes);
  REQUIRE(kyma.status.other_conditions.view().find("\"Mine\"") != std::string_view::npos);
}

TEST_CASE("Components that an earlier Kyma left behind are not taken over by a new one", "[system][conflict]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.apply(kyma_json("prod", {"istio"}));
  cluster.run_for(1min);
  cluster.remove<Kyma>("prod", "Orphan");
  cluster.run_for(1s);
  const auto left = cluster.get<HelmComponent>("prod-istio");
  REQUIRE(left.metadata.owner_references.empty());
  cluster.apply(kyma_json("prod", {"istio"}));
  cluster.run_for(1s);
  REQUIRE(says(cluster.get<Kyma>("prod"), "NameConflict", "has no controller"));
  REQUIRE(cluster.get<HelmComponent>("prod-istio").metadata.resource_version == left.metadata.resource_version);
}

TEST_CASE("Names as long as names may be work, and longer ones are named", "[system][fan_out]") {
  TestCluster cluster({.real_schemas = false});
  OperatorUnderTest daemon(cluster);
  daemon.start();
  const std::string name(249, 'k');
  cluster.apply(kyma_json(name, {"ory", "istio"}));
  cluster.run_for(1min);
  REQUIRE(cluster.get<HelmComponent>(name + "-ory").status.state == ComponentState::success);
  REQUIRE(says(cluster.get<Kyma>(name), "InvalidComponent", "\"istio\" is invalid: its HelmComponent would be called"));
}
