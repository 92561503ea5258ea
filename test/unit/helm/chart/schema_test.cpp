#include <catch2/catch_test_macros.hpp>

#include "operator/helm/chart/exact_decimal.hpp"
#include "operator/helm/chart/json_schema.hpp"
#include "operator/helm/chart/schema_format.hpp"
#include "operator/helm/chart/url.hpp"
#include "operator/helm/formats/yaml.hpp"
#include "test/unit/helm/chart/scratch_charts.hpp"

using namespace kyma::helm;
using namespace kyma::helm::test;

namespace {

std::string complaint(const std::string& schema,
                      const std::string& values = R"({a: 1, s: text, l: [1, 2, 2], o: {x: 1, w: z},
    f: 1.5, b: true, e: null})") {
  Heap heap;
  return schema_complaint(schema, from_yaml_map(values, heap)).value_or("");
}

}  // namespace

TEST_CASE("A schema checks types, values and sizes", "[helm][chart][schema]") {
  CHECK(complaint(R"({"properties":{"a":{"type":["string","boolean"]},"s":{"type":"integer"},"f":{"type":"integer"},
      "e":{"type":"string"}}})") ==
        "- a: Invalid type. Expected: [string,boolean], given: integer\n"
        "- e: Invalid type. Expected: string, given: null\n"
        "- f: Invalid type. Expected: integer, given: number\n"
        "- s: Invalid type. Expected: integer, given: string\n");
  CHECK(complaint(R"({"required":["q"],"properties":{"o":{"additionalProperties":false,"required":["z"]}}})") ==
        "- (root): q is required\n- o: z is required\n- o: Additional property w is not allowed\n"
        "- o: Additional property x is not allowed\n");
  CHECK(complaint(R"({"properties":{"a":{"minimum":2,"exclusiveMinimum":12.5,"maximum":-1,"exclusiveMaximum":1,
      "multipleOf":0.4}}})") ==
        "- a: Must be a multiple of 0.4\n- a: Must be less than or equal to -1\n- a: Must be less than 1\n"
        "- a: Must be greater than or equal to 2\n- a: Must be greater than 12.5\n");
  CHECK(complaint(R"({"properties":{"s":{"minLength":10,"pattern":"^x","format":"ipv4"}}})") ==
        "- s: String length must be greater than or equal to 10\n- s: Does not match pattern '^x'\n"
        "- s: Does not match format 'ipv4'\n");
  CHECK(
      complaint(R"({"properties":{"l":{"minItems":10,"maxItems":2,"items":{"type":"string"},"uniqueItems":true}}})") ==
      "- l.0: Invalid type. Expected: string, given: integer\n- l.1: Invalid type. Expected: string, given: integer\n"
      "- l.2: Invalid type. Expected: string, given: integer\n- l: Array must have at least 10 items\n"
      "- l: Array must have at most 2 items\n- l: array items[1,2] must be unique\n");
  CHECK(complaint(R"({"properties":{"a":{"enum":["<b>",1.50,null,{"a":[]}]},"s":{"const":"x"}}})") ==
        "- a: a must be one of the following: \"\\u003cb\\u003e\", 1.5, null, {\"a\":[]}\n"
        "- s: s does not match: \"x\"\n");
}

TEST_CASE("A schema combines others", "[helm][chart][schema]") {
  CHECK(complaint(R"({"oneOf":[{"required":["a"]},{"required":["s"]}]})") ==
        "- (root): Must validate one and only one schema (oneOf)\n");
  CHECK(complaint(R"({"anyOf":[{"required":["q"]},{"required":["r"],"properties":{"a":{"type":"string"}}}]})") ==
        "- (root): Must validate at least one schema (anyOf)\n- (root): q is required\n");
  CHECK(complaint(R"({"allOf":[{"required":["q"]},{"properties":{"a":{"type":"string"}}}]})") ==
        "- (root): q is required\n- a: Invalid type. Expected: string, given: integer\n"
        "- (root): Must validate all the schemas (allOf)\n");
  CHECK(complaint(R"({"not":{"required":["a"]}})") == "- (root): Must not validate the schema (not)\n");
  CHECK(complaint(R"({"if":{"required":["a"]},"then":{"required":["q"]}})") ==
        "- (root): Must validate \"then\" as \"if\" was valid\n- (root): q is required\n");
  CHECK(complaint(R"({"dependencies":{"a":["qq"],"s":{"required":["rr"]}}})") ==
        "- (root): Has a dependency on qq\n- (root): rr is required\n");
  CHECK(complaint("false") == "- (root): False always fails validation\n");
}

TEST_CASE("References stay within the schema", "[helm][chart][schema]") {
  CHECK(complaint(R"({"$id":"http://example.com/x.json","definitions":{"a":{"$id":"#foo","type":"string"}},
      "properties":{"a":{"$ref":"#foo"},"f":{"$ref":"#/definitions/a"},"b":{"$ref":"x.json#/definitions/a"}}})") ==
        "- a: Invalid type. Expected: string, given: integer\n- b: Invalid type. Expected: string, given: boolean\n"
        "- f: Invalid type. Expected: string, given: number\n");
  CHECK(complaint(R"({"$ref":"#/foo"})") == "Object has no key 'foo'");
  CHECK(complaint(R"({"$ref":"foo.json"})") == "Reference /foo.json must be canonical");
  CHECK(
      complaint(R"({"$ref":"http://example.com/x.json"})") ==
      "reference http://example.com/x.json leads out of the schema, and nothing is fetched: copy what it names to the "
      "schema's own definitions");
  CHECK(complaint(R"({"$ref":"file:///etc/passwd"})").starts_with("reference file:///etc/passwd leads out"));
  CHECK(complaint(R"({"properties":{"o":{"$ref":"#"}},"additionalProperties":{"type":"integer"}})",
                  "{o: {o: {o: {x: z}}}}") == "- o.o.o.x: Invalid type. Expected: integer, given: string\n");
}

TEST_CASE("A schema that goes round in circles is an error", "[helm][chart][schema]") {
  // Which limit it meets depends on how much stack a step takes.
  CHECK(complaint(R"({"$ref":"#"})").starts_with("unable to validate schema: it "));
  CHECK_FALSE(complaint(R"({"allOf":[{"$ref":"#"}]})").empty());
  CHECK_FALSE(complaint(R"({"definitions":{"a":{"$ref":"#/definitions/b"},"b":{"$ref":"#/definitions/a"}},
      "$ref":"#/definitions/a"})")
                  .empty());
  CHECK(complaint(std::string(5000, '[') + std::string(5000, ']')) == "the schema is nested too deeply");
  // Each level doubles the work.
  std::string doubling = R"({"definitions":{"d0":{"type":"object"})";
  for (int i = 1; i < 60; ++i) {
    const std::string below = "{\"$ref\":\"#/definitions/d" + std::to_string(i - 1) + "\"}";
    doubling += ",\"d" + std::to_string(i) + "\":{\"allOf\":[" + below + "," + below + "]}";
  }
  CHECK(complaint(doubling + R"(},"$ref":"#/definitions/d59"})") ==
        "unable to validate schema: it takes too many steps");
}

TEST_CASE("A schema that is none is reported without a place", "[helm][chart][schema]") {
  CHECK(complaint("") == "EOF");
  CHECK(complaint("{\"type\":") == "unexpected EOF");
  CHECK(complaint("[]") == "schema is invalid");
  CHECK(complaint("{} garbage").empty());
  CHECK(
      complaint(R"({"type":"foo"})") ==
      "has a primitive type that is NOT VALID -- given: /foo/ Expected valid values are:[array boolean integer number "
      "null object string]");
  CHECK(complaint(R"({"type":[1]})") ==
        "unable to validate schema: interface conversion: interface {} is json.Number, not string");
  CHECK(complaint(R"({"properties":{"a":1}})") == "Expected: valid schema, given: Invalid JSON");
  CHECK(complaint(R"({"minLength":3,"maxLength":1})") == "minLength cannot be greater than maxLength");
  CHECK(complaint(R"({"pattern":"("})") == "pattern must be a valid regex");
  CHECK(complaint(R"({"multipleOf":0})") == "multipleOf must be strictly greater than 0");
  const std::string draft4 = R"({"$schema":"http://json-schema.org/draft-04/schema#",)";
  CHECK(complaint(draft4 + R"("exclusiveMinimum":true})") == "exclusiveMinimum cannot be used without minimum");
  CHECK(complaint(draft4 + R"("const":1,"contains":1})").empty());
}

TEST_CASE("Values of all charts are checked, each against its own schema", "[helm][chart][schema]") {
  const ScratchDirectory directory({{"Chart.yaml", kChartYaml},
                                    {"values.yaml", "a: x\n"},
                                    {"values.schema.json", R"({"properties":{"a":{"type":"integer"}}})"},
                                    {"charts/s/Chart.yaml", "name: s\nversion: 1.0.0\n"},
                                    {"charts/s/values.schema.json", R"({"required":["foo"]})"}});
  const auto result = release(directory.path());
  REQUIRE(result->error.empty());
  const auto outcome = validate_values(result->root, result->values);
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().message ==
        "values don't meet the specifications of the schema(s) in the following chart(s):\ndemo:\n"
        "- a: Invalid type. Expected: integer, given: string\ns:\n- (root): foo is required\n");
  const auto valid = release(directory.path(), {"a=1,s.foo=1"});
  CHECK(validate_values(valid->root, valid->values).has_value());
}

TEST_CASE("Decimals are exact", "[helm][chart][decimal]") {
  const auto number = [](const char* text) { return *ExactDecimal::parse(text); };
  CHECK(number("0.3").is_multiple_of(number("0.1")));
  CHECK_FALSE(number("0.35").is_multiple_of(number("0.1")));
  CHECK(number("1e21").is_multiple_of(number("1e-5")));
  CHECK(number("9223372036854775807") > number("9223372036854775806"));
  CHECK(number("-1") < number("0"));
  CHECK(number("-10") < number("-9.5"));
  CHECK(number("1.50") == number("15e-1"));
  CHECK(number("0.000") == number("-0"));
  CHECK(number("100").is_integer());
  CHECK_FALSE(number("1.5").is_integer());
  CHECK(number("1234567").str() == "1.234567e+06");
  CHECK(number("999999").str() == "999999");
  CHECK(number("0.0001").str() == "0.0001");
  CHECK(number("0.00001").str() == "1e-05");
  CHECK(number("-12345.678901234567890123").str() == "-12345.678901234567890123");
  CHECK_FALSE(ExactDecimal::parse("1e99999999999"));
  CHECK_FALSE(ExactDecimal::parse("x"));
}

TEST_CASE("Formats are those of the library that Helm uses", "[helm][chart][schema]") {
  CHECK(has_schema_format("email", "A B <a@b.c>"));
  CHECK_FALSE(has_schema_format("email", "a b@c"));
  CHECK(has_schema_format("date-time", "2020-02-29"));
  CHECK_FALSE(has_schema_format("date-time", "2019-02-29T00:00:00Z"));
  CHECK(has_schema_format("time", "1:00:00.5"));
  CHECK(has_schema_format("ipv4", "::ffff:1.2.3.4"));
  CHECK_FALSE(has_schema_format("ipv6", "1.2.3.4"));
  CHECK(has_schema_format("uri", "mailto:a@b"));
  CHECK_FALSE(has_schema_format("uri", "http://x:a"));
  CHECK(has_schema_format("regex", "(?<x>a)"));
  CHECK_FALSE(has_schema_format("regex", "(?=x)"));
  CHECK(has_schema_format("no such format", "x"));
  // No number has a format.
  CHECK(complaint(R"({"properties":{"a":{"format":"email"},"b":{"format":"email"}}})") ==
        "- a: Does not match format 'email'\n");
}

TEST_CASE("URL references are resolved as RFC 3986 has it", "[helm][chart][url]") {
  const Url base = *Url::parse("http://a/b/c/d;p?q");
  const auto resolve = [&](const char* text) { return base.resolve(*Url::parse(text)).str(); };
  CHECK(resolve("g") == "http://a/b/c/g");
  CHECK(resolve("/g") == "http://a/g");
  CHECK(resolve("//g") == "http://g");
  CHECK(resolve("?y") == "http://a/b/c/d;p?y");
  CHECK(resolve("#s") == "http://a/b/c/d;p?q#s");
  CHECK(resolve("../../g") == "http://a/g");
  CHECK(resolve("../../../g") == "http://a/g");
  CHECK(resolve("..") == "http://a/b/");
  CHECK(resolve("g:h") == "g:h");
  std::string error;
  CHECK_FALSE(Url::parse("1:2", &error));
  CHECK(error == R"(parse "1:2": first path segment in URL cannot contain colon)");
}
