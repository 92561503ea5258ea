// The whole operator in virtual time with a source of manifests that can fail: what becomes of a component whose chart
// cannot be rendered.

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <string>
#include <vector>

#include "operator/api/helm_component.hpp"
#include "operator/api/kyma.hpp"
#include "operator/controllers/chart_manifests.hpp"
#include "operator/controllers/manifest_source.hpp"
#include "test/support/chart_directory.hpp"
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

// Answers by component name: a problem, or a digest made of the name.
class ScriptedManifests final : public controllers::ManifestSource {
 public:
  explicit ScriptedManifests(Clock& clock) : clock_(clock) {}

  asio::awaitable<controllers::ManifestOutcome> digest(api::HelmComponentSpec spec) override {
    if (digest_takes > Duration::zero()) co_await clock_.sleep_for(digest_takes);
    const auto problem = problems.find(spec.component_name.str());
    if (problem != problems.end()) co_return controllers::ManifestError{problem->second};
    co_return digest_of(spec);
  }
  asio::awaitable<controllers::ManifestOutcome> manifest(api::HelmComponentSpec spec, InternedString) override {
    ++asked;
    if (takes > Duration::zero()) co_await clock_.sleep_for(takes);
    const auto problem = problems.find(spec.component_name.str());
    if (problem != problems.end()) co_return controllers::ManifestError{problem->second};
    co_return digest_of(spec);
  }
  std::optional<InternedString> digest_of(const api::HelmComponentSpec& spec) const {
    return InternedString("sha256:" + spec.component_name.str() + charts_version);
  }

  std::string charts_version;
  std::map<std::string, std::string> problems;
  Duration takes{};
  Duration digest_takes{};
  int asked = 0;

 private:
  Clock& clock_;
};

struct Fixture {
  TestCluster cluster;
  ScriptedManifests manifests{cluster.clock};
  OperatorUnderTest daemon{cluster, {.manifests = &manifests}};

  Fixture() { daemon.start(); }
  HelmComponent component(std::string_view name) { return cluster.get<HelmComponent>(name); }
};

}  // namespace

TEST_CASE("The manifest's digest is written once, with the first state", "[system][manifests]") {
  Fixture fixture;
  fixture.cluster.apply(component_json("lonely", "istio"));
  fixture.cluster.run_for(0s);
  REQUIRE(fixture.component("lonely").status.manifest_digest == "sha256:istio");
  fixture.cluster.run_for(1min);
  REQUIRE(fixture.component("lonely").status.state == ComponentState::success);
  REQUIRE(fixture.cluster.requests.count("patch", "helmcomponents/status") == 5);
  REQUIRE(fixture.manifests.asked == 5);
}

TEST_CASE("A rendering that takes its time shifts no later state", "[system][manifests]") {
  Fixture fixture;
  fixture.manifests.takes = 700ms;
  WatchRecorder<HelmComponent> watch(fixture.cluster);
  fixture.cluster.apply(component_json("lonely", "istio"));
  fixture.cluster.run_for(1min);
  check_lifecycle<WatchRecorder<HelmComponent>::Event>(watch.of("lonely"), Punctuality::late_allowed);
}

TEST_CASE("A broken chart puts its component and Kyma into error, and the others go on", "[system][manifests]") {
  Fixture fixture;
  fixture.manifests.problems["istio"] = "chart istio: templates/a.yaml:3: no such function";
  fixture.cluster.apply(kyma_json("prod", {"istio", "ory"}));
  fixture.cluster.run_for(1min);
  const auto broken = fixture.component("prod-istio");
  REQUIRE(broken.status.state == ComponentState::error);
  REQUIRE(broken.status.message == "chart istio: templates/a.yaml:3: no such function");
  REQUIRE(broken.status.manifest_digest.empty());
  REQUIRE(fixture.component("prod-ory").status.state == ComponentState::success);
  const auto kyma = fixture.cluster.get<Kyma>("prod");
  REQUIRE(kyma.status.state == KymaState::error);
  REQUIRE(kyma.status.ready.reason == "ComponentError");
  REQUIRE(kyma.status.ready.message == "component \"istio\": chart istio: templates/a.yaml:3: no such function");
}

TEST_CASE("While a chart stays broken it is tried with backoff and nothing is written", "[system][manifests]") {
  Fixture fixture;
  fixture.manifests.problems["istio"] = "broken";
  fixture.cluster.apply(component_json("lonely", "istio"));
  fixture.cluster.run_for(0s);
  fixture.cluster.requests.clear();
  fixture.cluster.run_for(1000s);
  REQUIRE(fixture.manifests.asked >= 8);
  REQUIRE(fixture.manifests.asked <= 12);
  REQUIRE(fixture.cluster.requests.count("patch") == 0);
  fixture.manifests.problems["istio"] = "broken otherwise";
  fixture.cluster.run_for(1000s);
  REQUIRE(fixture.component("lonely").status.message == "broken otherwise");
  REQUIRE(fixture.cluster.requests.count("patch") == 1);
}

TEST_CASE("A mended chart starts its component again at pending", "[system][manifests]") {
  Fixture fixture;
  fixture.manifests.problems["istio"] = "broken";
  fixture.cluster.apply(kyma_json("prod", {"istio"}));
  fixture.cluster.run_for(10s);
  fixture.manifests.problems.clear();
  SECTION("after its backoff") { REQUIRE(wait_for(fixture.cluster, "prod", KymaState::success, 1min)); }
  SECTION("at once, when the component is changed") {
    fixture.cluster.patch<Kyma>("prod", R"({"spec":{"components":[{"name":"istio","values":{"a":1}}]}})");
    const WallTime changed = fixture.cluster.clock.wall_now();
    REQUIRE(wait_for(fixture.cluster, "prod", KymaState::success, 1min));
    REQUIRE(fixture.cluster.clock.wall_now() == changed + 16s);
  }
  const auto component = fixture.component("prod-istio");
  REQUIRE(component.status.message.empty());
  REQUIRE(component.status.manifest_digest == "sha256:istio");
}

TEST_CASE("A chart that breaks in mid-lifecycle is an error, too", "[system][manifests]") {
  Fixture fixture;
  fixture.cluster.apply(component_json("lonely", "istio"));
  fixture.cluster.run_for(3s);
  REQUIRE(fixture.component("lonely").status.state == ComponentState::started);
  fixture.manifests.problems["istio"] = "broken";
  fixture.cluster.run_for(3s);
  REQUIRE(fixture.component("lonely").status.state == ComponentState::error);
  REQUIRE(fixture.component("lonely").status.observed_generation == 1);
}

TEST_CASE("A chart that changes starts the lifecycle again, from the middle and from the end", "[system][manifests]") {
  Fixture fixture;
  fixture.cluster.apply(component_json("lonely", "istio"));
  SECTION("from the end") {
    fixture.cluster.run_for(1min);
    REQUIRE(fixture.component("lonely").status.state == ComponentState::success);
  }
  SECTION("from the middle") { fixture.cluster.run_for(8s); }
  fixture.manifests.charts_version = "-2";
  const WallTime changed = fixture.cluster.clock.wall_now();
  fixture.cluster.run(fixture.daemon.controllers().wake_users_of({"istio", ""}));
  fixture.cluster.run_for(0s);
  const auto restarted = fixture.component("lonely").status;
  REQUIRE(restarted.state == ComponentState::pending);
  REQUIRE(restarted.last_reconciliation == changed);
  REQUIRE(restarted.manifest_digest == "sha256:istio-2");
  fixture.cluster.run_for(16s);
  REQUIRE(fixture.component("lonely").status.state == ComponentState::success);
}

TEST_CASE("A change of one chart concerns no component of another", "[system][manifests]") {
  Fixture fixture;
  fixture.cluster.apply(component_json("lonely", "istio"));
  fixture.cluster.run_for(1min);
  fixture.cluster.requests.clear();
  fixture.cluster.run(fixture.daemon.controllers().wake_users_of({"ory", ""}));
  fixture.cluster.run_for(1min);
  REQUIRE(fixture.cluster.requests.count("patch") == 0);
}

TEST_CASE("A chart that changed while no daemon ran is noticed at the next start", "[system][manifests]") {
  Fixture fixture;
  fixture.cluster.apply(component_json("lonely", "istio"));
  fixture.cluster.run_for(1min);
  fixture.daemon.stop();
  fixture.cluster.requests.clear();
  SECTION("a restart alone changes nothing") {
    fixture.daemon.start();
    fixture.cluster.run_for(1min);
    REQUIRE(fixture.cluster.requests.count("patch") == 0);
  }
  SECTION("a new chart starts the lifecycle") {
    fixture.manifests.charts_version = "-2";
    fixture.daemon.start();
    fixture.cluster.run_for(1min);
    REQUIRE(fixture.cluster.requests.count("patch", "helmcomponents/status") == 5);
    REQUIRE(fixture.component("lonely").status.manifest_digest == "sha256:istio-2");
  }
}

TEST_CASE("A chart that breaks under a finished component puts it into error", "[system][manifests]") {
  Fixture fixture;
  fixture.cluster.apply(component_json("lonely", "istio"));
  fixture.cluster.run_for(1min);
  fixture.manifests.problems["istio"] = "chart istio: broken";
  fixture.cluster.run(fixture.daemon.controllers().wake_users_of({"istio", ""}));
  fixture.cluster.run_for(1s);
  REQUIRE(fixture.component("lonely").status.state == ComponentState::error);
  REQUIRE(fixture.component("lonely").status.message == "chart istio: broken");
  fixture.manifests.problems.clear();
  fixture.cluster.run(fixture.daemon.controllers().wake_users_of({"istio", ""}));
  fixture.cluster.run_for(17s);
  REQUIRE(fixture.component("lonely").status.state == ComponentState::success);
}

TEST_CASE("A digest that takes its time makes no state later than the digest itself", "[system][manifests]") {
  Fixture fixture;
  fixture.manifests.digest_takes = 700ms;
  WatchRecorder<HelmComponent> watch(fixture.cluster);
  fixture.cluster.apply(component_json("lonely", "istio"));
  // Each state is found due 700 ms late at most, and the next one counts from its instant: 1 s + 3 x 5 s + 700 ms.
  fixture.cluster.run_for(16s + 700ms);
  REQUIRE(fixture.component("lonely").status.state == ComponentState::success);
  check_lifecycle<WatchRecorder<HelmComponent>::Event>(watch.of("lonely"), Punctuality::late_allowed);
}

TEST_CASE("A stop before the cluster's capabilities are known takes no time and writes nothing",
          "[system][manifests]") {
  test::ChartDirectory charts;
  charts.chart("istio", "kind: ConfigMap\n");
  TestCluster cluster;
  metrics::Registry registry;
  gotemplate::Environment environment;
  helm::ChartStore store{charts.path(), {}};
  helm::Renderer renderer{store, environment};
  controllers::ChartManifests manifests(cluster.loop.get_executor(), cluster.clock, renderer, {}, registry);
  OperatorUnderTest daemon(cluster, {.manifests = &manifests});
  daemon.start();
  for (int i = 0; i < 100; ++i) cluster.apply(component_json("c" + std::to_string(i), "istio"));
  cluster.run_for(1min);
  cluster.requests.clear();
  const Duration stopped = cluster.clock.elapsed();
  manifests.stop();
  daemon.stop();
  REQUIRE(cluster.clock.elapsed() == stopped);
  REQUIRE(cluster.requests.count("patch") == 0);
}
