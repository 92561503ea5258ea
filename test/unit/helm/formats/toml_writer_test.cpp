#include <catch2/catch_test_macros.hpp>

#include <catch2/matchers/catch_matchers.hpp>
#include <string>

#include "operator/helm/formats/toml.hpp"

namespace kyma::helm {
namespace {

struct Pair {
  std::string_view input;
  std::string_view expected;
};

// JSON, and what toToml of Helm 3.17 makes of it.
constexpr Pair kValues[] = {
    {"{\"a\": 1}", "a = 1.0\n"},
    {"{}", ""},
    {"{\"a\": {}}", "[a]\n"},
    {"{\"a\": []}", "a = []\n"},
    {"{\"a\": null}", ""},
    {"{\"a\": [null]}", "toml: cannot encode array with nil element"},
    {"{\"a\": [1, null]}", "toml: cannot encode array with nil element"},
    {"{\"a\": [{\"b\": 1}]}", "[[a]]\n  b = 1.0\n"},
    {"{\"a\": [{\"b\": 1}, {\"c\": 2}]}", "[[a]]\n  b = 1.0\n\n[[a]]\n  c = 2.0\n"},
    {"{\"a\": [{\"b\": 1}, 3]}", "a = [{b = 1.0}, 3.0]\n"},
    {"{\"a\": [[{\"b\": 1}]]}", "a = [[{b = 1.0}]]\n"},
    {"{\"a\": [[1, 2], [\"x\"]]}", "a = [[1.0, 2.0], [\"x\"]]\n"},
    {"{\"a\": [{}]}", "[[a]]\n"},
    {"{\"a\": [{}, {\"b\": []}]}", "[[a]]\n\n[[a]]\n  b = []\n"},
    {"{\"a\": {\"b\": {\"c\": 1}}}", "[a]\n  [a.b]\n    c = 1.0\n"},
    {"{\"a\": {\"b\": 1}, \"c\": 2}", "c = 2.0\n\n[a]\n  b = 1.0\n"},
    {"{\"z\": 1, \"a\": {\"x\": 1, \"b\": {\"y\": [{\"q\": 1, \"r\": {\"s\": 2}}]}}}",
     "z = 1.0\n\n[a]\n  x = 1.0\n  [a.b]\n\n    [[a.b.y]]\n      q = 1.0\n      [a.b.y.r]\n        s = 2.0\n"},
    {"{\"a b\": 1, \"a.b\": 2, \"\": 3, \"é\": 4, \"a\\\"b\": 5, \"a'b\": 6, \"a-b_1\": 7, \"1\": 8}",
     "\"\" = 3.0\n1 = 8.0\n\"a b\" = 1.0\n\"a\\\"b\" = 5.0\n\"a'b\" = 6.0\na-b_1 = 7.0\n\"a.b\" = 2.0\n\"é\" = 4.0\n"},
    {"{\"a b\": {\"c.d\": {\"\": 1}}}", "[\"a b\"]\n  [\"a b\".\"c.d\"]\n    \"\" = 1.0\n"},
    {"{\"s\": \"a\\\"b\\\\c\\n\\t\\r\\b\\f\\u0000\\u001f\177\302\200é😀/\"}",
     "s = \"a\\\"b\\\\c\\n\\t\\r\\b\\f\\u0000\\u001f\\u007f\302\200é😀/\"\n"},
    {"{\"f\": [1.5, 1000000.0, 1e+21, 1e-07, 1e+100, 0.1, -0.0, 123456789.25, 1e+20, 100000.0]}",
     "f = [1.5, 1000000.0, 1000000000000000000000.0, 0.0000001, "
     "10000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000.0, 0.1, "
     "-0.0, 123456789.25, 100000000000000000000.0, 100000.0]\n"},
    {"{\"t\": true, \"f\": false}", "f = false\nt = true\n"},
    {"[1]", "[1.0]"},
    {"[\"a\"]", "[\"a\"]"},
    {"[]", "[]"},
    {"\"x\"", "\"x\""},
    {"1", "1.0"},
    {"1.5", "1.5"},
    {"true", "true"},
    {"[{\"a\": 1}]", "toml: top-level values must be Go maps or structs"},
    {"{\"a\": {\"b\": null}}", "[a]\n"},
    {"{\"a\": {\"b\": null, \"c\": {}}}", "[a]\n  [a.c]\n"},
    {"{\"a\": [{\"b\": null}]}", "[[a]]\n"},
    {"{\"a\": [[]]}", "a = [[]]\n"},
    {"{\"a\": [[null]]}", "toml: cannot encode array with nil element"},
    {"{\"a\": [{\"b\": {\"c\": 1}}]}", "[[a]]\n  [a.b]\n    c = 1.0\n"},
    {"{\"a\": [{\"b\": [{\"c\": 1}, {\"c\": 2}]}]}", "[[a]]\n\n  [[a.b]]\n    c = 1.0\n\n  [[a.b]]\n    c = 2.0\n"},
    {"{\"a\": [1, {\"b\": {\"c\": [1, {\"d\": 2}]}}]}", "a = [1.0, {b = {c = [1.0, {d = 2.0}]}}]\n"},
    {"{\"a\": [\"x\", 1, true, [1.0]]}", "a = [\"x\", 1.0, true, [1.0]]\n"},
    {"{\"a\": [{\"b\": []}, {\"b\": {}}]}", "[[a]]\n  b = []\n\n[[a]]\n  [a.b]\n"},
    {"{\"a\": [1, {}]}", "a = [1.0, {}]\n"},
    {"{\"a\": [1, {\"b\": null, \"c\": 2}]}", "a = [1.0, {c = 2.0}]\n"},
    {"{\"a\": {\"b\": [{\"c\": {\"d\": 1}}]}}", "[a]\n\n  [[a.b]]\n    [a.b.c]\n      d = 1.0\n"},
    {"{\"A\": 1, \"b\": 2, \"a\": 3, \"B\": {\"x\": 1}, \"C\": [{\"y\": 1}]}",
     "A = 1.0\na = 3.0\nb = 2.0\n\n[B]\n  x = 1.0\n\n[[C]]\n  y = 1.0\n"},
    {"{\"a\": [[{\"b\": 1}], [{\"c\": 2}]]}", "a = [[{b = 1.0}], [{c = 2.0}]]\n"},
    {"{\"a\": [[{\"b\": 1}, {\"c\": 2}]]}", "a = [[{b = 1.0}, {c = 2.0}]]\n"},
};

TEST_CASE("toToml writes, and refuses, what Helm does", "[helm][formats][toml]") {
  Heap heap;
  for (const auto& [json, expected] : kValues) {
    CAPTURE(json);
    std::string result;
    try {
      result = to_toml(from_json(json, heap));
    } catch (const FormatError& error) {
      result = error.what();
    }
    CHECK(result == expected);
  }
}

TEST_CASE("toToml fails for nothing at all, as a function", "[helm][formats][toml]") {
  CHECK_THROWS_WITH(to_toml(Value::nil()), "reflect: call of reflect.Value.Type on zero Value");
  try {
    to_toml(Value::nil());
  } catch (const FormatError&) {
    FAIL("a FormatError would be its result");
  } catch (const std::runtime_error&) {
    SUCCEED();
  }
}

}  // namespace
}  // namespace kyma::helm
