#include "operator/base/log.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <cmath>
#include <limits>
#include <string>

using namespace kyma;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::EndsWith;

namespace {

class Captured final : public LogSink {
 public:
  Captured() { logging::set_sink(this); }
  ~Captured() override {
    logging::set_sink(nullptr);
    logging::set_level(LogLevel::info);
    logging::set_format(LogFormat::text);
  }
  void write(std::string_view line) override { text += line; }
  std::string text;
};

}  // namespace

TEST_CASE("Logger writes text with keys and values, quoting where needed", "[base][log]") {
  Captured captured;
  const Logger log = Logger("queue").with({{"controller", "kyma"}});
  log.info("Reconciled",
           {{"object", "default/x"}, {"seconds", 0.25}, {"count", 3}, {"error", "a \"b\"\nc"}, {"ok", true}});
  REQUIRE_THAT(captured.text, EndsWith(" INFO  queue: Reconciled controller=kyma object=default/x seconds=0.25 count=3 "
                                       "error=\"a \\\"b\\\"\\nc\" ok=true\n"));
}

TEST_CASE("Logger writes one JSON object a line", "[base][log]") {
  Captured captured;
  logging::set_format(LogFormat::json);
  Logger("queue").with({{"controller", "kyma"}}).error("Failed", {{"why", "tab\t"}, {"n", 1}});
  REQUIRE_THAT(captured.text, ContainsSubstring("\"level\":\"error\",\"logger\":\"queue\",\"message\":\"Failed\","
                                                "\"controller\":\"kyma\",\"why\":\"tab\\t\",\"n\":1}\n"));
}

TEST_CASE("Numbers that JSON does not have are logged as strings", "[base][log]") {
  Captured captured;
  logging::set_format(LogFormat::json);
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Logger("x").info("Odd", {{"a", std::nan("")}, {"b", -kInfinity}});
  REQUIRE_THAT(captured.text, ContainsSubstring("\"a\":\"nan\",\"b\":\"-inf\"}"));
}

TEST_CASE("Logger drops what is below the level", "[base][log]") {
  Captured captured;
  logging::set_level(LogLevel::warning);
  Logger("x").info("no");
  Logger("x").warning("yes");
  REQUIRE_THAT(captured.text, ContainsSubstring("yes") && !ContainsSubstring("no\n"));
}

TEST_CASE("Log levels and formats are parsed by name", "[base][log]") {
  LogLevel level{};
  LogFormat format{};
  REQUIRE(logging::parse_level("warn", level));
  REQUIRE(level == LogLevel::warning);
  REQUIRE_FALSE(logging::parse_level("loud", level));
  REQUIRE(logging::parse_format("json", format));
  REQUIRE_FALSE(logging::parse_format("xml", format));
}
