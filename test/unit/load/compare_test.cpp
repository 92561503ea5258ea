#include "cmd/kyma-load/compare.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "cmd/kyma-load/options.hpp"

using namespace kyma::load;
using Change = Difference::Change;

namespace {

std::string report(std::string_view measures, std::string_view kymas = "100", std::string_view result = "success") {
  return fmt::format(R"({{"program":"kyma-load","result":"{}","options":{{"scenario":"burst","kymas":{}}},)"
                     R"("measures":{{{}}}}})",
                     result, kymas, measures);
}

const Difference& find(const Comparison& comparison, std::string_view name) {
  for (const auto& difference : comparison.differences) {
    if (difference.name == name) return difference;
  }
  throw std::runtime_error("no such figure");
}

class Scratch {
 public:
  Scratch() { std::filesystem::create_directories(path_); }
  ~Scratch() { std::filesystem::remove_all(path_); }
  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return path_ / name;
  }

 private:
  std::filesystem::path path_ =
      std::filesystem::temp_directory_path() / fmt::format("kyma-load-compare.{}", ::getpid());
};

}  // namespace

TEST_CASE("A comparison tells the change and which run is better", "[load][compare]") {
  const auto compared =
      compare(report(R"("total-seconds":80,"request-p99-seconds":1,"failures":0,"requests":10,"daemon-rss-mib":40)"),
              report(R"("total-seconds":70,"request-p99-seconds":1.5,"failures":2,"requests":20,"daemon-rss-mib":41)"),
              "a", "b");
  REQUIRE(compared.has_value());
  REQUIRE(compared->warnings.empty());
  REQUIRE(compared->differences.size() == 5);
  REQUIRE(*find(*compared, "total-seconds").percent == Catch::Approx(-12.5));
  REQUIRE(find(*compared, "total-seconds").change == Change::better);
  REQUIRE(*find(*compared, "request-p99-seconds").percent == Catch::Approx(50));
  REQUIRE(find(*compared, "request-p99-seconds").change == Change::worse);
  REQUIRE_FALSE(find(*compared, "failures").percent);
  REQUIRE(find(*compared, "failures").change == Change::worse);
  REQUIRE(find(*compared, "requests").change == Change::same);        // no merit of its own
  REQUIRE(find(*compared, "daemon-rss-mib").change == Change::same);  // noise
  REQUIRE(regressions(*compared, 49) == std::vector<std::string>{"failures", "request-p99-seconds"});
  REQUIRE(regressions(*compared, 50) == std::vector<std::string>{"failures"});
  const auto text = to_text(*compared);
  REQUIRE(text.find("-12.5 %  better") != std::string::npos);
  REQUIRE(text.find("new  worse") != std::string::npos);
}

TEST_CASE("What only one run measured is left out", "[load][compare]") {
  const auto compared = compare(report(R"("total-seconds":80,"queue-p99-seconds":null)"),
                                report(R"("queue-p99-seconds":1,"failures":0,"total-seconds":80)"), "a", "b");
  REQUIRE(compared->differences.size() == 1);
  REQUIRE(compared->differences[0].change == Change::same);
}

TEST_CASE("Runs that can hardly be compared are told", "[load][compare]") {
  const auto compared = compare(report("", "100"), report("", "200", "timeout"), "a", "b");
  REQUIRE(compared->warnings.size() == 2);
  REQUIRE(compared->warnings[0] == "kymas differs: 100 and 200");
  REQUIRE(compared->warnings[1].find("timeout") != std::string::npos);
}

TEST_CASE("What is no report is an error that names the file", "[load][compare]") {
  for (const std::string text : {"", "[]", "{", "{}", R"({"program":"other","measures":{}})",
                                 R"({"program":"kyma-load"})", R"({"program":"kyma-load","measures":5})"}) {
    CAPTURE(text);
    const auto compared = compare(report(""), text, "first.json", "second.json");
    REQUIRE(compared.has_error());
    REQUIRE(compared.error().message.starts_with("second.json: "));
  }
}

TEST_CASE("Comparing ends with 1 only for a regression that was not allowed", "[load][compare]") {
  const Scratch scratch;
  const auto fast = scratch.file("fast.json", report(R"("total-seconds":70)"));
  const auto slow = scratch.file("slow.json", report(R"("total-seconds":80)"));
  REQUIRE(run_compare({fast, slow, {}}) == 0);
  REQUIRE(run_compare({fast, slow, 10.0}) == 1);
  REQUIRE(run_compare({fast, slow, 20.0}) == 0);
  REQUIRE(run_compare({slow, fast, 0.0}) == 0);
  REQUIRE(run_compare({fast, "/nowhere/at/all.json", {}}) == 1);
  REQUIRE(run_compare({"/", fast, {}}) == 1);
}
