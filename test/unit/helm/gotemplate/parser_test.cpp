#include "operator/helm/gotemplate/parser.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <random>

#include "test/unit/helm/gotemplate/recorded.hpp"
#include "test/unit/helm/gotemplate/rendering.hpp"

namespace kyma::gotemplate::test {
namespace {

using Catch::Matchers::ContainsSubstring;

// The message, or "".
std::string problem_of(std::string text) {
  try {
    parse("gotpl", std::move(text), functions());
    return {};
  } catch (const ParseError& error) {
    return error.what();
  }
}

std::string repeated(std::size_t count, std::string_view text) {
  std::string out;
  out.reserve(count * text.size());
  for (std::size_t i = 0; i < count; ++i) out.append(text);
  return out;
}

// {"parse" or "error" or "ok", the message or the output}
std::pair<std::string, std::string> outcome_of(const std::string& text) {
  try {
    TemplateSet set;
    set.add(parse("gotpl", text, functions()));
    Heap heap;
    Environment environment;
    Run run(heap, environment);
    std::string out;
    execute(set, "gotpl", Value(), run, out);
    // As helm does.
    for (auto at = out.find("<no value>"); at != out.npos; at = out.find("<no value>", at)) out.erase(at, 10);
    return {"ok", out};
  } catch (const ParseError& error) {
    return {"parse", error.what()};
  } catch (const ExecError& error) {
    return {"error", error.what()};
  }
}

TEST_CASE("Templates parse, or fail to, as in the real helm", "[helm][gotemplate][parser]") {
  const auto rows = recorded("templates.jsonl");
  for (const auto& row : rows) {
    INFO(row[0]);
    const auto [kind, text] = outcome_of(row[0]);
    CHECK(kind == row[1]);
    CHECK(text == row[2]);
  }
  CHECK(rows.size() > 500);
}

TEST_CASE("A file's own template comes last, after those that it defines", "[helm][gotemplate][parser]") {
  const auto trees =
      parse("f", "a{{define \"x\"}}1{{end}}{{block \"y\" .}}2{{end}}{{define \"z\"}}{{end}}", functions());
  REQUIRE(trees.size() == 4);
  CHECK(trees[0]->name == "x");
  CHECK(trees[1]->name == "y");
  CHECK(trees[2]->name == "z");
  CHECK(trees[2]->is_empty());
  CHECK(trees[3]->name == "f");
  CHECK(trees[3]->root->str() == "a{{template \"y\" .}}");
  for (const auto& tree : trees) CHECK(tree->source->name == "f");
}

TEST_CASE("A file may define the template of its own name if the rest of it is empty", "[helm][gotemplate][parser]") {
  const auto trees = parse("f", " {{define \"f\"}}1{{end}}{{define \"g\"}}2{{end}}\n", functions());
  REQUIRE(trees.size() == 2);
  CHECK(trees[0]->name == "g");
  CHECK(trees[1]->name == "f");
  CHECK(trees[1]->root->str() == "1");
}

TEST_CASE("Whitespace of any script and comments leave a template empty", "[helm][gotemplate][parser]") {
  CHECK(parse("f", "\u00a0\u2003\r\n{{/* c */}}\t", functions())[0]->is_empty());
  CHECK_FALSE(parse("f", "\u200b", functions())[0]->is_empty());
  CHECK_FALSE(parse("f", "{{\"\"}}", functions())[0]->is_empty());
}

TEST_CASE("Nodes print as the canonical text of what was read", "[helm][gotemplate][parser]") {
  const std::string text =
      "{{if  (eq 1 2 ) }}a{{else  if not  .b.c}}b{{end}}{{range $i , $x:=list 1 0x1F 'a' }}{{ $x.y|print `r` }}"
      "{{break}}{{continue}}{{else}}n{{end}}{{with $ }}{{(print  1).a.b}}{{end}}{{ $z  := nil|print }}{{$z = 1.50}}"
      "{{template  `t` .  }}{{- true -}} ";
  CHECK(parse("f", text, functions())[0]->root->str() ==
        "{{if (eq 1 2)}}a{{else}}{{if not .b.c}}b{{end}}{{end}}{{range $i, $x := list 1 0x1F 'a'}}{{$x.y | print `r`}}"
        "{{break}}{{continue}}{{else}}n{{end}}{{with $}}{{(print 1).a.b}}{{end}}{{$z := nil | print}}{{$z = 1.50}}"
        "{{template \"t\" .}}{{true}}");
}

TEST_CASE("A location has the line from 1 and the column in bytes from 0", "[helm][gotemplate][parser]") {
  const auto tree = parse("f.yaml", "a\n\u00e9 {{ print 1 }}", functions())[0];
  CHECK(tree->location(*tree->root->nodes.at(1)) == "f.yaml:2:6");
  CHECK(tree->location(*tree->root) == "f.yaml:1:0");
}

TEST_CASE("Lines inside comments go uncounted in parse errors, as in Go", "[helm][gotemplate][parser]") {
  CHECK(problem_of("a\n{{/* c\n\n*/}}\n{{@}}") == "template: gotpl:3: unexpected \"@\" in command");
}

TEST_CASE("What nests too deeply is an error, not the end of the stack", "[helm][gotemplate][parser]") {
  constexpr std::size_t kLevels = 200'000;
  const std::string too_deep = "nest too deeply for the stack";
  CHECK_THAT(problem_of("{{" + repeated(kLevels, "(") + "1" + repeated(kLevels, ")") + "}}"),
             ContainsSubstring(too_deep));
  CHECK_THAT(problem_of("{{" + repeated(kLevels, "(print ") + "1"), ContainsSubstring(too_deep));
  CHECK_THAT(problem_of(repeated(kLevels, "{{if 1}}")), ContainsSubstring(too_deep));
  CHECK_THAT(problem_of("{{if 0}}" + repeated(kLevels, "{{else if 0}}") + "{{end}}"), ContainsSubstring(too_deep));
  CHECK_THAT(problem_of("{{with 0}}" + repeated(kLevels, "{{else with 0}}") + "{{end}}"), ContainsSubstring(too_deep));
  CHECK_THAT(problem_of(repeated(kLevels, "{{block \"a\" 1}}")), ContainsSubstring(too_deep));
}

TEST_CASE("A thousand levels are no problem", "[helm][gotemplate][parser]") {
  CHECK(outcome_of(repeated(1000, "{{if 1}}") + "x" + repeated(1000, "{{end}}")).second == "x");
  CHECK(outcome_of("{{" + repeated(1000, "(") + "1" + repeated(1000, ")") + "}}").second == "1");
  CHECK(outcome_of("{{if 0}}" + repeated(1000, "{{else if 0}}") + "{{else}}x{{end}}").second == "x");
}

TEST_CASE("Bytes that are no UTF-8 pass as text and are refused in actions", "[helm][gotemplate][parser]") {
  CHECK(outcome_of("\xff\xfe{{1}}\xe2\x82").second ==
        "\xff\xfe"
        "1\xe2\x82");
  CHECK(problem_of("{{ \xff }}") == "template: gotpl:1: unrecognized character in action: U+FFFD '\ufffd'");
  CHECK(problem_of("{{ a\xe2\x82 }}") == "template: gotpl:1: bad character U+FFFD '\ufffd'");
  CHECK(outcome_of("{{ `\xff` }}").second == "\xff");
  CHECK(outcome_of("{{ \"\xff\" }}").second == "\ufffd");
}

TEST_CASE("No mutilated template does worse than a parse error", "[helm][gotemplate][parser]") {
  const std::string whole =
      "{{- /* c */ -}}{{define \"t\"}}{{range $i, $x := list 1 2.5 'c'}}{{if eq $i 0x1}}{{break}}{{else if $x}}"
      "{{(index . 1).a.b | printf \"%d\\n\" `r`}}{{end}}{{else}}{{continue}}{{end}}{{end}}{{with $y := .a.b}}{{$y.c}}"
      "{{else with 1+2i}}{{template \"t\" nil}}{{end}}{{block `b` true}}\xc3\xa9{{end}}";
  std::size_t failed = 0;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    if (!problem_of(whole.substr(0, length)).empty()) ++failed;
  }
  std::mt19937 random(1);  // NOLINT: the same every time
  const std::string bytes = "{}()|.$\"'`-/*,:=0x9ie \n\xff";
  for (int round = 0; round < 3000; ++round) {
    std::string text = whole;
    for (int change = 0; change < 3; ++change) text[random() % text.size()] = bytes[random() % bytes.size()];
    if (!problem_of(text).empty()) ++failed;
  }
  CHECK(failed > 2000);
}

}  // namespace
}  // namespace kyma::gotemplate::test
