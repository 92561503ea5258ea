// Two replicas of the operator in virtual time: one leads, and whatever becomes of it the other goes on.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "operator/api/helm_component.hpp"
#include "operator/api/kyma.hpp"
#include "test/support/kymas.hpp"
#include "test/support/watch_recorder.hpp"
#include "test/unit/system/expectations.hpp"
#include "test/unit/system/replicas.hpp"

namespace {

using namespace std::chrono_literals;
using namespace kyma;
using namespace kyma::test;
using api::ComponentState;
using api::HelmComponent;
using api::Kyma;
using api::KymaState;
using ComponentWatch = WatchRecorder<HelmComponent>;

// RUNTIME-SPEC 5.
constexpr Duration kLongestPoll = 4400ms;
constexpr Duration kAfterCrash = 15s + kLongestPoll;

void check_all(const ComponentWatch& watch, const std::string& kyma = "prod") {
  for (const auto& name : reference_components()) {
    INFO(name);
    check_lifecycle<ComponentWatch::Event>(watch.of(kyma + "-" + name), Punctuality::late_allowed);
  }
}

// Two replicas, the first of which leads.
struct Pair {
  explicit Pair(Duration skew = Duration::zero()) : b(cluster, "b", skew) {
    a.daemon.start();
    wait_to_lead(cluster, a);
    b.daemon.start();
  }
  TestCluster cluster;
  Replica a{cluster, "a"};
  Replica b;
  Witness witness{cluster, {&a, &b}};
};

void patch_lease(TestCluster& cluster, std::string patch) {
  cluster.run(cluster.user().merge_patch(runtime::Lease::resource_type(), "default", "kyma-operator", std::move(patch)))
      .value();
}

std::string metric_of(OperatorUnderTest& daemon) {
  return daemon.metric(R"(leader_election_master_status{name="kyma-operator"})") == 1 ? "leads" : "stands by";
}

}  // namespace

TEST_CASE("Of two replicas one leads; the other is ready, with warm caches and an empty queue", "[system][election]") {
  Pair pair;
  ComponentWatch watch(pair.cluster);
  pair.cluster.apply(kyma_json("prod", reference_components()));
  REQUIRE(wait_for(pair.cluster, "prod", KymaState::success, 70s));
  check_all(watch);
  CHECK(pair.a.daemon.leads());
  CHECK_FALSE(pair.b.daemon.leads());
  CHECK(metric_of(pair.a.daemon) == "leads");
  CHECK(metric_of(pair.b.daemon) == "stands by");
  CHECK(pair.b.daemon.manager().readiness().ok());
  CHECK(pair.b.daemon.manager().informer<HelmComponent>().size() == 18);
  CHECK(pair.b.daemon.metric(R"(workqueue_adds_total{name="helmcomponent",controller="helmcomponent"})") == 0);
  CHECK(pair.b.daemon.controllers().remembered() == 0);
  CHECK(lease(pair.cluster).holder == "a_1");
  CHECK(lease(pair.cluster).transitions == 0);
  CHECK(pair.witness.writes == 18 + 90 + 14);
  CHECK(pair.witness.wrong == std::vector<std::string>());
}

TEST_CASE("After a crash of the leader the other goes on within 19.4 s, and no state is lost or repeated",
          "[system][election]") {
  Pair pair;
  ComponentWatch watch(pair.cluster);
  pair.cluster.apply(kyma_json("prod", reference_components()));
  pair.cluster.run_for(GENERATE(0s, 7s, 30s));
  pair.a.daemon.kill();
  CHECK(wait_to_lead(pair.cluster, pair.b) <= kAfterCrash);
  REQUIRE(wait_for(pair.cluster, "prod", KymaState::success, 80s));
  check_all(watch);
  CHECK(lease(pair.cluster).holder == "b_1");
  CHECK(lease(pair.cluster).transitions == 1);
  CHECK(pair.witness.wrong == std::vector<std::string>());
}

TEST_CASE("The new leader's first reconcile follows at once", "[system][election]") {
  Pair pair;
  pair.cluster.apply(kyma_json("prod", {"abc"}));
  pair.cluster.run_for(500ms);
  pair.a.daemon.kill();
  pair.cluster.requests.clear();
  wait_to_lead(pair.cluster, pair.b);
  pair.cluster.run_for(Duration::zero());
  // All that is overdue, one by one.
  CHECK(pair.cluster.requests.count("patch", "helmcomponents/status") == 4);
  CHECK(pair.cluster.requests.count("list") == 0);
}

TEST_CASE("After a clean stop the other takes over within 4.4 s", "[system][election]") {
  Pair pair;
  ComponentWatch watch(pair.cluster);
  const WallTime created = pair.cluster.clock.wall_now();
  pair.cluster.apply(kyma_json("prod", reference_components()));
  pair.cluster.run_for(10s);
  pair.a.daemon.stop();
  CHECK(lease(pair.cluster).holder.empty());
  CHECK(lease(pair.cluster).duration == 1s);
  CHECK(wait_to_lead(pair.cluster, pair.b) <= kLongestPoll);
  REQUIRE(wait_for(pair.cluster, "prod", KymaState::success, 80s));
  CHECK(pair.cluster.clock.wall_now() == created + 67s);
  check_all(watch);
  CHECK(pair.witness.wrong == std::vector<std::string>());
}

TEST_CASE("Leadership goes to and fro through a lifecycle without a trace in it", "[system][election]") {
  Pair pair;
  ComponentWatch watch(pair.cluster);
  pair.cluster.apply(kyma_json("prod", reference_components()));
  Replica* leader = &pair.a;
  Replica* other = &pair.b;
  for (int i = 0; i < 8; ++i) {
    pair.cluster.run_for(3s);
    leader->daemon.stop();
    wait_to_lead(pair.cluster, *other);
    leader->daemon.start();
    std::swap(leader, other);
  }
  REQUIRE(wait_for(pair.cluster, "prod", KymaState::success, 80s));
  check_all(watch);
  CHECK(lease(pair.cluster).transitions == 8);
  CHECK(pair.witness.wrong == std::vector<std::string>());
}

TEST_CASE("Clocks that differ by a minute shift transitions by no more and repeat none", "[system][election]") {
  const Duration skew = GENERATE(-60s, 60s);
  CAPTURE(skew.count());
  Pair pair(skew);
  ComponentWatch watch(pair.cluster);
  const WallTime created = pair.cluster.clock.wall_now();
  pair.cluster.apply(kyma_json("prod", reference_components()));
  pair.cluster.run_for(2500ms);
  pair.a.daemon.kill();
  // The other's claim is judged by the own clock alone.
  const Duration took = wait_to_lead(pair.cluster, pair.b);
  CHECK(took >= 10s);
  CHECK(took <= kAfterCrash);
  REQUIRE(wait_for(pair.cluster, "prod", KymaState::success, 3min));
  for (const auto& name : reference_components()) {
    INFO(name);
    const auto events = watch.of("prod-" + name);
    REQUIRE(events.size() == 6);
    Duration offset{0};
    for (std::size_t i = 1; i < events.size(); ++i) {
      const auto& status = events[i].object.status;
      CHECK(status.state == api::kComponentStates.at(i));
      if (i == 2) offset = 1s;
      if (i > 2) offset += std::chrono::seconds{name.size()};
      CHECK(status.last_reconciliation == created + offset);
      CHECK(events[i].at >= status.last_reconciliation - 60s);
      CHECK(events[i].at <= status.last_reconciliation + 60s + kAfterCrash);
    }
  }
  CHECK(pair.witness.wrong == std::vector<std::string>());
}

TEST_CASE("A leader that cannot renew for the deadline stops, and writes no more when the server is back",
          "[system][election]") {
  Pair pair;
  ComponentWatch watch(pair.cluster);
  pair.cluster.apply(kyma_json("prod", reference_components()));
  pair.cluster.run_for(5s);
  SECTION("it is cut off") {
    pair.a.connections.set_down(true);
    pair.a.connections.break_all();
  }
  SECTION("its lease alone cannot be written") {
    pair.witness.also = [&](const LoggedRequest& request) {
      return pair.a.sent(request) && request.resource == "leases" ? Fault::server_error : Fault::none;
    };
  }
  pair.cluster.run_for(10s);
  REQUIRE(pair.a.daemon.outcome().has_value());
  const auto outcome = *pair.a.daemon.outcome();
  REQUIRE_FALSE(outcome.has_value());
  INFO(outcome.error().message);
  CHECK(outcome.error().message.starts_with("this replica leads no more"));
  CHECK(outcome.error().message.find("could not be renewed within 10s") != std::string::npos);
  CHECK(metric_of(pair.a.daemon) == "stands by");
  pair.a.connections.set_down(false);
  wait_to_lead(pair.cluster, pair.b);
  REQUIRE(wait_for(pair.cluster, "prod", KymaState::success, 80s));
  check_all(watch);
  CHECK(pair.witness.wrong == std::vector<std::string>());
}

TEST_CASE("An outage shorter than the renew deadline costs nobody the leadership", "[system][election]") {
  Pair pair;
  pair.cluster.run_for(1s);
  for (Replica* replica : {&pair.a, &pair.b}) {
    replica->connections.set_down(true);
    replica->connections.break_all();
  }
  // Within the deadline a renewal is tried at least once after this.
  pair.cluster.run_for(6s - 1ms);
  for (Replica* replica : {&pair.a, &pair.b}) replica->connections.set_down(false);
  pair.cluster.run_for(1min);
  CHECK(pair.a.daemon.leads());
  CHECK(lease(pair.cluster).transitions == 0);
}

TEST_CASE("An outage for everybody: the leader stops, and the other leads when the server is back",
          "[system][election]") {
  Pair pair;
  for (Replica* replica : {&pair.a, &pair.b}) {
    replica->connections.set_down(true);
    replica->connections.break_all();
  }
  pair.cluster.run_for(1min);
  REQUIRE(pair.a.daemon.outcome().has_value());
  CHECK_FALSE(pair.b.daemon.outcome().has_value());
  for (Replica* replica : {&pair.a, &pair.b}) replica->connections.set_down(false);
  CHECK(wait_to_lead(pair.cluster, pair.b) <= kLongestPoll);
}

TEST_CASE("A leader that stood still for 30 s writes nothing when it wakes, and stops", "[system][election]") {
  Pair pair;
  ComponentWatch watch(pair.cluster);
  pair.cluster.apply(kyma_json("prod", reference_components()));
  pair.cluster.run_for(5s);
  // Its timers stand still, but what comes from the server is handled: as if the sockets were looked at first on
  // waking.
  pair.a.clock.pause();
  CHECK(wait_to_lead(pair.cluster, pair.b) <= kAfterCrash);
  pair.cluster.run_for(10s);
  pair.a.clock.resume();
  pair.cluster.run_for(1s);
  REQUIRE(pair.a.daemon.outcome().has_value());
  REQUIRE_FALSE(pair.a.daemon.outcome()->has_value());
  CHECK(pair.a.daemon.outcome()->error().message.find("was taken by b_1") != std::string::npos);
  REQUIRE(wait_for(pair.cluster, "prod", KymaState::success, 80s));
  check_all(watch);
  CHECK(pair.witness.wrong == std::vector<std::string>());
}

TEST_CASE("A leader that stood still while it was alone renews, and only then goes on writing", "[system][election]") {
  TestCluster cluster;
  Replica a(cluster, "a");
  a.daemon.start();
  wait_to_lead(cluster, a);
  Witness witness(cluster, {&a});
  ComponentWatch watch(cluster);
  cluster.apply(kyma_json("prod", reference_components()));
  cluster.run_for(5s);
  a.clock.pause();
  cluster.run_for(30s);
  a.clock.resume();
  REQUIRE(wait_for(cluster, "prod", KymaState::success, 80s));
  CHECK(a.daemon.leads());
  check_all(watch);
  CHECK(lease(cluster).transitions == 0);
  CHECK(witness.wrong == std::vector<std::string>());
}

TEST_CASE("A lost answer to a renewal is no lost leadership", "[system][election]") {
  Pair pair;
  int lost = 0;
  pair.witness.also = [&](const LoggedRequest& request) {
    const bool renewal = pair.a.sent(request) && request.resource == "leases" && request.verb == "update";
    return renewal && ++lost % 2 == 1 ? Fault::lost_answer : Fault::none;
  };
  pair.cluster.run_for(1min);
  CHECK(lost >= 10);
  CHECK(pair.a.daemon.leads());
  CHECK(lease(pair.cluster).transitions == 0);
}

TEST_CASE("A Lease that somebody deletes stays the leader's", "[system][election]") {
  Pair pair;
  pair.cluster.run_for(5s);
  pair.cluster.run(pair.cluster.user().remove(runtime::Lease::resource_type(), "default", "kyma-operator")).value();
  pair.cluster.run_for(1min);
  CHECK(pair.a.daemon.leads());
  CHECK_FALSE(pair.b.daemon.leads());
  CHECK(lease(pair.cluster).holder == "a_1");
  CHECK(pair.witness.wrong == std::vector<std::string>());
}

TEST_CASE("A leader whose Lease somebody gives away stops", "[system][election]") {
  Pair pair;
  pair.cluster.run_for(5s);
  const auto patch = [&](std::string body) { patch_lease(pair.cluster, std::move(body)); };
  SECTION("to nobody") { patch(R"({"spec":{"holderIdentity":""}})"); }
  SECTION("to another") { patch(R"({"spec":{"holderIdentity":"c"}})"); }
  pair.cluster.run_for(2s);
  REQUIRE(pair.a.daemon.outcome().has_value());
  CHECK_FALSE(pair.a.daemon.outcome()->has_value());
  CHECK(wait_to_lead(pair.cluster, pair.b) <= kAfterCrash);
}

TEST_CASE("What others write into the Lease stays, and costs nobody the leadership", "[system][election]") {
  Pair pair;
  patch_lease(pair.cluster, R"({"metadata":{"labels":{"team":"x"}}})");
  pair.cluster.run_for(30s);
  CHECK(pair.a.daemon.leads());
  CHECK(read_lease(pair.cluster).value().find(R"("team":"x")") != std::string::npos);
}

TEST_CASE("A replica that stands by can be stopped, and the lease is not its to give", "[system][election]") {
  Pair pair;
  pair.b.daemon.stop();
  pair.cluster.run_for(10s);
  CHECK(pair.a.daemon.leads());
  CHECK(lease(pair.cluster).holder == "a_1");
  pair.b.daemon.start();
}

TEST_CASE("A leader that is stopped finishes what it has in hand before it gives up the lease", "[system][election]") {
  Pair pair;
  pair.cluster.latency = [](const LoggedRequest& request) { return is_work(request) ? Duration(2s) : Duration(0); };
  pair.cluster.apply(kyma_json("prod", {"abc"}));
  pair.cluster.run_for(500ms);
  std::size_t writes_at_release = 0;
  pair.witness.also = [&](const LoggedRequest& request) {
    if (request.resource == "leases" && request.verb == "update") writes_at_release = pair.cluster.requests.count();
    return Fault::none;
  };
  pair.a.daemon.stop();
  CHECK(lease(pair.cluster).holder.empty());
  CHECK(pair.cluster.exists<HelmComponent>("prod-abc"));
  for (std::size_t i = writes_at_release; i < pair.cluster.requests.all().size(); ++i) {
    CHECK_FALSE((is_work(pair.cluster.requests.all()[i]) && pair.a.sent(pair.cluster.requests.all()[i])));
  }
  CHECK(pair.witness.wrong == std::vector<std::string>());
}

TEST_CASE("Of five replicas exactly one leads, through crash after crash", "[system][election]") {
  TestCluster cluster;
  std::vector<std::unique_ptr<Replica>> replicas;
  std::vector<Replica*> all;
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    replicas.push_back(std::make_unique<Replica>(cluster, name));
    all.push_back(replicas.back().get());
  }
  Witness witness(cluster, all);
  for (Replica* replica : all) replica->daemon.start();
  const auto leader = [&]() -> Replica* {
    for (Replica* replica : all) {
      if (replica->daemon.leads()) return replica;
    }
    return nullptr;
  };
  for (int i = 0; i < 10; ++i) {
    REQUIRE(cluster.run_until(kAfterCrash, [&] { return leader() != nullptr; }));
    cluster.run_for(5s);
    Replica* const victim = leader();
    REQUIRE(victim != nullptr);
    victim->daemon.kill();
    victim->daemon.start();
  }
  REQUIRE(cluster.run_until(kAfterCrash, [&] { return leader() != nullptr; }));
  CHECK(lease(cluster).transitions == 10);
  CHECK(witness.wrong == std::vector<std::string>());
}
