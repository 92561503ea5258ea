#include "cmd/kyma-load/objectives.hpp"

#include <catch2/catch_test_macros.hpp>

#include <set>
#include <string>

#include "cmd/kyma-load/measures.hpp"
#include "cmd/kyma-load/report_data.hpp"

using namespace kyma;
using namespace kyma::load;
using namespace std::chrono_literals;

namespace {

Figures make_figures() {
  Figures figures;
  figures.total = 70s;
  figures.failed = 1;
  figures.deleted = 2;
  figures.requests = {.count = 200, .throttled = 3, .failed = 0, .latency = Quantiles{1ms, 2ms, 1500ms, 2s}};
  return figures;
}

}  // namespace

TEST_CASE("An objective is a figure, a sign and a bound", "[load][objectives]") {
  REQUIRE(parse_objective("total-seconds<=70.5").value() == Objective{"total-seconds", true, 70.5});
  REQUIRE(parse_objective("creations-per-second>=1e3").value() == Objective{"creations-per-second", false, 1000});
  REQUIRE(to_string(parse_objective("failures<=0").value()) == "failures<=0");
}

TEST_CASE("What is no objective is told with the remedy", "[load][objectives]") {
  for (const auto* text : {"", "total-seconds", "total-seconds=70", "total-seconds<70", "total-seconds<", "<=5"}) {
    CAPTURE(text);
    REQUIRE(parse_objective(text).has_error());
  }
  for (const auto* text : {"total-seconds<=", "total-seconds<=soon", "total-seconds<=5s", "total-seconds<= 5",
                           "total-seconds<=inf", "total-seconds<=nan"}) {
    CAPTURE(text);
    REQUIRE(parse_objective(text).error().message.find("not a number") != std::string::npos);
  }
  const auto unknown = parse_objective("speed<=5");
  REQUIRE(unknown.error().message.find("no figure \"speed\"") != std::string::npos);
  REQUIRE(unknown.error().message.find("lateness-p99-seconds") != std::string::npos);
}

TEST_CASE("Objectives are judged by the figures, bounds included", "[load][objectives]") {
  const auto verdicts = judge({{"total-seconds", true, 70},
                               {"total-seconds", true, 69.9},
                               {"requests", false, 200},
                               {"failures", true, 2},
                               {"throttled-percent", true, 1.5},
                               {"request-p99-seconds", true, 1}},
                              {}, make_figures());
  REQUIRE(verdicts.size() == 6);
  REQUIRE(verdicts[0].passed);
  REQUIRE_FALSE(verdicts[1].passed);
  REQUIRE(verdicts[2].passed);
  REQUIRE(verdicts[3].measured == 3);
  REQUIRE_FALSE(verdicts[3].passed);
  REQUIRE(verdicts[4].measured == 1.5);
  REQUIRE(verdicts[4].passed);
  REQUIRE_FALSE(verdicts[5].passed);
  REQUIRE_FALSE(all_passed(verdicts));
}

TEST_CASE("A stated objective that could not be measured is missed and says why", "[load][objectives]") {
  const auto verdicts = judge({{"queue-p99-seconds", true, 1}, {"change-to-success-max-seconds", true, 1}}, {}, {});
  REQUIRE(verdicts.size() == 2);
  REQUIRE_FALSE(verdicts[0].passed);
  REQUIRE_FALSE(verdicts[0].measured);
  REQUIRE(verdicts[0].note.find("--daemon-metrics") != std::string::npos);
  REQUIRE(verdicts[1].note.find("--scenario churn") != std::string::npos);
}

TEST_CASE("A default that could not be measured is left out, and a stated one replaces it", "[load][objectives]") {
  const auto defaults = default_objectives(false);
  REQUIRE(defaults.size() == 3);
  const auto verdicts = judge({}, defaults, make_figures());
  REQUIRE(verdicts.size() == 1);
  REQUIRE(verdicts[0].name == "request-p99-seconds");
  REQUIRE_FALSE(verdicts[0].stated);
  REQUIRE_FALSE(verdicts[0].passed);
  REQUIRE(all_passed(verdicts));  // it warns
  const auto replaced = judge({{"request-p99-seconds", true, 2}}, defaults, make_figures());
  REQUIRE(replaced.size() == 1);
  REQUIRE(replaced[0].stated);
  REQUIRE(all_passed(replaced));
  REQUIRE(default_objectives(true).empty());
}

TEST_CASE("Without objectives nothing is missed", "[load][objectives]") { REQUIRE(all_passed(judge({}, {}, {}))); }

TEST_CASE("Every figure has a name of its own and is found by it", "[load][objectives]") {
  std::set<std::string_view> names;
  for (const Measure& measure : measures()) {
    CAPTURE(measure.name);
    REQUIRE(names.insert(measure.name).second);
    REQUIRE(find_measure(measure.name) == &measure);
    // Nothing was run: it is zero or unknown, never a crash.
    REQUIRE(measure.read({}).value_or(0) == 0);
  }
  REQUIRE_FALSE(find_measure("nothing"));
}
