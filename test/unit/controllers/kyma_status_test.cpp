#include "operator/controllers/kyma_status.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

#include "test/unit/controllers/samples.hpp"

namespace {

using namespace std::chrono_literals;
using namespace kyma;
using namespace kyma::controllers;
using api::ComponentState;
using api::ConditionStatus;
using api::KymaState;

constexpr WallTime kNow{1'700'000'000s + 250'000us};

api::KymaStatus status(const api::Kyma& kyma, const std::vector<ComponentPtr>& objects, const Refusals& refusals = {}) {
  return status_of(kyma, samples::compare(kyma, objects), refusals, kNow);
}

std::vector<std::string> names(const std::vector<InternedString>& list) {
  std::vector<std::string> result;
  for (const auto& name : list) result.push_back(name.str());
  return result;
}

bool mentions(const api::KymaStatus& status, std::string_view text) {
  return status.ready.message.view().find(text) != std::string_view::npos;
}

}  // namespace

TEST_CASE("A Kyma waits for all that is not success, in spec order", "[controllers][kyma_status]") {
  api::Kyma kyma = samples::kyma("k", {"zeta", "istio", "dex", "alpha"});
  kyma.metadata.generation = 3;
  const auto result = status(kyma, {samples::share(samples::component(kyma, "istio", ComponentState::success)),
                                    samples::share(samples::component(kyma, "dex", ComponentState::retrying))});
  REQUIRE(result.state == KymaState::reconciling);
  REQUIRE(names(result.waiting_for) == std::vector<std::string>{"zeta", "dex", "alpha"});
  REQUIRE(result.observed_generation == 3);
  REQUIRE(result.ready.status == ConditionStatus::no);
  REQUIRE(result.ready.reason == kReasonReconciling);
  REQUIRE(result.ready.message == "waiting for 3 of 4 components");
  REQUIRE(result.ready.observed_generation == 3);
  REQUIRE(result.ready.last_transition == WallTime{1'700'000'000s});
}

TEST_CASE("A Kyma is success when all components are, also when it asks for none", "[controllers][kyma_status]") {
  const api::Kyma kyma = samples::kyma("k", {"istio"});
  const auto result = status(kyma, {samples::share(samples::component(kyma, "istio", ComponentState::success))});
  REQUIRE(result.state == KymaState::success);
  REQUIRE(result.waiting_for.empty());
  REQUIRE(result.ready.status == ConditionStatus::yes);
  REQUIRE(result.ready.reason == kReasonReady);
  REQUIRE(status(samples::kyma("empty", {}), {}).state == KymaState::success);
}

TEST_CASE("A component in error makes the Kyma error and its message is passed on", "[controllers][kyma_status]") {
  const api::Kyma kyma = samples::kyma("k", {"istio", "dex"});
  auto failed = samples::component(kyma, "istio", ComponentState::error);
  failed.status.message = "chart istio: templates/a.yaml:3: boom";
  const auto result = status(kyma, {samples::share(failed)});
  REQUIRE(result.state == KymaState::error);
  REQUIRE(names(result.waiting_for) == std::vector<std::string>{"istio", "dex"});
  REQUIRE(result.ready.reason == kReasonComponentError);
  REQUIRE(mentions(result, "\"istio\": chart istio: templates/a.yaml:3: boom"));
}

TEST_CASE("An error of an older generation is no error of this one", "[controllers][kyma_status]") {
  const api::Kyma kyma = samples::kyma("k", {"istio"});
  auto failed = samples::component(kyma, "istio", ComponentState::error);
  failed.metadata.generation = 2;
  REQUIRE(status(kyma, {samples::share(failed)}).state == KymaState::reconciling);
}

TEST_CASE("An invalid entry makes the Kyma error, is named, and is not waited for", "[controllers][kyma_status]") {
  const api::Kyma kyma = samples::kyma("k", {"istio", "Not_Valid"});
  const auto result = status(kyma, {samples::share(samples::component(kyma, "istio", ComponentState::success))});
  REQUIRE(result.state == KymaState::error);
  REQUIRE(result.waiting_for.empty());
  REQUIRE(result.ready.status == ConditionStatus::no);
  REQUIRE(result.ready.reason == kReasonInvalidComponent);
  REQUIRE(mentions(result, "\"Not_Valid\" is invalid"));
}

TEST_CASE("A refused entry makes the Kyma error and is waited for", "[controllers][kyma_status]") {
  const api::Kyma kyma = samples::kyma("k", {"istio"});
  const auto result = status(kyma, {}, {{InternedString("istio"), "spec.namespace: Invalid value"}});
  REQUIRE(result.state == KymaState::error);
  REQUIRE(names(result.waiting_for) == std::vector<std::string>{"istio"});
  REQUIRE(result.ready.reason == kReasonComponentRefused);
  REQUIRE(mentions(result, "spec.namespace: Invalid value"));
}

TEST_CASE("A name conflict names the object and who controls it, and is waited for", "[controllers][kyma_status]") {
  const api::Kyma kyma = samples::kyma("a", {"b-c", "dex"});
  auto foreign = samples::component(samples::kyma("a-b", {"c"}, "another-uid"), "c", ComponentState::success);
  SECTION("controlled by another Kyma") {
    const auto result = status(kyma, {samples::share(foreign)});
    REQUIRE(result.state == KymaState::reconciling);
    REQUIRE(names(result.waiting_for) == std::vector<std::string>{"b-c", "dex"});
    REQUIRE(result.ready.reason == kReasonNameConflict);
    REQUIRE(mentions(result, "\"default/a-b-c\""));
    REQUIRE(mentions(result, "Kyma \"a-b\" (uid another-uid)"));
  }
  SECTION("controlled by nobody") {
    foreign.metadata.owner_references = {};
    REQUIRE(mentions(status(kyma, {samples::share(foreign)}), "has no controller"));
  }
}

TEST_CASE("A message stays short however much is wrong", "[controllers][kyma_status]") {
  std::vector<std::string> bad;
  for (int i = 0; i < 1000; ++i) bad.push_back("Ä" + std::string(5000, 'x') + std::to_string(i));
  const auto result = status(samples::kyma("k", bad), {});
  REQUIRE(result.ready.message.size() < 2500);
  REQUIRE(mentions(result, "and 997 more invalid components"));
}

TEST_CASE("The transition time changes with the condition's status alone", "[controllers][kyma_status]") {
  api::Kyma kyma = samples::kyma("k", {"istio"});
  kyma.status.ready.status = ConditionStatus::no;
  kyma.status.ready.last_transition = WallTime{5s};
  REQUIRE(status(kyma, {}).ready.last_transition == WallTime{5s});
  const auto done = status(kyma, {samples::share(samples::component(kyma, "istio", ComponentState::success))});
  REQUIRE(done.ready.last_transition == WallTime{1'700'000'000s});
}

TEST_CASE("Conditions of other writers are kept", "[controllers][kyma_status]") {
  api::Kyma kyma = samples::kyma("k", {"istio"});
  kyma.status.other_conditions = R"({"type":"Paused"})";
  REQUIRE(status(kyma, {}).other_conditions == R"({"type":"Paused"})");
}

TEST_CASE("The same fan-out gives the same status, so that nothing is written twice", "[controllers][kyma_status]") {
  api::Kyma kyma = samples::kyma("k", {"istio", "X"});
  kyma.status = status(kyma, {});
  REQUIRE(status_of(kyma, samples::compare(kyma, {}), {}, kNow + 1h) == kyma.status);
}

namespace {

// A Kyma that last reported nothing done, with "dex" and "ory" (10 s each), due at `dex` and `ory`, and "istio" (16 s).
struct Settling {
  api::Kyma kyma = samples::kyma("k", {"dex", "ory", "istio"});
  std::vector<ComponentPtr> objects;

  Settling() { kyma.status = status(kyma, {}); }
  void add(const std::string& name, ComponentState state, WallTime reached) {
    objects.push_back(samples::share(samples::component(kyma, name, state, reached)));
  }
  Duration wait(WallTime now) const {
    const FanOut fan_out = samples::compare(kyma, objects);
    return time_to_settle(kyma, status_of(kyma, fan_out, {}, now), fan_out, now);
  }
};

}  // namespace

TEST_CASE("A status is held for a component that is due in the same moment, and no longer than the settle time",
          "[controllers][kyma_status]") {
  Settling settling;
  settling.add("dex", ComponentState::success, kNow);
  settling.add("ory", ComponentState::retrying, kNow - 3s + 20ms);
  settling.add("istio", ComponentState::failing, kNow);
  REQUIRE(settling.wait(kNow) == kSettleTime);
  REQUIRE(settling.wait(kNow + 100ms) == 50ms);
  // It is overdue: it will come, and if it does not, nobody waits for ever.
  REQUIRE(settling.wait(kNow + kSettleTime) == kSettleTime);
  REQUIRE(settling.wait(kNow + kLongestSettle - 1us) == kSettleTime);
  REQUIRE(settling.wait(kNow + kLongestSettle) <= Duration::zero());
  REQUIRE(settling.wait(kNow + 10s) <= Duration::zero());
}

TEST_CASE("A status is not held when nothing else is due, or when it says more than progress",
          "[controllers][kyma_status]") {
  Settling settling;
  settling.add("dex", ComponentState::success, kNow);
  settling.add("istio", ComponentState::failing, kNow);
  SECTION("the others take longer") {
    settling.add("ory", ComponentState::retrying, kNow - 3s + kSettleTime + 1us);
    REQUIRE(settling.wait(kNow) == Duration::zero());
  }
  SECTION("the last is done") {
    settling.objects.clear();
    for (const auto* name : {"dex", "ory", "istio"}) settling.add(name, ComponentState::success, kNow);
    REQUIRE(settling.wait(kNow) == Duration::zero());
  }
  SECTION("another generation") {
    settling.add("ory", ComponentState::retrying, kNow - 3s);
    settling.kyma.metadata.generation = 2;
    REQUIRE(settling.wait(kNow) == Duration::zero());
  }
  SECTION("an error") {
    settling.add("ory", ComponentState::retrying, kNow - 3s);
    settling.objects[1] = samples::share(samples::component(settling.kyma, "istio", ComponentState::error, kNow));
    REQUIRE(settling.wait(kNow) == Duration::zero());
  }
  SECTION("a component is lost again") {
    settling.kyma.status.waiting_for = {"istio"};
    settling.add("ory", ComponentState::retrying, kNow - 3s);
    REQUIRE(settling.wait(kNow) == Duration::zero());
  }
}
