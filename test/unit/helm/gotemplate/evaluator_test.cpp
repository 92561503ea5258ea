#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <filesystem>
#include <fstream>

#include "test/unit/helm/gotemplate/rendering.hpp"

namespace kyma::gotemplate::test {
namespace {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

// Each line of expressions.jsonl: a template's text, `text` or `error`, and what the real helm makes of it.
TEST_CASE("Expressions evaluate and fail as in the real helm", "[helm][gotemplate]") {
  std::ifstream file("test/unit/helm/gotemplate/expressions.jsonl");
  REQUIRE(file);
  std::size_t count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    rapidjson::Document row;
    row.Parse(line);
    REQUIRE_FALSE(row.HasParseError());
    const std::string text = row[0].GetString();
    const std::string expected(row[2].GetString(), row[2].GetStringLength());
    const Rendering rendering = render(text);
    INFO(text);
    if (std::string_view(row[1].GetString()) == "error") {
      CHECK(rendering.error == expected);
    } else {
      CHECK(rendering.error == "");
      CHECK(rendering.text == expected);
    }
  }
  CHECK(count > 500);
}

TEST_CASE("Constants and texts reach the output unchanged, NUL and all", "[helm][gotemplate]") {
  CHECK(render("a{{\"\\x00\"}}b").text == std::string("a\0b", 3));
}

TEST_CASE("Templates that call each other without end meet the depth limit, not the end of the stack",
          "[helm][gotemplate]") {
  const Rendering rendering =
      render("{{template \"u\" .}}@@@{{define \"u\"}}{{if true}}{{template \"u\" .}}{{end}}{{end}}");
  CHECK_THAT(rendering.error, ContainsSubstring("exceeded maximum template depth (100000)"));
}

TEST_CASE("Templates that include each other without end run out of stack, and say where", "[helm][gotemplate]") {
  const Rendering rendering = render(
      "{{include \"u\" .}}@@@{{define \"u\"}}{{include \"v\" .}}{{end}}{{define \"v\"}}{{include \"u\" .}}{{end}}");
  CHECK_THAT(rendering.error, StartsWith("template: x/templates/_t.tpl:1:"));
  CHECK_THAT(rendering.error, ContainsSubstring("nest too deeply for the stack"));
  CHECK_THAT(rendering.error, !ContainsSubstring("error calling include"));
}

TEST_CASE("A rendering ends at its limit of steps", "[helm][gotemplate]") {
  Limits limits;
  limits.max_steps = 10'000;
  CHECK(render("{{range until 100}}{{.}}{{end}}", kValues, limits).error.empty());
  const Rendering rendering = render("{{range until 10000}}{{end}}", kValues, limits);
  CHECK_THAT(rendering.error, ContainsSubstring("take more than 10000 steps"));
}

TEST_CASE("A rendering ends at its limit of output, of included templates too", "[helm][gotemplate]") {
  Limits limits;
  limits.max_output = std::size_t{1} << 20;
  CHECK(render("{{range until 1000}}0123456789{{end}}", kValues, limits).error.empty());
  const std::string_view endless = "{{range until 2000000}}0123456789{{end}}";
  CHECK_THAT(render(endless, kValues, limits).error, ContainsSubstring("print more than 1 MiB"));
  const Rendering included = render(
      "{{range until 200}}{{$x := include \"u\" .}}{{end}}@@@{{define \"u\"}}{{range until "
      "1000}}0123456789{{end}}{{end}}",
      kValues, limits);
  CHECK_THAT(included.error, ContainsSubstring("print more than 1 MiB"));
  CHECK_THAT(included.error, !ContainsSubstring("error calling include"));
}

TEST_CASE("Lists that share their parts cannot print themselves out of memory", "[helm][gotemplate]") {
  Limits limits;
  limits.max_output = std::size_t{8} << 20;
  const std::string_view bomb = "{{$l := list 1 2}}{{range until 60}}{{$l = list $l $l}}{{end}}{{$l}}";
  CHECK_THAT(render(bomb, kValues, limits).error, StartsWith("template: x/templates/_t.tpl:1:"));
}

TEST_CASE("A rendering that needs too much memory says where, once", "[helm][gotemplate]") {
  const std::size_t heap = std::size_t{4} << 20;
  const std::string_view text =
      "{{include \"u\" .}}@@@{{define \"u\"}}{{$l := list}}{{range until 100000}}{{$l = list $l . . . "
      ".}}{{end}}{{end}}";
  const Rendering rendering = render(text, kValues, {}, heap);
  CHECK_THAT(rendering.error, ContainsSubstring("executing \"u\""));
  CHECK_THAT(rendering.error, ContainsSubstring("needs more than 4 MiB of memory"));
  CHECK_THAT(rendering.error, !ContainsSubstring("error calling"));
}

TEST_CASE("Deeply nested parentheses run out of stack, not over it", "[helm][gotemplate]") {
  // Whatever stops them, parser or evaluator: it is an error, or the answer.
  std::string text = "{{print ";
  for (int i = 0; i < 1000; ++i) text += "(print ";
  text += "1";
  for (int i = 0; i < 1000; ++i) text += ")";
  text += "}}";
  CHECK(render(text).text == "1");
}

TEST_CASE("A map that changes while it is ranged over is visited as it was", "[helm][gotemplate]") {
  const Rendering rendering = render(
      "{{range $k, $v := .Values.m}}{{$_ := set $.Values.m (print $k \"2\") 1}}{{$k}};{{end}}"
      "{{len .Values.m}}");
  CHECK(rendering.error == "");
  CHECK(rendering.text == "A;a;b;z;8");
}

TEST_CASE("A variable belongs to the template that declares it", "[helm][gotemplate]") {
  CHECK(
      render("{{$x := 1}}{{template \"u\" 2}}{{$x}}@@@{{define \"u\"}}{{$x := .}}{{$x}}{{$ := 3}}{{$}}{{end}}").text ==
      "231");
}

}  // namespace
}  // namespace kyma::gotemplate::test
