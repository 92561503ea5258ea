#include "operator/controllers/fan_out.hpp"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <string>
#include <vector>

#include "test/unit/controllers/samples.hpp"

namespace {

using namespace kyma;
using namespace kyma::controllers;
using api::ComponentState;

std::vector<Place::State> states(const FanOut& fan_out) {
  std::vector<Place::State> result;
  for (const auto& place : fan_out.places) result.push_back(place.state);
  return result;
}

}  // namespace

TEST_CASE("A fresh Kyma misses a HelmComponent per entry, named after both", "[controllers][fan_out]") {
  api::Kyma kyma = samples::kyma("prod", {"istio", "monitoring"});
  kyma.spec.components.edit([](auto& list) { list[1].name_space = "observe"; });
  kyma.spec.components.edit([](auto& list) { list[1].values = R"({"a":1})"; });
  const FanOut fan_out = samples::compare(kyma, {});
  REQUIRE(states(fan_out) == std::vector{Place::State::missing, Place::State::missing});
  REQUIRE(fan_out.surplus.empty());

  const api::HelmComponent made = make_component(kyma, fan_out.places[1]);
  REQUIRE(made.metadata.name == "prod-monitoring");
  REQUIRE(made.metadata.name_space == "default");
  REQUIRE(made.spec->component_name == "monitoring");
  REQUIRE(made.spec->name_space == "observe");
  REQUIRE(made.spec->values == R"({"a":1})");
  REQUIRE(made.metadata.owner_references.size() == 1);
  const kube::OwnerReference& owner = made.metadata.owner_references[0];
  REQUIRE(owner.api_version == "inventory.kyma-project.io/v1alpha1");
  REQUIRE(owner.kind == "Kyma");
  REQUIRE(owner.name == "prod");
  REQUIRE(owner.uid == kyma.metadata.uid);
  REQUIRE(owner.controller);
  REQUIRE(owner.block_owner_deletion);
}

TEST_CASE("What is missing is made in the order of the time it takes, equals in spec order", "[controllers][fan_out]") {
  const api::Kyma kyma = samples::kyma("k", {"dex", "service-catalog-addons", "ory", "monitoring", "serverless"});
  const FanOut fan_out = samples::compare(kyma, {samples::share(samples::component(kyma, "ory"))});
  REQUIRE(fan_out.missing() == std::vector<std::size_t>{1, 3, 4, 0});
}

TEST_CASE("A missing component may wait as long as another one of its Kyma ends later", "[controllers][fan_out]") {
  using namespace std::chrono_literals;
  const WallTime now{1000s};
  const api::Kyma kyma = samples::kyma("k", {"service-catalog-addons", "dex"});
  const auto latest = [&](const std::vector<ComponentPtr>& made) {
    const FanOut fan_out = samples::compare(kyma, made);
    return latest_start(fan_out, fan_out.places[1], now);
  };
  // 22 letters take 67 s, three take 10 s, and half a second is kept in hand.
  const auto longest = [&](ComponentState state, WallTime reached) {
    return samples::share(samples::component(kyma, "service-catalog-addons", state, reached));
  };
  REQUIRE(latest({longest(ComponentState::none, {})}) == now + 67s - 10s - 500ms);
  REQUIRE(latest({longest(ComponentState::pending, now - 5s)}) == now + 62s - 10s - 500ms);
  REQUIRE(latest({longest(ComponentState::retrying, now - 20s)}) == now + 2s - 10s - 500ms);
  // Nothing else is under way: it is the last already.
  REQUIRE(latest({longest(ComponentState::success, now - 1s)}) < now);
  REQUIRE(latest({longest(ComponentState::error, now - 1s)}) < now);
  REQUIRE(latest({}) < now);
}

TEST_CASE("An object that this Kyma does not control is foreign, whatever else it says", "[controllers][fan_out]") {
  const api::Kyma kyma = samples::kyma("a", {"b-c"});
  api::HelmComponent of_another = samples::component(samples::kyma("a-b", {"c"}, "another-uid"), "c");
  REQUIRE(of_another.metadata.name == "a-b-c");
  SECTION("controlled by another Kyma") {}
  SECTION("without an owner") { of_another.metadata.owner_references = {}; }
  SECTION("of an earlier Kyma of the same name") {
    of_another = samples::component(samples::kyma("a", {"b-c"}, "earlier-uid"), "b-c");
  }
  SECTION("owned by this Kyma but controlled by nobody") {
    of_another = samples::component(kyma, "b-c");
    of_another.metadata.owner_references.edit([](auto& owners) { owners[0].controller = false; });
  }
  const FanOut fan_out = samples::compare(kyma, {samples::share(of_another)});
  REQUIRE(states(fan_out) == std::vector{Place::State::foreign});
  REQUIRE_FALSE(fan_out.places[0].differs());
  REQUIRE_FALSE(fan_out.places[0].succeeded());
  REQUIRE(fan_out.missing().empty());
  REQUIRE(fan_out.surplus.empty());
}

TEST_CASE("Ours that no entry asks for is surplus, unless it is leaving already", "[controllers][fan_out]") {
  const api::Kyma before = samples::kyma("k", {"istio", "dex"});
  const api::Kyma kyma = samples::kyma("k", {"istio"});
  auto leaving = samples::component(before, "ory");
  leaving.metadata.deletion_timestamp = WallTime{};
  const FanOut fan_out =
      samples::compare(kyma, {samples::share(samples::component(before, "istio")),
                              samples::share(samples::component(before, "dex")), samples::share(leaving)});
  REQUIRE(states(fan_out) == std::vector{Place::State::ours});
  REQUIRE(fan_out.surplus.size() == 1);
  REQUIRE(fan_out.surplus[0]->metadata.name == "k-dex");
}

TEST_CASE("Ours that is being deleted is neither made again yet nor changed", "[controllers][fan_out]") {
  const api::Kyma kyma = samples::kyma("k", {"istio"});
  auto leaving = samples::component(kyma, "istio", ComponentState::success);
  leaving.metadata.deletion_timestamp = WallTime{};
  leaving.spec.edit([&](auto& spec) { spec.name_space = "elsewhere"; });
  const FanOut fan_out = samples::compare(kyma, {samples::share(leaving)});
  REQUIRE(states(fan_out) == std::vector{Place::State::leaving});
  REQUIRE_FALSE(fan_out.places[0].succeeded());
  REQUIRE_FALSE(fan_out.places[0].differs());
  REQUIRE(fan_out.missing().empty());
}

TEST_CASE("A component differs by name, target namespace and values only", "[controllers][fan_out]") {
  const api::Kyma kyma = samples::kyma("k", {"istio"});
  auto component = samples::component(kyma, "istio", ComponentState::success);
  bool differs = true;
  SECTION("another component name") {
    component.spec.edit([](auto& spec) { spec.component_name = "other"; });
  }
  SECTION("another target namespace") {
    component.spec.edit([](auto& spec) { spec.name_space = "other"; });
  }
  SECTION("other values") {
    component.spec.edit([](auto& spec) { spec.values = R"({"a":1})"; });
  }
  SECTION("the default namespace written out") {
    component.spec.edit([&](auto& spec) { spec.name_space = "kyma-system"; });
    differs = false;
  }
  SECTION("a chart location, which the Kyma does not decide") {
    component.spec.edit([&](auto& spec) { spec.chart_location = "mine"; });
    component.spec.edit([&](auto& spec) { spec.version = "1.2"; });
    differs = false;
  }
  const FanOut fan_out = samples::compare(kyma, {samples::share(component)});
  REQUIRE(fan_out.places[0].differs() == differs);
  // One that does not say what is wanted has not succeeded at it.
  REQUIRE(fan_out.places[0].succeeded() == !differs);
}

TEST_CASE("Only success for the current generation counts", "[controllers][fan_out]") {
  const api::Kyma kyma = samples::kyma("k", {"istio"});
  auto component = samples::component(kyma, "istio", ComponentState::success);
  component.metadata.generation = 2;
  const FanOut fan_out = samples::compare(kyma, {samples::share(component)});
  REQUIRE_FALSE(fan_out.places[0].succeeded());
}

TEST_CASE("Entries that no HelmComponent can stand for are invalid and the others are not", "[controllers][fan_out]") {
  const std::string long_label(63, 'x');
  const api::Kyma kyma = samples::kyma(std::string(200, 'k'), {"", "istio", "Upper", "a.b", "-a", "a-", "istio",
                                                               std::string(64, 'x'), long_label, "äö"});
  const FanOut fan_out = samples::compare(kyma, {});
  using enum Place::State;
  REQUIRE(states(fan_out) ==
          std::vector{invalid, missing, invalid, invalid, invalid, invalid, invalid, invalid, invalid, invalid});
  for (const auto& place : fan_out.places) {
    REQUIRE(place.problem.empty() == (place.state == missing));
    REQUIRE(place.object.empty() == (place.state == invalid));
  }
  REQUIRE(fan_out.places[6].problem.find("more than once") != std::string::npos);
  // 200 + 1 + 63 is more than a name may have.
  REQUIRE(fan_out.places[8].problem.find("253") != std::string::npos);
}

TEST_CASE("A component of a name listed twice is not surplus", "[controllers][fan_out]") {
  const api::Kyma kyma = samples::kyma("k", {"istio", "istio"});
  const FanOut fan_out = samples::compare(kyma, {samples::share(samples::component(kyma, "istio"))});
  REQUIRE(states(fan_out) == std::vector{Place::State::ours, Place::State::invalid});
  REQUIRE(fan_out.surplus.empty());
}
