#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

#include "operator/helm/functions/go_layout.hpp"
#include "operator/helm/functions/go_zone.hpp"
#include "operator/helm/functions/go_zone_rule.hpp"
#include "test/unit/helm/functions/expectations.hpp"

namespace kyma::helm::test {
namespace {

// The expectations were written down in UTC; the local zone is read once per process.
const bool kLocalZoneIsSet = setenv("TZ", "UTC", 1) == 0;

struct FixedClock final : gotemplate::Environment {
  WallTime now() override { return WallTime(std::chrono::microseconds(1'700'000'000'123'456)); }
};

std::string evaluate_at_fixed_time(std::string text) {
  Heap heap;
  FixedClock clock;
  gotemplate::Run run(heap, clock);
  gotemplate::TemplateSet set;
  set.add(gotemplate::parse("t", std::move(text), sprig_functions()));
  std::string out;
  gotemplate::execute(set, "t", Value(), run, out);
  return out;
}

std::string zone_file(std::string_view name) {
  std::stringstream content;
  content << std::ifstream("/usr/share/zoneinfo/" + std::string(name), std::ios::binary).rdbuf();
  return content.str();
}

TEST_CASE("Date functions give what the real helm gives", "[helm][functions][dates]") {
  REQUIRE(kLocalZoneIsSet);
  check_expectations("dates.jsonl", 600);
}

TEST_CASE("Time zones are the real helm's, beyond the last entry of their files too", "[helm][functions][dates]") {
  if (!GoZone::load("Europe/Berlin")) SKIP("no zone files on this machine");
  check_expectations("zones.jsonl", 120);
}

TEST_CASE("All time comes from the environment's clock", "[helm][functions][dates]") {
  CHECK(evaluate_at_fixed_time(R"({{ now.UTC }})") == "2023-11-14 22:13:20.123456 +0000 UTC");
  CHECK(evaluate_at_fixed_time(R"({{ now.Unix }} {{ now | unixEpoch }})") == "1700000000 1700000000");
  CHECK(evaluate_at_fixed_time(R"({{ dateInZone "2006-01-02 15:04" "no time" "UTC" }})") == "2023-11-14 22:13");
  CHECK(evaluate_at_fixed_time(R"({{ ago (now | dateModify "-90m") }} {{ ago 1700000000 }})") == "1h30m0s 0s");
  CHECK(evaluate_at_fixed_time(R"({{ durationRound (now | dateModify "-49h") }})") == "2d");
  // Go's reading of a monotonic clock, by its shape.
  CHECK_THAT(evaluate_at_fixed_time("{{ now }}"), Catch::Matchers::ContainsSubstring(" m=+0.0"));
}

TEST_CASE("A zone file cut short or altered anywhere is refused or read, never more", "[helm][functions][dates]") {
  const std::string data = zone_file("Europe/Berlin");
  if (data.empty()) SKIP("no zone files on this machine");
  REQUIRE(GoZone::parse("x", data));
  for (std::size_t size = 0; size < data.size(); ++size) {
    if (const auto zone = GoZone::parse("x", std::string_view(data).substr(0, size))) zone->at(1'700'000'000);
  }
  for (std::size_t i = 0; i < data.size(); ++i) {
    std::string altered = data;
    altered[i] = static_cast<char>(0xff);
    if (const auto zone = GoZone::parse("x", altered)) {
      zone->at(0);
      zone->at(5'000'000'000);
    }
  }
  CHECK_FALSE(GoZone::parse("x", ""));
  CHECK_FALSE(GoZone::parse("x", "TZif"));
  CHECK_FALSE(GoZone::parse("x", std::string_view(data).substr(0, 44)));
}

TEST_CASE("Zones outside of the directory of zones are unknown", "[helm][functions][dates]") {
  using std::string_view_literals::operator""sv;
  for (const std::string_view name :
       {"../localtime"sv, "/etc/localtime"sv, "a\\b"sv, "Europe"sv, "No/Where"sv, "UTC\0x"sv}) {
    INFO(name);
    CHECK(GoZone::load(name) == nullptr);
  }
}

TEST_CASE("POSIX zone rules hold in the north, in the south and without a summer", "[helm][functions][dates]") {
  const auto name_at = [](std::string_view rule, std::int64_t time) -> std::string {
    const auto period = apply_zone_rule(rule, 0, time);
    return period ? fmt::format("{}{:+}", period->name, period->offset) : "malformed";
  };
  CHECK(name_at("CET-1CEST,M3.5.0,M10.5.0/3", 1'616'893'199) == "CET+3600");
  CHECK(name_at("CET-1CEST,M3.5.0,M10.5.0/3", 1'616'893'200) == "CEST+7200");
  CHECK(name_at("AEST-10AEDT,M10.1.0,M4.1.0/3", 1'609'459'200) == "AEDT+39600");
  CHECK(name_at("AEST-10AEDT,M10.1.0,M4.1.0/3", 1'625'097'600) == "AEST+36000");
  CHECK(name_at("<+0330>-3:30", 0) == "+0330+12600");
  CHECK(name_at("EST5EDT,J60/2,J300/2", 1'594'000'000) == "EDT-14400");
  CHECK(name_at("EST5EDT,0/0,J365/25", 1'594'000'000) == "EDT-14400");
  for (const char* rule : {"", "A", "CET", "<x", "CET-", "CET-1CEST,", "CET-1CEST,M3", "CET-1CEST,M13.1.0,M1.1.0",
                           "CET-1CEST,M3.5.0,M10.5.0x", "CET-1CEST,J0,J1", "CET-1CEST,366,1", "CET-999999999999"}) {
    INFO(rule);
    CHECK(name_at(rule, 0) == "malformed");
  }
}

TEST_CASE("What a layout writes, it reads", "[helm][functions][dates]") {
  Heap heap;
  for (const std::int64_t seconds : {-62'135'596'800LL, -1LL, 0LL, 951'782'400LL, 1'700'000'000LL, 253'402'300'799LL}) {
    const GoTime time = GoTime::from_unix(seconds, GoZone::utc(), 123'456'789);
    for (const char* layout :
         {"2006-01-02T15:04:05.999999999Z07:00", "Mon Jan _2 15:04:05.000000000 2006", "2006 002 03:04:05.999999999PM",
          "Monday, 02-January-2006 15:04:05.999999999 MST", "20060102150405,000000000 -070000"}) {
      INFO(layout << " of " << seconds);
      CHECK(parse_time(layout, format_time(time, layout), GoZone::utc(), heap).compare(time) == 0);
    }
  }
}

}  // namespace
}  // namespace kyma::helm::test
