#include "cmd/kyma-load/prometheus_text.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <string>
#include <vector>

using namespace kyma::load;

TEST_CASE("A metric line is a name, labels and a value", "[load][prometheus]") {
  const auto plain = parse_metric_line("process_cpu_seconds_total 1.5e3");
  REQUIRE(plain);
  REQUIRE(plain->name == "process_cpu_seconds_total");
  REQUIRE(plain->labels.empty());
  REQUIRE(plain->value == 1500);
  const auto labelled = parse_metric_line(R"(x:y_z{code="429",host="a:1"} 7 1700000000000)");
  REQUIRE(labelled);
  REQUIRE(labelled->name == "x:y_z");
  REQUIRE(labelled->value == 7);
  REQUIRE(labelled->has("code", "429"));
  REQUIRE(labelled->label("host") == "a:1");
  REQUIRE_FALSE(labelled->label("other"));
}

TEST_CASE("The format's freedoms are understood", "[load][prometheus]") {
  REQUIRE(parse_metric_line("  a \t 1")->value == 1);
  REQUIRE(parse_metric_line("a{} 1")->value == 1);
  REQUIRE(parse_metric_line(R"(a{b="1",} 2)")->has("b", "1"));
  REQUIRE(parse_metric_line(R"(a { b = "1" , c = "2" } 3)")->has("c", "2"));
  REQUIRE(parse_metric_line(R"(a{b="1"}3)")->value == 3);
  REQUIRE(parse_metric_line("a +Inf")->value == HUGE_VAL);
  REQUIRE(parse_metric_line("a -Inf")->value == -HUGE_VAL);
  REQUIRE(std::isnan(parse_metric_line("a NaN")->value));
  REQUIRE(parse_metric_line("a +5")->value == 5);
  REQUIRE(parse_metric_line("a 1e999")->value == HUGE_VAL);
  // An OpenMetrics exemplar.
  REQUIRE(parse_metric_line(R"(a_bucket{le="1"} 3 # {trace="x"} 0.5)")->value == 3);
}

TEST_CASE("Escapes in label values are undone", "[load][prometheus]") {
  const auto sample = parse_metric_line(R"(a{path="C:\\x",quote="say \"}\" ",line="1\n2"} 1)");
  REQUIRE(sample);
  REQUIRE(sample->label("path") == R"(C:\x)");
  REQUIRE(sample->label("quote") == R"(say "}" )");
  REQUIRE(sample->label("line") == "1\n2");
}

TEST_CASE("Junk is no sample", "[load][prometheus]") {
  const std::vector<std::string> junk{"",
                                      " ",
                                      "#",
                                      "# HELP a b",
                                      "a",
                                      "a ",
                                      "a x",
                                      "a 1x",
                                      "1a 1",
                                      "{b=\"1\"} 1",
                                      "a{b} 1",
                                      "a{b=} 1",
                                      "a{b=1} 1",
                                      "a{b=\"1} 1",
                                      "a{b=\"1\" 1",
                                      "a{b=\"1\\",
                                      "a{b=\"1\"}",
                                      "a{,} 1",
                                      "a{b=\"1\"c=\"2\"} 1",
                                      "a{\"b\"} 1",
                                      "<html>",
                                      "a +-1",
                                      "a ++1",
                                      std::string("a\0b 1", 5),
                                      "\xff\xfe 1"};
  for (const auto& line : junk) {
    CAPTURE(line);
    REQUIRE_FALSE(parse_metric_line(line));
  }
}

TEST_CASE("A text is read line by line and junk is counted", "[load][prometheus]") {
  const std::string text =
      "# HELP a b\n# TYPE a counter\na 1\r\n\nnot a metric at all\nb{c=\"d\"} 2\n   # a comment\n# EOF\nc 3";
  std::vector<std::string> seen;
  const auto junk = for_each_sample(text, [&](const MetricSample& sample) { seen.emplace_back(sample.name); });
  REQUIRE(seen == std::vector<std::string>{"a", "b", "c"});
  REQUIRE(junk == 1);
}

TEST_CASE("Every prefix and every damage of a line is survived", "[load][prometheus]") {
  const std::string line = R"(rest_client_requests_total{code="429",method="GET",host="a\"b"} 12.5 17)";
  for (std::size_t size = 0; size <= line.size(); ++size) {
    if (const auto sample = parse_metric_line(std::string_view(line).substr(0, size))) sample->label("host");
  }
  for (std::size_t at = 0; at < line.size(); ++at) {
    for (const char damage : {'{', '}', '"', '\\', ',', '=', ' ', '\0', '\x80'}) {
      std::string damaged = line;
      damaged[at] = damage;
      if (const auto sample = parse_metric_line(damaged)) sample->label("host");
    }
  }
  SUCCEED("nothing crashed");
}
