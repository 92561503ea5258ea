// The whole operator in virtual time: Kymas that change and are deleted.

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
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

TEST_CASE("A component removed from the spec is deleted and the Kyma no longer waits for it", "[system][fan_out]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.apply(kyma_json("prod", {"istio", "ory", "monitoring"}));
  cluster.run_for(20s);
  cluster.requests.clear();
  cluster.patch<Kyma>("prod", components_patch({"istio", "ory"}));
  cluster.run_for(0s);
  REQUIRE(component_names(cluster) == std::set<std::string>{"default/prod-istio", "default/prod-ory"});
  REQUIRE(cluster.get<Kyma>("prod").status.state == KymaState::success);
  REQUIRE(cluster.get<Kyma>("prod").status.observed_generation == 2);
  REQUIRE(cluster.requests.count("delete", "helmcomponents") == 1);
  REQUIRE(cluster.requests.failures() == 0);
}

TEST_CASE("A component added to a Kyma that is success is made and waited for", "[system][fan_out]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.apply(kyma_json("prod", {"istio"}));
  cluster.run_for(1min);
  cluster.patch<Kyma>("prod", components_patch({"istio", "ory"}));
  cluster.run_for(0s);
  REQUIRE(cluster.get<Kyma>("prod").status.state == KymaState::reconciling);
  REQUIRE(waiting_for(cluster.get<Kyma>("prod")) == std::vector<std::string>{"ory"});
  REQUIRE(wait_for(cluster, "prod", KymaState::success, 10s));
}

TEST_CASE("Changed values and namespaces reach the component in one patch, and start it again", "[system][fan_out]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.apply(kyma_json("prod", {"istio", "ory"}));
  cluster.patch<Kyma>(
      "prod", R"({"spec":{"components":[{"name":"istio","values":{"a":{"b":1,"c":2},"d":[1]}},{"name":"ory"}]}})");
  cluster.run_for(1min);
  REQUIRE(cluster.get<HelmComponent>("prod-istio").spec->values == R"({"a":{"b":1,"c":2},"d":[1]})");
  cluster.requests.clear();

  const WallTime changed = cluster.clock.wall_now();
  cluster.patch<Kyma>(
      "prod",
      R"({"spec":{"components":[{"name":"istio","namespace":"mesh","values":{"a":{"b":1},"e":true}},{"name":"ory"}]}})");
  cluster.run_for(0s);
  const auto component = cluster.get<HelmComponent>("prod-istio");
  REQUIRE(component.spec->values == R"({"a":{"b":1},"e":true})");
  REQUIRE(component.spec->target_namespace() == "mesh");
  REQUIRE(component.status.state == ComponentState::pending);
  REQUIRE(waiting_for(cluster.get<Kyma>("prod")) == std::vector<std::string>{"istio"});
  REQUIRE(wait_for(cluster, "prod", KymaState::success, 1min));
  REQUIRE(cluster.clock.wall_now() == changed + 16s);
  INFO(cluster.requests.summary());
  REQUIRE(cluster.requests.count("patch", "helmcomponents") == 1);
  REQUIRE(cluster.requests.count("patch", "helmcomponents/status") == 5);
  REQUIRE(cluster.requests.count("patch", "kymas/status") == 2);
  REQUIRE(cluster.requests.failures() == 0);
}

TEST_CASE("Values with a null, which a merge patch cannot write, reach the component all the same",
          "[system][fan_out]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  // A merge patch copies a list as it is, nulls included.
  cluster.apply(kyma_json("prod", {"istio"}));
  cluster.run_for(1s);
  cluster.patch<Kyma>("prod", R"({"spec":{"components":[{"name":"istio","values":{"a":{"b":null},"c":1}}]}})");
  cluster.run_for(0s);
  const auto kyma = cluster.get<Kyma>("prod");
  const auto component = cluster.get<HelmComponent>("prod-istio");
  REQUIRE(component.spec->values == kyma.spec.components[0].values);
  REQUIRE(wait_for(cluster, "prod", KymaState::success, 1min));
  cluster.requests.clear();
  cluster.run_for(5min);
  REQUIRE(cluster.requests.count() == cluster.requests.count("watch"));
}

TEST_CASE("Deleting a Kyma takes its components with it and the operator has nothing to do", "[system][fan_out]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.apply(kyma_json("prod", reference_components()));
  cluster.apply(kyma_json("other", {"istio"}));
  SECTION("when it is success") { cluster.run_for(2min); }
  SECTION("on its way") { cluster.run_for(20s); }
  cluster.requests.clear();
  cluster.remove<Kyma>("prod");
  cluster.run_for(2min);
  REQUIRE(component_names(cluster) == std::set<std::string>{"default/other-istio"});
  REQUIRE_FALSE(cluster.exists<Kyma>("prod"));
  INFO(cluster.requests.summary());
  REQUIRE(cluster.requests.count("delete") == 0);
  REQUIRE(cluster.requests.count("create") == 0);
  REQUIRE(cluster.requests.failures() <= 18);  // a status patch may meet a component that has just gone
}

TEST_CASE("A Kyma that waits for its components to go is left alone", "[system][fan_out]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.apply(kyma_json("prod", {"istio", "ory"}));
  cluster.run_for(1min);
  cluster.requests.clear();
  cluster.remove<Kyma>("prod", "Foreground");
  cluster.run_for(1min);
  REQUIRE(component_names(cluster).empty());
  REQUIRE_FALSE(cluster.exists<Kyma>("prod"));
  REQUIRE(cluster.requests.count("create") == 0);
}

TEST_CASE("Kymas of one name in two namespaces are independent", "[system][fan_out]") {
  TestCluster cluster;
  cluster.apply(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"blue"}})");
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.apply(kyma_json("prod", {"istio", "ory"}));
  cluster.apply(kyma_json("prod", {"istio"}, "blue"));
  cluster.run_for(1min);
  REQUIRE(component_names(cluster) ==
          std::set<std::string>{"blue/prod-istio", "default/prod-istio", "default/prod-ory"});
  const auto blue = cluster.get<Kyma>("prod", "blue");
  REQUIRE(cluster.get<HelmComponent>("prod-istio", "blue").metadata.is_controlled_by(blue.metadata.uid));
  cluster.requests.clear();
  cluster.remove<Kyma>("prod", "Background", "blue");
  cluster.run_for(1min);
  REQUIRE(component_names(cluster) == std::set<std::string>{"default/prod-istio", "default/prod-ory"});
  REQUIRE(cluster.get<Kyma>("prod").status.state == KymaState::success);
}

TEST_CASE("A Kyma that changes while it is reconciled converges to its last spec", "[system][fan_out]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.apply(kyma_json("prod", reference_components()));
  // In the middle of the fan-out, and again while the first change is carried out.
  int creates = 0;
  cluster.fault = [&](const LoggedRequest& request) {
    if (request.verb == "create" && ++creates % 5 == 0 && creates < 30) {
      const bool more = creates % 10 == 0;
      asio::co_spawn(
          cluster.loop,
          [](TestCluster& c, bool all) -> asio::awaitable<void> {
            (co_await c.user().merge_patch(
                 Kyma::resource_type(), "default", "prod",
                 components_patch(all ? reference_components() : std::vector<std::string>{"istio", "ory", "dex"})))
                .value();
          }(cluster, more),
          [](std::exception_ptr error) {
            if (error) std::rethrow_exception(error);
          });
    }
    return Fault::none;
  };
  cluster.run_for(5s);
  cluster.fault = {};
  cluster.patch<Kyma>("prod", components_patch({"istio", "ory", "eventing"}));
  REQUIRE(wait_for(cluster, "prod", KymaState::success, 1min));
  REQUIRE(component_names(cluster) ==
          std::set<std::string>{"default/prod-eventing", "default/prod-istio", "default/prod-ory"});
  REQUIRE(cluster.get<Kyma>("prod").status.observed_generation == cluster.get<Kyma>("prod").metadata.generation);
  REQUIRE(creates >= 18);
}

TEST_CASE("A Kyma made anew right after its deletion gets components of its own", "[system][fan_out]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.apply(kyma_json("prod", reference_components()));
  cluster.run_for(20s);
  cluster.remove<Kyma>("prod");
  cluster.apply(kyma_json("prod", reference_components()));
  REQUIRE(wait_for(cluster, "prod", KymaState::success, 68s));
  const auto kyma = cluster.get<Kyma>("prod");
  const auto components = cluster.list<HelmComponent>();
  REQUIRE(components.size() == 18);
  for (const auto& component : components) REQUIRE(component.metadata.is_controlled_by(kyma.metadata.uid));
}

TEST_CASE("A Kyma of hundreds of components is installed in the time of its longest", "[system][fan_out]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  std::vector<std::string> names;
  for (int i = 0; i < 300; ++i) names.push_back("component-" + std::to_string(i));
  const WallTime created = cluster.clock.wall_now();
  cluster.apply(kyma_json("big", names));
  REQUIRE(wait_for(cluster, "big", KymaState::success, 41s));
  REQUIRE(cluster.clock.wall_now() == created + 40s);
  REQUIRE(cluster.requests.count("patch", "kymas/status") == 4);
}
