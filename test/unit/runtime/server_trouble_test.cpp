#include "operator/runtime/server_trouble.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kyma;
using namespace kyma::runtime;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  Duration next() { return trouble.next(now, random); }

  Random random = make_random(42);
  ServerTrouble trouble;
  SteadyTime now{};
};

}  // namespace

TEST_CASE("ServerTrouble retries a hiccup in a fraction of a second", "[runtime][server_trouble]") {
  Fixture f;
  for (int i = 0; i < 1000; ++i) {
    const Duration delay = f.next();
    REQUIRE(delay >= 250ms);
    REQUIRE(delay < 500ms);
  }
}

TEST_CASE("ServerTrouble waits the longer the longer it lasts, up to seconds", "[runtime][server_trouble]") {
  Fixture f;
  f.next();
  f.now += 2s;
  const Duration early = f.next();
  REQUIRE(early >= 1s);
  REQUIRE(early < 2s);
  for (int i = 0; i < 1000; ++i) {
    f.now += 5s;
    const Duration delay = f.next();
    REQUIRE(delay >= 2500ms);
    REQUIRE(delay < 5s);
    if (i == 0) f.now += 4s;
  }
}

TEST_CASE("ServerTrouble is over after a while without a failure", "[runtime][server_trouble]") {
  Fixture f;
  f.next();
  f.now += 9s;
  REQUIRE(f.next() >= 2500ms);
  f.now += ServerTrouble::kQuiet + 1ns;
  REQUIRE(f.next() < 500ms);
}

TEST_CASE("ServerTrouble keeps to what the server asks for, spread a little", "[runtime][server_trouble]") {
  Fixture f;
  const Duration delay = f.trouble.next(f.now, f.random, 30s);
  REQUIRE(delay >= 30s);
  REQUIRE(delay <= 30s + ServerTrouble::kLongest);
  REQUIRE(f.trouble.next(f.now, f.random, 0ms) >= 250ms);
}

TEST_CASE("ServerTrouble is reported at once and then once in a period", "[runtime][server_trouble]") {
  Fixture f;
  f.next();
  REQUIRE(f.trouble.take_report(f.now) == 1);
  for (int i = 0; i < 5; ++i) {
    f.next();
    REQUIRE(f.trouble.take_report(f.now) == 0);
  }
  f.now += ServerTrouble::kReportPeriod;
  f.next();
  REQUIRE(f.trouble.take_report(f.now) == 6);
}
