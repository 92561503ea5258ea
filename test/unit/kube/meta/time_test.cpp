#include "operator/kube/meta/time.hpp"

#include <catch2/catch_test_macros.hpp>

namespace {

using namespace kyma;
using namespace kyma::kube;
using namespace std::chrono_literals;
using std::chrono::microseconds;

}  // namespace

TEST_CASE("Times are written in UTC with seconds or microseconds", "[kube][time]") {
  const WallTime time = WallTime(std::chrono::sys_days(std::chrono::year{2026} / 11 / 21)) + 22h + 42min + 38s + 42us;
  CHECK(format_time(time) == "2026-11-21T22:42:38Z");
  CHECK(format_micro_time(time) == "2026-11-21T22:42:38.000042Z");
  CHECK(format_time(WallTime(microseconds(-1))) == "1969-12-31T23:59:59Z");
  CHECK(format_micro_time(WallTime(microseconds(-1))) == "1969-12-31T23:59:59.999999Z");
}

TEST_CASE("Times are read with any fraction and any offset", "[kube][time]") {
  const auto time = [](std::string_view text) { return format_micro_time(parse_time(text).value()); };
  CHECK(time("2026-11-21T22:42:38Z") == "2026-11-21T22:42:38.000000Z");
  CHECK(time("2026-11-21T22:42:38.1Z") == "2026-11-21T22:42:38.100000Z");
  CHECK(time("2026-11-21T22:42:38.123456789Z") == "2026-11-21T22:42:38.123456Z");
  CHECK(time("2026-11-21T22:42:38+05:30") == "2026-11-21T17:12:38.000000Z");
  CHECK(time("2026-11-21T22:42:38.5-01:00") == "2026-11-21T23:42:38.500000Z");
  CHECK(time("2024-02-29T00:00:00Z") == "2024-02-29T00:00:00.000000Z");
}

TEST_CASE("Malformed times are refused", "[kube][time]") {
  for (const char* text :
       {"", "2026", "2026-11-21", "2026-11-21T22:42:38", "2026-11-21 22:42:38Z", "2026-13-21T22:42:38Z",
        "2026-02-29T22:42:38Z", "2026-11-21T24:00:00Z", "2026-11-21T22:60:00Z", "2026-11-21T22:42:60Z",
        "2026-11-21T22:42:38.Z", "2026-11-21T22:42:38Zx", "2026-11-21T22:42:38+0530", "2026-11-21T22:42:38+24:00",
        "2026-11-21T22:42:38*05:30", "x026-11-21T22:42:38Z", "2026-1-21T22:42:38Z", "-026-11-21T22:42:38Z"}) {
    INFO(text);
    CHECK_FALSE(parse_time(text).has_value());
  }
}

TEST_CASE("Ages are told as kubectl tells them", "[kube][time]") {
  CHECK(human_duration(0s) == "0s");
  CHECK(human_duration(-1s) == "0s");
  CHECK(human_duration(-1900ms) == "0s");
  CHECK(human_duration(-2s) == "<invalid>");
  CHECK(human_duration(12s) == "12s");
  CHECK(human_duration(119s) == "119s");
  CHECK(human_duration(120s) == "2m");
  CHECK(human_duration(184s) == "3m4s");
  CHECK(human_duration(10min) == "10m");
  CHECK(human_duration(10min + 59s) == "10m");
  CHECK(human_duration(179min + 59s) == "179m");
  CHECK(human_duration(3h) == "3h");
  CHECK(human_duration(3h + 5min) == "3h5m");
  CHECK(human_duration(8h + 5min) == "8h");
  CHECK(human_duration(47h) == "47h");
  CHECK(human_duration(48h) == "2d");
  CHECK(human_duration(122h) == "5d2h");
  CHECK(human_duration(24h * 8 + 3h) == "8d");
  CHECK(human_duration(24h * 729) == "729d");
  CHECK(human_duration(24h * 730) == "2y");
  CHECK(human_duration(24h * 735) == "2y5d");
  CHECK(human_duration(24h * 365 * 8 + 24h) == "8y");
}
