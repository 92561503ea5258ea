#include "operator/controllers/fan_out_pace.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

#include "operator/base/manual_clock.hpp"

namespace kyma::controllers {
namespace {

struct Fixture {
  asio::io_context loop;
  ManualClock clock;
  std::vector<std::string> woken;
  std::size_t backlog = 0;
  FanOutPace pace{clock, [this] { return backlog; },
                  [this](const runtime::Request& kyma) { woken.push_back(kyma.name.str()); }};

  static runtime::Request kyma(int number) { return {"default", "kyma-" + std::to_string(number)}; }
  void be_behind(std::size_t components) {
    backlog = components;
    pace.go_on();
  }
  void ask(int count) {
    for (int i = 0; i < count; ++i) pace.wait_for_turn(kyma(i));
  }
};

constexpr std::size_t kTurns = (FanOutPace::kWindow + FanOutPace::kPerTurn - 1) / FanOutPace::kPerTurn;

TEST_CASE("FanOutPace makes nobody wait while few components wait for a worker", "[controllers][pace]") {
  Fixture test;
  test.be_behind(FanOutPace::kWindow - 1);
  CHECK_FALSE(test.pace.wait_for_turn(Fixture::kyma(1)));
  test.be_behind(FanOutPace::kWindow);
  CHECK(test.pace.wait_for_turn(Fixture::kyma(1)));
  CHECK(test.pace.waits(Fixture::kyma(1)));
  CHECK(test.woken.empty());
}

TEST_CASE("FanOutPace gives as many turns as there is room for, in the order of asking", "[controllers][pace]") {
  Fixture test;
  test.be_behind(FanOutPace::kWindow);
  test.ask(500);
  test.be_behind(0);
  REQUIRE(test.woken.size() == kTurns);
  CHECK(test.woken.front() == "kyma-0");
  CHECK_FALSE(test.pace.waits(Fixture::kyma(0)));
  CHECK(test.pace.waits(Fixture::kyma(static_cast<int>(kTurns))));

  // Whoever has had his turn and wants another one stands behind the others.
  CHECK(test.pace.wait_for_turn(Fixture::kyma(0)));
  CHECK(test.woken.back() == "kyma-" + std::to_string(kTurns));
  test.pace.end_turn(Fixture::kyma(1));
  CHECK(test.woken.back() == "kyma-" + std::to_string(kTurns + 1));
}

TEST_CASE("FanOutPace keeps a place in the line", "[controllers][pace]") {
  Fixture test;
  test.be_behind(FanOutPace::kWindow);
  test.ask(2);
  test.ask(2);
  CHECK(test.pace.size() == 2);
  test.be_behind(FanOutPace::kWindow - 1);
  CHECK(test.woken == std::vector<std::string>{"kyma-0"});
}

TEST_CASE("FanOutPace passes over whoever is forgotten", "[controllers][pace]") {
  Fixture test;
  test.be_behind(FanOutPace::kWindow);
  test.ask(3);
  test.pace.forget(Fixture::kyma(0));
  test.be_behind(FanOutPace::kWindow - 1);
  CHECK(test.woken == std::vector<std::string>{"kyma-1"});
  test.pace.forget(Fixture::kyma(1));
  CHECK(test.woken.back() == "kyma-2");
  test.pace.forget(Fixture::kyma(2));
  CHECK(test.pace.size() == 0);
}

TEST_CASE("FanOutPace holds nobody up for good when the components are stuck", "[controllers][pace]") {
  Fixture test;
  test.be_behind(10 * FanOutPace::kWindow);
  test.ask(2);
  test.clock.run_for(test.loop, FanOutPace::kLongestSleep);
  CHECK_FALSE(test.pace.waits(Fixture::kyma(1)));
  CHECK(test.pace.waits(Fixture::kyma(0)));
}

}  // namespace
}  // namespace kyma::controllers
