#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <set>

#include "operator/helm/functions/go_regexp.hpp"
#include "test/unit/helm/functions/evaluation.hpp"
#include "test/unit/helm/functions/expectations.hpp"

namespace kyma::helm::test {
namespace {

using Catch::Matchers::ContainsSubstring;

TEST_CASE("Defaults, conversions and types are the real helm's", "[helm][functions]") {
  check_expectations("values.jsonl", 10);
}
TEST_CASE("String functions give what the real helm gives", "[helm][functions]") {
  check_expectations("strings.jsonl", 20);
  check_expectations("words.jsonl", 30);
}
TEST_CASE("List functions give what the real helm gives", "[helm][functions]") {
  check_expectations("lists.jsonl", 70);
}
TEST_CASE("Dictionary functions give what the real helm gives", "[helm][functions]") {
  check_expectations("dicts.jsonl", 70);
}
TEST_CASE("Regular expressions match and fail as in the real helm", "[helm][functions]") {
  check_expectations("regexps.jsonl", 140);
}
TEST_CASE("Paths and URLs are those of the real helm", "[helm][functions]") { check_expectations("paths.jsonl", 30); }
TEST_CASE("Functions with arguments of all sorts give what the real helm gives", "[helm][functions]") {
  check_expectations("random.jsonl", 1000);
}

TEST_CASE("A text that would outgrow the heap is refused before it is built", "[helm][functions]") {
  constexpr std::size_t kLimit = 4 << 20;
  const std::string too_much = "the rendering needs more than 4 MiB of memory";
  for (const char* text : {
           R"({{ repeat 100000000000 "x" }})",
           R"({{ indent 4000000000000000000 "a" }})",
           R"({{ indent 9223372036854775807 "a\nb\nc" }})",
           R"({{ nindent 1000000000 "a" }})",
           R"({{ $s := repeat 100000 "ab" }}{{ replace "a" $s $s }})",
           R"({{ $s := repeat 100000 "ab" }}{{ wrapWith 1 $s $s }})",
           R"({{ $s := repeat 100000 "ab" }}{{ regexReplaceAll "a" $s $s }})",
           R"({{ $s := repeat 100000 "ab" }}{{ regexReplaceAll "a" (repeat 100 "a") (repeat 100000 "$0") }})",
           R"({{ $s := repeat 100000 "ab" }}{{ join $s (splitList "" $s) }})",
           R"({{ $s := repeat 1000000 "ab" }}{{ splitList "" $s | len }})",
           R"({{ $s := repeat 1000000 "ab" }}{{ quote $s $s $s }})",
       }) {
    INFO(text);
    CHECK_THAT(evaluate(text, kLimit).error, ContainsSubstring(too_much));
  }
}

TEST_CASE("Maps that contain themselves end a merge or a copy with an error", "[helm][functions]") {
  const std::string cycle = R"({{ $a := dict "k" 1 }}{{ $_ := set $a "self" $a }})";
  CHECK_THAT(evaluate(cycle + R"({{ $b := dict }}{{ $_ := set $b "self" $b }}{{ merge $b $a }})").error,
             ContainsSubstring("nest"));
  CHECK_THAT(evaluate(cycle + "{{ deepCopy $a }}").error, ContainsSubstring("nested too deeply"));
  CHECK_THAT(evaluate(cycle + "{{ toString $a }}").error, ContainsSubstring("nested too deeply"));
}

TEST_CASE("Work that multiplies inside of one call counts against the limit of steps", "[helm][functions]") {
  gotemplate::Limits limits;
  limits.max_steps = 100'000;
  const std::string many = R"({{ $l := list }}{{ range until 1000 }}{{ $l = append $l (dict "n" .) }}{{ end }})";
  CHECK(evaluate(many, Heap::kDefaultLimit, limits).error.empty());
  CHECK_THAT(evaluate(many + "{{ uniq $l | len }}", Heap::kDefaultLimit, limits).error,
             ContainsSubstring("more than 100000 steps"));
  const std::string ladder = R"({{ $a := dict }}{{ $b := dict }}{{ range until 40 }}{{ $a = dict "l" $a "r" $a }})"
                             R"({{ $b = dict "l" $b "r" $b }}{{ end }})";
  CHECK_THAT(evaluate(ladder + "{{ merge $a $b | len }}", Heap::kDefaultLimit, limits).error,
             ContainsSubstring("more than 100000 steps"));
}

TEST_CASE("shuffle keeps the runes of a text and changes their order", "[helm][functions]") {
  std::set<std::string> orders;
  for (int i = 0; i < 50; ++i) {
    const std::string text = evaluate(R"({{ shuffle "añb" }})").text;
    CHECK(text.size() == 4);
    CHECK(text.find("ñ") != std::string::npos);
    orders.insert(text);
  }
  CHECK(orders.size() > 1);
}

TEST_CASE("A list function leaves its argument as it was, but sortAlpha sorts a list of strings in place",
          "[helm][functions]") {
  CHECK(evaluate(R"({{ $l := list 3 1 }}{{ $m := append $l 2 }}{{ $r := reverse $l }}{{ $l }})").text == "[3 1]");
  CHECK(evaluate(R"({{ $l := splitList "," "b,a" }}{{ $_ := sortAlpha $l }}{{ $l }})").text == "[a b]");
  CHECK(evaluate(R"({{ $l := list "b" "a" }}{{ $_ := sortAlpha $l }}{{ $l }})").text == "[b a]");
}

TEST_CASE("A map that a function gives back is the one it was given, under a plain type", "[helm][functions]") {
  CHECK(evaluate(R"({{ typeOf .Values }} {{ $v := set .Values "q" 1 }}{{ typeOf $v }} {{ .Values.q }})").text ==
        "chartutil.Values map[string]interface {} 1");
  CHECK(evaluate(R"({{ dig "map" "d" "e" "" (merge .Values (dict "q" 2)) }}{{ .Values.q }})").text == "f2");
}

TEST_CASE("Compiled expressions are kept, up to a number", "[helm][functions]") {
  const auto first = GoRegexp::compile("a+b");
  CHECK(GoRegexp::compile("a+b") == first);
  for (int i = 0; i < 200; ++i) GoRegexp::compile("x" + std::to_string(i));
  CHECK(GoRegexp::compile("a+b") != first);
  CHECK(first->matches("xaab"));
}

TEST_CASE("Every function of Helm that needs no rendering is there", "[helm][functions]") {
  for (const char* name :
       {"abbrev",     "all",           "append",      "base",      "cat",          "chunk",          "coalesce",
        "compact",    "concat",        "contains",    "deepCopy",  "deepEqual",    "default",        "dict",
        "dig",        "first",         "get",         "has",       "hasKey",       "hello",          "indent",
        "initial",    "join",          "kebabcase",   "keys",      "kindIs",       "list",           "merge",
        "mustMerge",  "nindent",       "nospace",     "omit",      "osBase",       "pick",           "pluck",
        "plural",     "prepend",       "push",        "quote",     "regexFindAll", "regexQuoteMeta", "replace",
        "rest",       "reverse",       "set",         "shuffle",   "slice",        "sortAlpha",      "split",
        "splitn",     "squote",        "substr",      "ternary",   "title",        "toString",       "toStrings",
        "trimAll",    "trimall",       "trunc",       "tuple",     "typeIsLike",   "uniq",           "unset",
        "untitle",    "urlJoin",       "urlParse",    "values",    "without",      "wrapWith",       "swapcase",
        "mustAppend", "mustPush",      "mustPrepend", "mustFirst", "mustRest",     "mustLast",       "mustInitial",
        "mustChunk",  "mustRegexFind", "mustDeepCopy"}) {
    INFO(name);
    CHECK(sprig_functions().find(name) != nullptr);
  }
  CHECK(sprig_functions().find("env") == nullptr);
  CHECK(sprig_functions().find("expandenv") == nullptr);
}

}  // namespace
}  // namespace kyma::helm::test
