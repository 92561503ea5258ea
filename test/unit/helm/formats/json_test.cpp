#include <catch2/catch_test_macros.hpp>

#include <catch2/matchers/catch_matchers_string.hpp>
#include <limits>
#include <string>

#include "operator/helm/formats/json.hpp"

namespace kyma::helm {
namespace {

struct Pair {
  std::string_view input;
  std::string_view expected;
};

// JSON, and what `fromJson | toJson` of Helm 3.17 makes of it.
constexpr Pair kTexts[] = {
    {"null", "null"},
    {"", "{\"Error\":\"unexpected end of JSON input\"}"},
    {"{}", "{}"},
    {"[]", "{\"Error\":\"json: cannot unmarshal array into Go value of type map[string]interface {}\"}"},
    {"1", "{\"Error\":\"json: cannot unmarshal number into Go value of type map[string]interface {}\"}"},
    {"\"a\"", "{\"Error\":\"json: cannot unmarshal string into Go value of type map[string]interface {}\"}"},
    {"true", "{\"Error\":\"json: cannot unmarshal bool into Go value of type map[string]interface {}\"}"},
    {" {\"a\":1} ", "{\"a\":1}"},
    {"{\"a\":1}x", "{\"Error\":\"invalid character 'x' after top-level value\"}"},
    {"{", "{\"Error\":\"unexpected end of JSON input\"}"},
    {"{\"a\"", "{\"Error\":\"unexpected end of JSON input\"}"},
    {"{\"a\":", "{\"Error\":\"unexpected end of JSON input\"}"},
    {"{\"a\":1", "{\"Error\":\"unexpected end of JSON input\"}"},
    {"{\"a\":1,", "{\"Error\":\"unexpected end of JSON input\"}"},
    {"{\"a\":1,}", "{\"Error\":\"invalid character '}' looking for beginning of object key string\"}"},
    {"{a:1}", "{\"Error\":\"invalid character 'a' looking for beginning of object key string\"}"},
    {"{'a':1}", "{\"Error\":\"invalid character '\\\\'' looking for beginning of object key string\"}"},
    {"{\"a\" 1}", "{\"Error\":\"invalid character '1' after object key\"}"},
    {"{\"a\":1 \"b\":2}", "{\"Error\":\"invalid character '\\\"' after object key:value pair\"}"},
    {"[1,2", "{\"Error\":\"unexpected end of JSON input\"}"},
    {"[1,]", "{\"Error\":\"invalid character ']' looking for beginning of value\"}"},
    {"[1 2]", "{\"Error\":\"invalid character '2' after array element\"}"},
    {"[,1]", "{\"Error\":\"invalid character ',' looking for beginning of value\"}"},
    {"[1,,2]", "{\"Error\":\"invalid character ',' looking for beginning of value\"}"},
    {"[01]", "{\"Error\":\"invalid character '1' after array element\"}"},
    {"[-]", "{\"Error\":\"invalid character ']' in numeric literal\"}"},
    {"[-a]", "{\"Error\":\"invalid character 'a' in numeric literal\"}"},
    {"[1.]", "{\"Error\":\"invalid character ']' after decimal point in numeric literal\"}"},
    {"[1.a]", "{\"Error\":\"invalid character 'a' after decimal point in numeric literal\"}"},
    {"[1e]", "{\"Error\":\"invalid character ']' in exponent of numeric literal\"}"},
    {"[1e+]", "{\"Error\":\"invalid character ']' in exponent of numeric literal\"}"},
    {"[1ea]", "{\"Error\":\"invalid character 'a' in exponent of numeric literal\"}"},
    {"[+1]", "{\"Error\":\"invalid character '+' looking for beginning of value\"}"},
    {"[.5]", "{\"Error\":\"invalid character '.' looking for beginning of value\"}"},
    {"[1e999]", "{\"Error\":\"json: cannot unmarshal array into Go value of type map[string]interface {}\"}"},
    {"{\"a\":1e999,\"b\":2}",
     "{\"Error\":\"json: cannot unmarshal number 1e999 into Go value of type float64\",\"a\":null,\"b\":2}"},
    {"[1,1e999,2]", "{\"Error\":\"json: cannot unmarshal array into Go value of type map[string]interface {}\"}"},
    {"[-1e999]", "{\"Error\":\"json: cannot unmarshal array into Go value of type map[string]interface {}\"}"},
    {"[1e-999]", "{\"Error\":\"json: cannot unmarshal array into Go value of type map[string]interface {}\"}"},
    {"[-0]", "{\"Error\":\"json: cannot unmarshal array into Go value of type map[string]interface {}\"}"},
    {"[0.1e1]", "{\"Error\":\"json: cannot unmarshal array into Go value of type map[string]interface {}\"}"},
    {"tru", "{\"Error\":\"invalid character ' ' in literal true (expecting 'e')\"}"},
    {"[tru]", "{\"Error\":\"invalid character ']' in literal true (expecting 'e')\"}"},
    {"[truf]", "{\"Error\":\"invalid character 'f' in literal true (expecting 'e')\"}"},
    {"[trux", "{\"Error\":\"invalid character 'x' in literal true (expecting 'e')\"}"},
    {"nul", "{\"Error\":\"invalid character ' ' in literal null (expecting 'l')\"}"},
    {"[falsy]", "{\"Error\":\"invalid character 'y' in literal false (expecting 'e')\"}"},
    {"\"abc", "{\"Error\":\"unexpected end of JSON input\"}"},
    {"[\"a\nb\"]", "{\"Error\":\"invalid character '\\\\n' in string literal\"}"},
    {"[\"a\tb\"]", "{\"Error\":\"invalid character '\\\\t' in string literal\"}"},
    {"[\"\\x\"]", "{\"Error\":\"invalid character 'x' in string escape code\"}"},
    {"[\"\\u12\"]", "{\"Error\":\"invalid character '\\\"' in \\\\u hexadecimal character escape\"}"},
    {"[\"\\u12", "{\"Error\":\"invalid character ' ' in \\\\u hexadecimal character escape\"}"},
    {"[\"\\", "{\"Error\":\"invalid character ' ' in string escape code\"}"},
    {"[\"\\u12g4\"]", "{\"Error\":\"invalid character 'g' in \\\\u hexadecimal character escape\"}"},
    {"[\"\\ud800\"]", "{\"Error\":\"json: cannot unmarshal array into Go value of type map[string]interface {}\"}"},
    {"[\"\\ud83d\\ude00\"]",
     "{\"Error\":\"json: cannot unmarshal array into Go value of type map[string]interface {}\"}"},
    {"[\"\\ud83dx\"]", "{\"Error\":\"json: cannot unmarshal array into Go value of type map[string]interface {}\"}"},
    {"[\"\\ud83d\\u0041\"]",
     "{\"Error\":\"json: cannot unmarshal array into Go value of type map[string]interface {}\"}"},
    {"[\"\\ude00\\ud83d\"]",
     "{\"Error\":\"json: cannot unmarshal array into Go value of type map[string]interface {}\"}"},
    {"[\"\\/\\b\\f\\n\\r\\t\\\"\\\\\"]",
     "{\"Error\":\"json: cannot unmarshal array into Go value of type map[string]interface {}\"}"},
    {"[\"\001\"]", "{\"Error\":\"invalid character '\\\\x01' in string literal\"}"},
    {"[\"é日😀\"]", "{\"Error\":\"json: cannot unmarshal array into Go value of type map[string]interface {}\"}"},
    {"[\"\342\200\250\342\200\251<>&\"]",
     "{\"Error\":\"json: cannot unmarshal array into Go value of type map[string]interface {}\"}"},
    {"{\"a\":1,\"a\":2}", "{\"a\":2}"},
    {"{\"b\":1,\"a\":[{\"c\":null}]}", "{\"a\":[{\"c\":null}],\"b\":1}"},
    {"[1.0,1e3,1E5,123456789012345678901234567890,1e21,1e-7,0.000001,1e20,5e-324]",
     "{\"Error\":\"json: cannot unmarshal array into Go value of type map[string]interface {}\"}"},
    {"\357\273\277{}", "{\"Error\":\"invalid character '\303\257' looking for beginning of value\"}"},
    {"{\"a\":1}\302\240", "{\"Error\":\"invalid character '\303\202' after top-level value\"}"},
    {"é", "{\"Error\":\"invalid character '\303\203' looking for beginning of value\"}"},
    {"[é]", "{\"Error\":\"invalid character '\303\203' looking for beginning of value\"}"},
    {"//x", "{\"Error\":\"invalid character '/' looking for beginning of value\"}"},
    {"{\"a\":/**/1}", "{\"Error\":\"invalid character '/' looking for beginning of value\"}"},
    {"\303\277", "{\"Error\":\"invalid character '\303\203' looking for beginning of value\"}"},
    {"[\"\\'\"]", "{\"Error\":\"invalid character '\\\\'' in string escape code\"}"},
    {"{\"\":1}", "{\"\":1}"},
    {"{\"a\":{}}}", "{\"Error\":\"invalid character '}' after top-level value\"}"},
    {"]", "{\"Error\":\"invalid character ']' looking for beginning of value\"}"},
    {"}", "{\"Error\":\"invalid character '}' looking for beginning of value\"}"},
    {",", "{\"Error\":\"invalid character ',' looking for beginning of value\"}"},
    {":", "{\"Error\":\"invalid character ':' looking for beginning of value\"}"},
    {"nan", "{\"Error\":\"invalid character 'a' in literal null (expecting 'u')\"}"},
    {"[NaN]", "{\"Error\":\"invalid character 'N' looking for beginning of value\"}"},
    {"Infinity", "{\"Error\":\"invalid character 'I' looking for beginning of value\"}"},
    {"[1]]", "{\"Error\":\"invalid character ']' after top-level value\"}"},
    {"'", "{\"Error\":\"invalid character '\\\\'' looking for beginning of value\"}"},
    {"[']", "{\"Error\":\"invalid character '\\\\'' looking for beginning of value\"}"},
    {"[\"a\"\"b\"]", "{\"Error\":\"invalid character '\\\"' after array element\"}"},
    {"[\"\\u0000\\u001f\\u007f\\u0080\\u009f\"]",
     "{\"Error\":\"json: cannot unmarshal array into Go value of type map[string]interface {}\"}"},
    {"123 456", "{\"Error\":\"invalid character '4' after top-level value\"}"},
    {"1e", "{\"Error\":\"invalid character ' ' in exponent of numeric literal\"}"},
    {"-", "{\"Error\":\"invalid character ' ' in numeric literal\"}"},
    {"-1", "{\"Error\":\"json: cannot unmarshal number into Go value of type map[string]interface {}\"}"},
    {"1e999", "{\"Error\":\"json: cannot unmarshal number into Go value of type map[string]interface {}\"}"},
    {"\"\\u00e9\"", "{\"Error\":\"json: cannot unmarshal string into Go value of type map[string]interface {}\"}"},
    {"[true,false,null]", "{\"Error\":\"json: cannot unmarshal array into Go value of type map[string]interface {}\"}"},
    {"{\"a\":tru}", "{\"Error\":\"invalid character '}' in literal true (expecting 'e')\"}"},
    {"{\"a\":1e}", "{\"Error\":\"invalid character '}' in exponent of numeric literal\"}"},
    {"  ", "{\"Error\":\"unexpected end of JSON input\"}"},
    {"\n", "{\"Error\":\"unexpected end of JSON input\"}"},
    {"{\"a\"x:1}", "{\"Error\":\"invalid character 'x' after object key\"}"},
    {"{\"a\":1]", "{\"Error\":\"invalid character ']' after object key:value pair\"}"},
    {"[1}", "{\"Error\":\"invalid character '}' after array element\"}"},
    {"{1:2}", "{\"Error\":\"invalid character '1' looking for beginning of object key string\"}"},
    {"{,}", "{\"Error\":\"invalid character ',' looking for beginning of object key string\"}"},
    {"[\"a\\\nb\"]", "{\"Error\":\"invalid character '\\\\n' in string escape code\"}"},
};

// JSON, and what toPrettyJson makes of it.
constexpr Pair kIndented[] = {
    {"[1, 1.5, -1, 0, 1e+21, 1e-07, 1e+20, 123456789.125, 1e-06, 1e+100, 9007199254740992, -0.0, "
     "\"<a>&\\\"'\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\177\342\200\250\342\200\251é😀\357\277\275\", null, true, false, "
     "[], {}, [[]], {\"a\": {}}, {\"b\": [1, {\"a\": []}], \"a\": null, \"é\": 1, \"Z\": 2, \"\342\200\250\": 3, "
     "\"<\": 4}]",
     "[\n  1,\n  1.5,\n  -1,\n  0,\n  1e+21,\n  1e-7,\n  100000000000000000000,\n  123456789.125,\n  0.000001,\n  "
     "1e+100,\n  9007199254740992,\n  -0,\n  "
     "\"\\u003ca\\u003e\\u0026\\\"'\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\177\\u2028\\u2029é😀\357\277\275\",\n  null,\n  "
     "true,\n  false,\n  [],\n  {},\n  [\n    []\n  ],\n  {\n    \"a\": {}\n  },\n  {\n    \"\\u003c\": 4,\n    \"Z\": "
     "2,\n    \"a\": null,\n    \"b\": [\n      1,\n      {\n        \"a\": []\n      }\n    ],\n    \"é\": 1,\n    "
     "\"\\u2028\": 3\n  }\n]"},
    {"{\"k\": {\"b\": [1, {\"a\": []}], \"a\": null, \"é\": 1, \"Z\": 2, \"\342\200\250\": 3, \"<\": 4}}",
     "{\n  \"k\": {\n    \"\\u003c\": 4,\n    \"Z\": 2,\n    \"a\": null,\n    \"b\": [\n      1,\n      {\n        "
     "\"a\": []\n      }\n    ],\n    \"é\": 1,\n    \"\\u2028\": 3\n  }\n}"},
    {"[]", "[]"},
    {"{}", "{}"},
    {"\"<\"", "\"\\u003c\""},
};

// As Helm's functions return it.
std::string result_of(std::string_view text) {
  Heap heap;
  try {
    return to_json(from_json_map(text, heap));
  } catch (const FormatError& error) {
    auto& map = error.partial.is_map() ? error.partial.as_map() : gotemplate::make_map(heap);
    map.set(heap, "Error", gotemplate::make_string(heap, error.what()));
    return to_json(Value::map(&map));
  }
}

TEST_CASE("fromJson reads, and refuses, what Helm does", "[helm][formats][json]") {
  for (const auto& [text, expected] : kTexts) {
    CAPTURE(text);
    CHECK(result_of(text) == expected);
  }
}

TEST_CASE("toPrettyJson indents as Helm does", "[helm][formats][json]") {
  Heap heap;
  for (const auto& [text, expected] : kIndented) {
    CAPTURE(text);
    CHECK(to_json(from_json(text, heap), {.indent = "  "}) == expected);
  }
}

TEST_CASE("JSON is written raw when asked to", "[helm][formats][json]") {
  CHECK(to_json(Value::string("<a>&\xE2\x80\xA8"), {.escape_html = false}) == "\"<a>&\\u2028\"");
  CHECK(to_json(Value::string("a\xFF\xC0z")) == R"("a\ufffd\ufffdz")");
}

TEST_CASE("JSON has no cycles, infinities, or depth without end", "[helm][formats][json]") {
  Heap heap;
  gotemplate::Map& cycle = gotemplate::make_map(heap);
  cycle.set(heap, "list", gotemplate::make_list(heap, {Value::map(&cycle)}));
  CHECK_THROWS_WITH(to_json(Value::map(&cycle)),
                    Catch::Matchers::StartsWith("json: unsupported value: encountered a cycle via "));
  CHECK_THROWS_WITH(to_json(Value::float64(-std::numeric_limits<double>::infinity())), "json: unsupported value: -Inf");
  CHECK_NOTHROW(from_json(std::string(10'000, '[') + std::string(10'000, ']'), heap));
  CHECK_THROWS_WITH(from_json(std::string(1'000'000, '['), heap), "invalid character '[' exceeded max depth");
}

TEST_CASE("JSON texts that share values unfold only up to the limit", "[helm][formats][json]") {
  Heap heap;
  Value value = gotemplate::make_list(heap, {});
  for (int i = 0; i < 40; ++i) value = gotemplate::make_list(heap, {value, value});
  CHECK_THROWS_AS(to_json(value, {}, std::size_t{1} << 20), gotemplate::HeapExhausted);
}

}  // namespace
}  // namespace kyma::helm
