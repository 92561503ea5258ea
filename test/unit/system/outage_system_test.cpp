// The whole operator in virtual time and an API server that is away for a minute: how late is everything afterwards?

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

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

// How the server is away.
enum class Away { unreachable, unavailable, internal_error };

void begin_outage(TestCluster& cluster, Away how) {
  if (how == Away::unreachable) {
    cluster.connections.set_down(true);
    cluster.connections.break_all();
  } else {
    cluster.connections.break_all();
    cluster.fault = [how](const LoggedRequest&) {
      return how == Away::unavailable ? Fault::unavailable : Fault::server_error;
    };
  }
}

void end_outage(TestCluster& cluster) {
  cluster.connections.set_down(false);
  cluster.fault = {};
}

std::string name_of(int i) { return "kyma-" + std::to_string(i); }

// How much later than its instant, or than the server's return, the latest change of a component was.
template <class Event>
Duration lateness(const std::vector<Event>& events, WallTime back) {
  Duration latest{0};
  for (std::size_t i = 1; i < events.size(); ++i) {
    latest = std::max<Duration>(latest, events[i].at - std::max(back, events[i].object.status.last_reconciliation));
  }
  return latest;
}

}  // namespace

TEST_CASE("After a minute without the API server, a thousand components are on time again within seconds",
          "[system][outage]") {
  constexpr int kKymas = 55;  // 990 components
  constexpr int kLate = 2;    // more of them, created while the server is away from the operator
  const Away how = GENERATE(Away::unreachable, Away::unavailable, Away::internal_error);
  CAPTURE(static_cast<int>(how));
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  WatchRecorder<HelmComponent> components(cluster);
  WatchRecorder<Kyma> kymas(cluster);
  for (int i = 0; i < kKymas; ++i) cluster.apply(kyma_json(name_of(i), reference_components()));
  cluster.run_for(5s);
  cluster.requests.clear();
  begin_outage(cluster, how);
  cluster.run_for(60s);
  for (int i = kKymas; i < kKymas + kLate; ++i) cluster.apply(kyma_json(name_of(i), reference_components()));
  const std::size_t failures = cluster.requests.count();
  end_outage(cluster);
  const WallTime back = cluster.clock.wall_now();
  cluster.run_for(10min);

  // Nobody is asked more than every few seconds.
  CHECK(failures <= 20 * kKymas * reference_components().size());
  for (int i = 0; i < kKymas + kLate; ++i) {
    for (const auto& name : reference_components()) {
      CAPTURE(name_of(i), name);
      const auto events = components.of(name_of(i) + "-" + name);
      check_lifecycle<WatchRecorder<HelmComponent>::Event>(events, Punctuality::late_allowed);
      CHECK(lateness(events, back) <= 6s);
    }
    const auto events = kymas.of(name_of(i));
    REQUIRE(events.back().object.status.state == KymaState::success);
    // What is overdue is told of at once; who was late to start takes its 67 s.
    CHECK(events.back().at - back <= (i < kKymas ? 10s : 67s + 10s));
  }
}

TEST_CASE("Of Kymas that vanished while the server was away no component is made again", "[system][outage]") {
  constexpr int kKymas = 5;
  TestCluster cluster({.history_events = 3});  // nothing can be watched that came before: both kinds are listed anew
  OperatorUnderTest daemon(cluster);
  daemon.start();
  for (int i = 0; i < kKymas; ++i) cluster.apply(kyma_json(name_of(i), {"istio", "ory"}));
  cluster.run_for(30s);
  begin_outage(cluster, Away::unreachable);
  for (int i = 0; i < kKymas; ++i) cluster.remove<Kyma>(name_of(i));
  cluster.run_for(10s);
  REQUIRE(cluster.list<HelmComponent>().empty());
  cluster.requests.clear();
  end_outage(cluster);
  // The components' list comes first: what follows the Kymas of all namespaces has to wait.
  cluster.fault = [](const LoggedRequest& request) {
    return request.resource == "kymas" && request.name_space.empty() ? Fault::unavailable : Fault::none;
  };
  cluster.run_for(20s);
  CHECK(daemon.controllers().remembered() >= kKymas);
  cluster.fault = {};
  cluster.run_for(60s);
  CHECK(cluster.requests.count("create") == 0);
  CHECK(cluster.list<HelmComponent>().empty());
  CHECK(daemon.controllers().remembered() == 0);
}

TEST_CASE("A component that somebody deleted is made again, once its Kyma is known to be there", "[system][outage]") {
  TestCluster cluster;
  OperatorUnderTest daemon(cluster);
  daemon.start();
  cluster.apply(kyma_json("prod", {"istio", "ory"}));
  cluster.run_for(30s);
  cluster.requests.clear();
  int refused = 0;
  cluster.fault = [&](const LoggedRequest& request) {
    return request.verb == "list" && ++refused <= 2 ? Fault::unavailable : Fault::none;
  };
  cluster.remove<HelmComponent>("prod-istio");
  cluster.run_for(5s);
  CHECK(cluster.list<HelmComponent>().size() == 2);
  CHECK(cluster.requests.count("list") == 3);
  CHECK(cluster.requests.count("create") == 1);
  CHECK(daemon.controllers().remembered() == 0);
}
