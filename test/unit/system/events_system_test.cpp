// What people see of the operator in `kubectl get events`: little, and what matters.

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "operator/api/helm_component.hpp"
#include "operator/api/kyma.hpp"
#include "operator/controllers/manifest_source.hpp"
#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/list_splitter.hpp"
#include "operator/runtime/event_series.hpp"
#include "test/support/kymas.hpp"
#include "test/unit/system/expectations.hpp"
#include "test/unit/system/replicas.hpp"

namespace {

using namespace std::chrono_literals;
using namespace kyma;
using namespace kyma::test;
using api::HelmComponent;
using api::Kyma;
using api::KymaState;

// An Event as the server keeps it.
struct Seen {
  std::string type, reason, object, note;
  std::int64_t count = 1;
};

void decode(json::Reader& reader, Seen& event) {
  reader.object([&](std::string_view key) {
    if (key == "type") return reader.string(event.type);
    if (key == "reason") return reader.string(event.reason);
    if (key == "message") return reader.string(event.note);
    if (key == "series") {
      return reader.object([&](std::string_view field) {
        if (field == "count") return reader.integer(event.count);
        return reader.skip();
      });
    }
    if (key != "involvedObject") return reader.skip();
    std::string kind, name;
    reader.object([&](std::string_view field) {
      if (field == "kind") return reader.string(kind);
      if (field == "name") return reader.string(name);
      return reader.skip();
    });
    event.object = kind + "/" + name;
  });
}

struct EventList : Seen {
  static const kube::ResourceType& resource_type() { return runtime::event_type(runtime::EventApi::core_v1); }
};

std::vector<EventList> events_of(TestCluster& cluster) { return cluster.list<EventList>(); }

std::string describe(TestCluster& cluster) {
  std::string text;
  for (const auto& event : events_of(cluster)) {
    text += event.type + " " + event.reason + " " + event.object + " x" + std::to_string(event.count) + ": " +
            event.note + "\n";
  }
  return text;
}

OperatorOptions with_events() {
  OperatorOptions options;
  options.events = true;
  return options;
}

// Fails while `problem` is set.
class Charts final : public controllers::ManifestSource {
 public:
  std::string problem;

  asio::awaitable<controllers::ManifestOutcome> digest(api::HelmComponentSpec) override { co_return answer(); }
  asio::awaitable<controllers::ManifestOutcome> manifest(api::HelmComponentSpec, InternedString) override {
    co_return answer();
  }

 private:
  controllers::ManifestOutcome answer() const {
    if (!problem.empty()) return controllers::ManifestError{problem};
    return std::optional<InternedString>(InternedString("digest"));
  }
};

}  // namespace

TEST_CASE("A Kyma that becomes success has one Normal event, and its transitions none", "[system][events]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster, with_events());
  daemon.start();
  cluster.apply(kyma_json("prod", reference_components()));
  REQUIRE(wait_for(cluster, "prod", KymaState::success, 70s));
  cluster.run_for(10s);
  INFO(describe(cluster));
  const auto events = events_of(cluster);
  REQUIRE(events.size() == 1);
  CHECK(events[0].type == "Normal");
  CHECK(events[0].reason == "Ready");
  CHECK(events[0].object == "Kyma/prod");
  CHECK(events[0].note == "all 18 components are installed");
  daemon.stop();
  daemon.start();
  cluster.run_for(1min);
  CHECK(events_of(cluster).size() == 1);
}

TEST_CASE("A chart that cannot be rendered has one Warning per reason, however often it is tried", "[system][events]") {
  TestCluster cluster;
  Charts charts;
  charts.problem = "chart istio: templates/a.yaml:3: broken";
  OperatorOptions options = with_events();
  options.manifests = &charts;
  OperatorUnderTest daemon(cluster, options);
  daemon.start();
  cluster.apply(kyma_json("prod", {"istio"}));
  cluster.run_for(30min);
  {
    INFO(describe(cluster));
    const auto events = events_of(cluster);
    REQUIRE(events.size() == 1);
    CHECK(events[0].type == "Warning");
    CHECK(events[0].reason == "ChartFailed");
    CHECK(events[0].object == "HelmComponent/prod-istio");
    CHECK(events[0].note == charts.problem);
    CHECK(events[0].count == 1);
  }
  charts.problem = "chart istio: templates/b.yaml:1: broken otherwise";
  cluster.run_for(20min);
  INFO(describe(cluster));
  CHECK(events_of(cluster).size() == 2);
}

TEST_CASE("A Kyma whose component's name is taken, and one that is invalid, have a Warning", "[system][events]") {
  TestCluster cluster({.real_schemas = false});
  OperatorUnderTest daemon(cluster, with_events());
  daemon.start();
  cluster.apply(component_json("prod-istio", "istio"));
  cluster.apply(kyma_json("prod", {"istio"}));
  cluster.apply(kyma_json("odd", {"No Name"}));
  cluster.run_for(2min);
  INFO(describe(cluster));
  std::map<std::string, std::string> reasons;
  for (const auto& event : events_of(cluster)) {
    CHECK(event.type == "Warning");
    reasons[event.object] = event.reason;
  }
  CHECK(reasons == std::map<std::string, std::string>{{"Kyma/odd", "InvalidComponent"}, {"Kyma/prod", "NameConflict"}});
}

TEST_CASE("A change of leaders is told by events on the Lease", "[system][events][election]") {
  TestCluster cluster;
  Replica a(cluster, "a", 0s, true);
  Replica b(cluster, "b", 0s, true);
  a.daemon.start();
  wait_to_lead(cluster, a);
  b.daemon.start();
  a.daemon.stop();
  wait_to_lead(cluster, b);
  cluster.run_for(1s);
  INFO(describe(cluster));
  std::vector<std::string> notes;
  for (const auto& event : events_of(cluster)) {
    CHECK(event.reason == "LeaderElection");
    CHECK(event.object == "Lease/kyma-operator");
    notes.push_back(event.note);
  }
  std::ranges::sort(notes);
  CHECK(notes == std::vector<std::string>{"a_1 became leader", "a_1 stopped leading", "b_1 became leader"});
}

TEST_CASE("A server that takes no events holds up nothing", "[system][events]") {
  TestCluster cluster;
  cluster.fault = [](const LoggedRequest& request) {
    return request.resource == "events" ? Fault::server_error : Fault::none;
  };
  OperatorUnderTest daemon(cluster, with_events());
  daemon.start();
  const WallTime created = cluster.clock.wall_now();
  for (int i = 0; i < 5; ++i) cluster.apply(kyma_json("prod-" + std::to_string(i), reference_components()));
  REQUIRE(wait_for(cluster, "prod-4", KymaState::success, 70s));
  CHECK(cluster.clock.wall_now() == created + 67s);
  const SteadyTime begun = cluster.clock.now();
  daemon.stop();
  CHECK(cluster.clock.now() - begun <= 1s);
}
