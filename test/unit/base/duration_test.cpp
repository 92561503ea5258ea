#include "operator/base/duration.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kyma;
using namespace std::chrono_literals;

TEST_CASE("Durations are read in Go's form", "[base][duration]") {
  REQUIRE(parse_duration("10h") == 10h);
  REQUIRE(parse_duration("1h30m0.5s") == 1h + 30min + 500ms);
  REQUIRE(parse_duration("500ms") == 500ms);
  REQUIRE(parse_duration("-2m") == -2min);
  REQUIRE(parse_duration("0") == 0s);
  REQUIRE(parse_duration("1.5us") == 1500ns);
}

TEST_CASE("What is no duration is refused", "[base][duration]") {
  for (const char* text : {"", "10", "h", "1x", "1h 2m", ".", "-", "99999999999999h", "1e3s"}) {
    CAPTURE(text);
    REQUIRE_FALSE(parse_duration(text).has_value());
  }
}

TEST_CASE("Durations are written in Go's form", "[base][duration]") {
  REQUIRE(format_duration(10h) == "10h0m0s");
  REQUIRE(format_duration(90s) == "1m30s");
  REQUIRE(format_duration(1500ms) == "1.5s");
  REQUIRE(format_duration(20ms) == "20ms");
  REQUIRE(format_duration(0s) == "0s");
}
