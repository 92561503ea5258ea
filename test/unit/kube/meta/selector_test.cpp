#include "operator/kube/meta/selector.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <random>

namespace {

using namespace kyma::kube;
using LabelMap = std::map<std::string, std::string_view, std::less<>>;

bool matches(std::string_view selector, const LabelMap& labels) {
  return LabelSelector::parse(selector).value().matches([&](std::string_view key) -> const std::string_view* {
    const auto found = labels.find(key);
    return found == labels.end() ? nullptr : &found->second;
  });
}

std::string problem(std::string_view selector) {
  const auto parsed = LabelSelector::parse(selector);
  if (parsed) return "";
  CHECK(parsed.error().reason == Reason::bad_request);
  return parsed.error().message;
}

}  // namespace

TEST_CASE("Label selectors match as Kubernetes' do", "[kube][selector]") {
  const LabelMap labels{{"a", "x"}, {"b", "y"}, {"n", "5"}, {"e", ""}, {"app.io/in", "in"}};
  for (const char* yes : {"",
                          " ",
                          "a=x",
                          "a==x",
                          "a = x , b = y",
                          "a!=z",
                          "missing!=z",
                          "a in (x,y)",
                          "a in (z, x)",
                          "a notin (z)",
                          "missing notin (z)",
                          "a",
                          "!missing",
                          "! missing",
                          "e=",
                          "e in ()",
                          "e in (,)",
                          "e in (z,)",
                          "a notin ()",
                          "n>4",
                          "n<6",
                          "app.io/in in (in,notin)",
                          "app.io/in=in",
                          "e==,a=x"}) {
    INFO(yes);
    CHECK(matches(yes, labels));
  }
  for (const char* no : {"a=y", "a!=x", "missing=", "missing in (z)", "a notin (x)", "!a", "missing", "e!=", "n>5",
                         "n<5", "a>1", "missing<1", "a=x,b=z", "a in ()", "a in (z)"}) {
    INFO(no);
    CHECK_FALSE(matches(no, labels));
  }
}

TEST_CASE("Label selectors are refused in Kubernetes' words", "[kube][selector]") {
  CHECK(problem("a b") == "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt");
  CHECK(problem("a=x,") == "found '', expected: identifier after ','");
  CHECK(problem(",") == "found ',', expected: !, identifier, or 'end of string'");
  CHECK(problem("a in x") == "unable to parse requirement: found 'x' expected: '('");
  CHECK(problem("a in (x") == "unable to parse requirement: found '', expected: ',' or ')'");
  CHECK(problem("a=(") == "unable to parse requirement: found '(', expected: identifier");
  CHECK(problem("!") == "unable to parse requirement: found '', expected: identifier");
  CHECK(problem("!a=b") == "found '=', expected: ',' or 'end of string'");
  CHECK(problem("a=b c") == "found 'c', expected: ',' or 'end of string'");
  CHECK(problem("a/b/c=d").starts_with(R"(unable to parse requirement: <nil>: Invalid value: "a/b/c": )"));
  CHECK(problem("a=-").starts_with(R"(unable to parse requirement: values[0][a]: Invalid value: "-": a valid label)"));
  CHECK(
      problem("a>x") ==
      R"(unable to parse requirement: values[0]: Invalid value: "x": for 'Gt', 'Lt' operators, the value must be an integer)");
  CHECK_FALSE(problem(std::string("a\0=b", 4)).empty());
}

TEST_CASE("Label selectors survive any mix of tokens", "[kube][selector]") {
  const std::vector<std::string> tokens{
      "a", "in", "notin", "(", ")", ",", "=", "==", "!=", "!", ">", "<", " ", "5", "-"};
  std::mt19937 random(3);
  int accepted = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string text;
    for (auto left = random() % 8; left > 0; --left) text += tokens[random() % tokens.size()];
    const auto parsed = LabelSelector::parse(text);
    if (!parsed) continue;
    ++accepted;
    parsed->matches([](std::string_view) { return nullptr; });
  }
  CHECK(accepted > 1000);
}

TEST_CASE("Field selectors match terms and unescape values", "[kube][selector]") {
  const auto matches_fields = [](std::string_view text) {
    return FieldSelector::parse(text).value().matches(
        [](std::string_view field) -> std::string_view { return field == "metadata.name" ? "x,y=z\\" : ""; });
  };
  CHECK(matches_fields(""));
  CHECK(matches_fields(R"(metadata.name=x\,y\=z\\)"));
  CHECK(matches_fields(R"(metadata.name==x\,y\=z\\,,metadata.namespace!=ns)"));
  CHECK(matches_fields("metadata.namespace="));
  CHECK_FALSE(matches_fields("metadata.name=x"));
  CHECK_FALSE(matches_fields("metadata.namespace!="));
  const auto parsed = FieldSelector::parse("metadata.name!=a,b=c").value();
  REQUIRE(parsed.terms().size() == 2);
  CHECK(parsed.terms()[0].field == "metadata.name");
  CHECK_FALSE(parsed.terms()[0].equal);
  CHECK(parsed.terms()[1].value == "c");
}

TEST_CASE("Field selectors are refused in Kubernetes' words", "[kube][selector]") {
  CHECK(FieldSelector::parse("a").error().message == "invalid selector: 'a'; can't understand 'a'");
  CHECK(FieldSelector::parse("a=b=c").error().message == "invalid field selector: unescaped character in value: =");
  CHECK(FieldSelector::parse(R"(a=\x)").error().message == R"(invalid field selector: invalid escape sequence: \x)");
  CHECK(FieldSelector::parse("a=b\\").error().message == "invalid field selector: invalid escape sequence: \\");
  CHECK(FieldSelector::parse("a").error().reason == Reason::bad_request);
}
