#include <catch2/catch_test_macros.hpp>

#include <boost/system/system_error.hpp>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "operator/base/manual_clock.hpp"
#include "operator/base/task_group.hpp"
#include "operator/controllers/blocked_names.hpp"
#include "operator/controllers/conflict_backoff.hpp"
#include "operator/controllers/first_sights.hpp"
#include "operator/controllers/predicates.hpp"
#include "operator/controllers/run_all.hpp"
#include "operator/controllers/text.hpp"
#include "test/unit/controllers/samples.hpp"

namespace {

using namespace std::chrono_literals;
using namespace kyma;
using namespace kyma::controllers;
using api::ComponentState;
using runtime::Request;

const Request kA{"default", "a"};
const Request kB{"default", "b"};
const Request kName{"default", "a-x"};
const Request kOther{"default", "a-y"};

}  // namespace

TEST_CASE("Blocked names lead to every Kyma that waits for them, and to no other", "[controllers][blocked_names]") {
  BlockedNames blocked;
  blocked.set(kA, {kName, kOther});
  blocked.set(kB, {kName});
  REQUIRE(blocked.waiting_for(kName) == std::vector{kA, kB});
  REQUIRE(blocked.waiting_for(kOther) == std::vector{kA});
  REQUIRE(blocked.waiting_for({"elsewhere", "a-x"}).empty());
  blocked.set(kA, {kOther});
  REQUIRE(blocked.waiting_for(kName) == std::vector{kB});
  blocked.clear(kA);
  blocked.clear(kB);
  blocked.clear(kB);
  REQUIRE(blocked.waiting_for(kName).empty());
  REQUIRE(blocked.size() == 0);
}

TEST_CASE("The wait after conflicts doubles up to a second and starts anew once forgotten", "[controllers][conflict]") {
  ConflictBackoff backoff;
  std::vector<Duration> delays;
  for (int i = 0; i < 9; ++i) delays.push_back(backoff.next(kA));
  REQUIRE(delays == std::vector<Duration>{20ms, 40ms, 80ms, 160ms, 320ms, 640ms, 1s, 1s, 1s});
  REQUIRE(backoff.next(kB) == 20ms);
  backoff.forget(kA);
  REQUIRE(backoff.next(kA) == 20ms);
  backoff.forget(kA);
  backoff.forget(kB);
  REQUIRE(backoff.size() == 0);
}

TEST_CASE("A first sight is kept for its generation until pending is written", "[controllers][first_sights]") {
  const api::Kyma kyma = samples::kyma("k", {"istio"});
  auto component = samples::component(kyma, "istio");
  const WallTime seen{100s};
  FirstSights sights;
  REQUIRE(sights.of(component, seen + 9s) == seen + 9s);
  sights.note(component, seen);
  sights.note(component, seen + 5s);
  REQUIRE(sights.of(component, seen + 9s) == seen);
  SECTION("a new generation is seen anew") {
    component.metadata.generation = 2;
    REQUIRE(sights.of(component, seen + 9s) == seen + 9s);
    sights.note(component, seen + 7s);
    REQUIRE(sights.of(component, seen + 9s) == seen + 7s);
  }
  SECTION("so is another object of that name") {
    component.metadata.uid = kube::Uid("another");
    sights.note(component, seen + 7s);
    REQUIRE(sights.of(component, seen + 9s) == seen + 7s);
  }
  SECTION("one that is under way needs none") {
    component = samples::component(kyma, "istio", ComponentState::pending, seen);
    sights.note(component, seen + 7s);
    REQUIRE(sights.size() == 0);
  }
}

TEST_CASE("A component's own steps wake nobody but the Kyma at its end", "[controllers][predicates]") {
  const api::Kyma kyma = samples::kyma("k", {"istio"});
  auto before = samples::component(kyma, "istio");
  for (const ComponentState state : {ComponentState::pending, ComponentState::started, ComponentState::failing,
                                     ComponentState::retrying, ComponentState::success}) {
    auto after = samples::component(kyma, "istio", state, WallTime{1s});
    after.metadata.resource_version = before.metadata.resource_version + 1;
    REQUIRE_FALSE(wakes_component(before, after));
    REQUIRE(wakes_kyma(before, after) == (state == ComponentState::success));
    before = after;
  }
}

TEST_CASE("What somebody else changes wakes the component and its Kyma as far as it concerns them",
          "[controllers][predicates]") {
  const api::Kyma kyma = samples::kyma("k", {"istio"});
  const auto before = samples::component(kyma, "istio", ComponentState::retrying, WallTime{1s});
  auto after = before;
  REQUIRE_FALSE(wakes_component(before, after));
  REQUIRE_FALSE(wakes_kyma(before, after));
  SECTION("an edited spec") {
    after.metadata.generation = 2;
    REQUIRE(wakes_component(before, after));
    REQUIRE(wakes_kyma(before, after));
  }
  SECTION("the beginning of its deletion") {
    after.metadata.deletion_timestamp = WallTime{};
    REQUIRE(wakes_component(before, after));
    REQUIRE(wakes_kyma(before, after));
  }
  SECTION("another owner") {
    after.metadata.owner_references = {};
    REQUIRE_FALSE(wakes_component(before, after));
    REQUIRE(wakes_kyma(before, after));
  }
  SECTION("a state set back by hand") {
    after.status.state = ComponentState::started;
    REQUIRE(wakes_component(before, after));
    REQUIRE_FALSE(wakes_kyma(before, after));
  }
  SECTION("a time changed by hand") {
    after.status.last_reconciliation = WallTime{0s};
    REQUIRE(wakes_component(before, after));
  }
  SECTION("an error") {
    after.status.state = ComponentState::error;
    REQUIRE(wakes_kyma(before, after));
    auto later = after;
    REQUIRE_FALSE(wakes_kyma(after, later));
    later.status.message = "another reason";
    REQUIRE(wakes_kyma(after, later));
  }
  SECTION("labels") {
    after.metadata.labels = {{"a", "b"}};
    REQUIRE_FALSE(wakes_component(before, after));
    REQUIRE_FALSE(wakes_kyma(before, after));
  }
}

TEST_CASE("Text is shortened between characters", "[controllers][text]") {
  REQUIRE(shorten("abc", 3) == "abc");
  REQUIRE(shorten("abcd", 3) == "abc...");
  REQUIRE(shorten("aä", 2) == "a...");
  REQUIRE(shorten("\x80\x80\x80", 2) == "...");
}

TEST_CASE("Coroutines run side by side up to the limit, and all of them", "[controllers][run_all]") {
  asio::io_context loop;
  ManualClock clock;
  int running = 0;
  int most = 0;
  int ended = 0;
  const auto task = [&]() -> asio::awaitable<void> {
    most = std::max(most, ++running);
    co_await clock.sleep_for(1s);
    --running;
    ++ended;
  };
  std::vector<asio::awaitable<void>> tasks;
  for (int i = 0; i < 10; ++i) tasks.push_back(task());
  clock.run(loop, run_all(std::move(tasks), 4));
  REQUIRE(ended == 10);
  REQUIRE(most == 4);
  REQUIRE(clock.elapsed() == 3s);
  clock.run(loop, run_all({}, 4));
}

TEST_CASE("An exception of one coroutine comes out once the others of its batch have ended", "[controllers][run_all]") {
  asio::io_context loop;
  ManualClock clock;
  int ended = 0;
  const auto good = [&]() -> asio::awaitable<void> {
    co_await clock.sleep_for(1s);
    ++ended;
  };
  const auto bad = []() -> asio::awaitable<void> {
    throw std::runtime_error("bad");
    co_return;
  };
  std::vector<asio::awaitable<void>> tasks;
  tasks.push_back(bad());
  tasks.push_back(good());
  tasks.push_back(good());
  REQUIRE_THROWS_AS(clock.run(loop, run_all(std::move(tasks), 2)), std::runtime_error);
  REQUIRE(ended == 1);
}

TEST_CASE("Cancelling the caller cancels the coroutines that it runs", "[controllers][run_all]") {
  asio::io_context loop;
  ManualClock clock;
  TaskGroup group(loop.get_executor());
  int cancelled = 0;
  bool ended = false;
  const auto task = [&]() -> asio::awaitable<void> {
    try {
      co_await clock.sleep_for(1h);
    } catch (const boost::system::system_error&) {
      ++cancelled;
      throw;
    }
  };
  const auto caller = [&]() -> asio::awaitable<void> {
    std::vector<asio::awaitable<void>> tasks;
    for (int i = 0; i < 5; ++i) tasks.push_back(task());
    co_await run_all(std::move(tasks), 3);
    ended = true;
  };
  group.spawn(caller());
  clock.run_for(loop, 1s);
  clock.run(loop, group.stop());
  REQUIRE(cancelled == 3);
  REQUIRE_FALSE(ended);
  REQUIRE(clock.elapsed() == 1s);
}

TEST_CASE("A long error is shortened in its middle, and no character is cut in two", "[controllers][text]") {
  REQUIRE(shorten_middle("short", 10) == "short");
  const std::string text = "at the beginning " + std::string(500, 'x') + " the reason";
  const std::string shortened = shorten_middle(text, 40);
  REQUIRE(shortened == "at the beginning xxx... xxxxxxxxx the reason");
  for (std::size_t limit = 2; limit < 30; ++limit) {
    const std::string cut = shorten_middle(
        "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9", limit);
    for (std::size_t i = 0; i < cut.size(); ++i) {
      if (static_cast<unsigned char>(cut[i]) == 0xC3) REQUIRE(static_cast<unsigned char>(cut[i + 1]) == 0xA9);
    }
  }
}
