#include "operator/controllers/lifecycle.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <random>
#include <string>
#include <variant>
#include <vector>

namespace {

using namespace std::chrono_literals;
using kyma::WallTime;
using kyma::api::ComponentState;
using kyma::api::HelmComponentStatus;
using kyma::controllers::Enter;
using kyma::controllers::Finished;
using kyma::controllers::kMaxClockSkew;
using kyma::controllers::LifecycleStep;
using kyma::controllers::next_step;
using kyma::controllers::WaitUntil;

constexpr WallTime kStart{1'700'000'000s + 123'456us};

HelmComponentStatus status(ComponentState state, WallTime reached, std::int64_t generation = 1) {
  HelmComponentStatus result;
  result.state = state;
  result.last_reconciliation = reached;
  result.observed_generation = generation;
  return result;
}

LifecycleStep step(const HelmComponentStatus& status, std::size_t length, WallTime now, std::int64_t generation = 1) {
  return next_step(status, generation, length, now, now);
}

}  // namespace

TEST_CASE("A component seen for the first time enters pending as of its first sight", "[controllers][lifecycle]") {
  REQUIRE(step({}, 7, kStart) == LifecycleStep(Enter{ComponentState::pending, kStart}));
  REQUIRE(next_step({}, 1, 7, kStart - 3s, kStart) == LifecycleStep(Enter{ComponentState::pending, kStart - 3s}));
  // A clock that was set back since then must not put it into the future.
  REQUIRE(next_step({}, 1, 7, kStart + 3s, kStart) == LifecycleStep(Enter{ComponentState::pending, kStart}));
}

TEST_CASE("Each state lasts its time, to the microsecond, and leads to the next", "[controllers][lifecycle]") {
  const std::size_t length = GENERATE(1u, 5u, 13u, 22u, 63u);
  const std::chrono::seconds name{length};
  struct Row {
    ComponentState state;
    std::chrono::seconds stay;
    ComponentState next;
  };
  const Row row = GENERATE_COPY(Row{ComponentState::pending, 1s, ComponentState::started},
                                Row{ComponentState::started, name, ComponentState::failing},
                                Row{ComponentState::failing, name, ComponentState::retrying},
                                Row{ComponentState::retrying, name, ComponentState::success});
  const auto current = status(row.state, kStart);
  const WallTime due = kStart + row.stay;
  REQUIRE(step(current, length, kStart) == LifecycleStep(WaitUntil{due}));
  REQUIRE(step(current, length, due - 1us) == LifecycleStep(WaitUntil{due}));
  REQUIRE(step(current, length, due) == LifecycleStep(Enter{row.next, due}));
  // Late or very late: still the next state alone, and its own instant.
  REQUIRE(step(current, length, due + 1us) == LifecycleStep(Enter{row.next, due}));
  REQUIRE(step(current, length, due + 24h * 365) == LifecycleStep(Enter{row.next, due}));
}

TEST_CASE("Success is the end, with or without a time", "[controllers][lifecycle]") {
  REQUIRE(step(status(ComponentState::success, kStart), 5, kStart + 1h) == LifecycleStep(Finished{}));
  REQUIRE(step(status(ComponentState::success, kyma::kNoTime), 5, kStart) == LifecycleStep(Finished{}));
  REQUIRE(step(status(ComponentState::success, kStart + 24h), 5, kStart) == LifecycleStep(Finished{}));
}

TEST_CASE("A new generation starts again at pending from every state", "[controllers][lifecycle]") {
  for (const ComponentState state : kyma::api::kComponentStates) {
    const auto old = status(state, kStart - 1s, 4);
    REQUIRE(next_step(old, 5, 9, kStart, kStart + 2s) == LifecycleStep(Enter{ComponentState::pending, kStart}));
  }
}

TEST_CASE("A component in error starts again at pending, now", "[controllers][lifecycle]") {
  const auto failed = status(ComponentState::error, kStart);
  REQUIRE(next_step(failed, 1, 9, kStart - 1h, kStart + 7s) ==
          LifecycleStep(Enter{ComponentState::pending, kStart + 7s}));
}

TEST_CASE("A state without a time, or with an impossible one, starts again at pending", "[controllers][lifecycle]") {
  for (const ComponentState state :
       {ComponentState::pending, ComponentState::started, ComponentState::failing, ComponentState::retrying}) {
    const LifecycleStep again = Enter{ComponentState::pending, kStart};
    REQUIRE(step(status(state, kyma::kNoTime), 9, kStart) == again);
    REQUIRE(step(status(state, kStart + kMaxClockSkew + 1us), 9, kStart) == again);
    REQUIRE(step(status(state, WallTime::max()), 9, kStart) == again);
  }
}

TEST_CASE("Skew between two clocks is waited for and repeats nothing", "[controllers][lifecycle]") {
  // The other daemon's clock is ahead.
  const auto ahead = status(ComponentState::started, kStart + 3s);
  REQUIRE(step(ahead, 10, kStart) == LifecycleStep(WaitUntil{kStart + 13s}));
  REQUIRE(step(status(ComponentState::started, kStart + kMaxClockSkew), 10, kStart) ==
          LifecycleStep(WaitUntil{kStart + kMaxClockSkew + 10s}));
  // It is behind: early by the skew, no more.
  const auto behind = status(ComponentState::started, kStart - 3s);
  REQUIRE(step(behind, 10, kStart) == LifecycleStep(WaitUntil{kStart + 7s}));
}

TEST_CASE("A lifecycle left alone for ages is walked state by state", "[controllers][lifecycle]") {
  const WallTime now = kStart + 24h * 3650;
  auto current = status(ComponentState::pending, WallTime{0s});
  std::vector<ComponentState> seen;
  while (true) {
    const LifecycleStep next = step(current, 4, now);
    if (std::holds_alternative<Finished>(next)) break;
    current.state = std::get<Enter>(next).state;
    current.last_reconciliation = std::get<Enter>(next).scheduled;
    seen.push_back(current.state);
    REQUIRE(seen.size() < 10);
  }
  REQUIRE(seen == std::vector{ComponentState::started, ComponentState::failing, ComponentState::retrying,
                              ComponentState::success});
  REQUIRE(current.last_reconciliation == WallTime{13s});
}

TEST_CASE("The expected success of a component is 1 + 3N seconds after pending, seen from any state",
          "[controllers][lifecycle]") {
  kyma::api::HelmComponent component;
  component.metadata.generation = 1;
  component.spec.edit([&](auto& spec) { spec.component_name = "monitoring"; });
  REQUIRE(kyma::controllers::expected_success(component) == WallTime::max());
  component.status = status(ComponentState::pending, kStart);
  REQUIRE(kyma::controllers::expected_success(component) == kStart + 31s);
  component.status = status(ComponentState::failing, kStart + 11s);
  REQUIRE(kyma::controllers::expected_success(component) == kStart + 31s);
  component.status = status(ComponentState::success, kStart + 31s);
  REQUIRE(kyma::controllers::expected_success(component) == kStart + 31s);
  component.status = status(ComponentState::error, kStart);
  REQUIRE(kyma::controllers::expected_success(component) == WallTime::max());
  component.status = status(ComponentState::success, kStart, 0);  // of an older generation
  REQUIRE(kyma::controllers::expected_success(component) == WallTime::max());
}

TEST_CASE("A component takes 1 + 3N seconds", "[controllers][lifecycle]") {
  REQUIRE(kyma::controllers::lifecycle_duration(22) == 67s);
  REQUIRE(kyma::controllers::lifecycle_duration(3) == 10s);
}

TEST_CASE("Whatever the delays, no state is early, skipped or repeated, and delays do not add up",
          "[controllers][lifecycle]") {
  std::mt19937 random(GENERATE(1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u));
  for (int round = 0; round < 200; ++round) {
    const std::size_t length = std::uniform_int_distribution<std::size_t>(1, 63)(random);
    const std::chrono::seconds name{length};
    const std::vector<std::chrono::microseconds> offsets{0s, 1s, 1s + name, 1s + 2 * name, 1s + 3 * name};
    std::uniform_int_distribution<std::int64_t> late(0, std::int64_t{40'000'000});
    WallTime now = kStart;
    HelmComponentStatus current;
    std::size_t entered = 0;
    for (int calls = 0; calls < 1000; ++calls) {
      const LifecycleStep next = next_step(current, 1, length, kStart, now);
      if (std::holds_alternative<Finished>(next)) break;
      if (const auto* wait = std::get_if<WaitUntil>(&next)) {
        REQUIRE(wait->instant == kStart + offsets.at(entered));
        // Woken up too early now and then, as timers against a wall clock may be.
        const bool early = random() % 4 == 0;
        now = early ? now + (wait->instant - now) / 2 : wait->instant + std::chrono::microseconds(late(random));
        continue;
      }
      const Enter enter = std::get<Enter>(next);
      REQUIRE(enter.state == kyma::api::kComponentStates.at(entered + 1));
      REQUIRE(enter.scheduled == kStart + offsets.at(entered));
      REQUIRE(enter.scheduled <= now);
      current = status(enter.state, enter.scheduled);
      ++entered;
      if (random() % 2 == 0) now += std::chrono::microseconds(late(random));
    }
    REQUIRE(entered == offsets.size());
    REQUIRE(current.state == ComponentState::success);
  }
}
