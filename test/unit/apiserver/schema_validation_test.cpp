#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

#include "operator/apiserver/schema_validator.hpp"

namespace kyma::apiserver {
namespace {

json::Document parsed(std::string_view text) {
  auto document = json::parse(text);
  REQUIRE(document.has_value());
  return std::move(*document);
}

Schema compiled(std::string_view text) {
  auto schema = Schema::compile(parsed(text), "spec.versions[0].schema.openAPIV3Schema");
  if (!schema) FAIL(schema.error().causes.front().field + ": " + schema.error().causes.front().message);
  return *schema;
}

// A schema whose spec has the one property x.
Schema of_x(std::string_view x, std::string_view more = "") {
  return compiled(R"({"type":"object","properties":{"spec":{"type":"object","properties":{"x":)" + std::string(x) +
                  "}" + std::string(more) + "}}}");
}

std::vector<std::string> faults(const Schema& schema, std::string_view object) {
  std::vector<std::string> texts;
  for (const auto& cause : schema.validate(parsed(object))) texts.push_back(cause.field + ": " + cause.message);
  return texts;
}

std::string fault_of_x(std::string_view schema, std::string_view x) {
  const auto found = of_x(schema).validate(parsed(R"({"spec":{"x":)" + std::string(x) + "}}"));
  if (found.empty()) return "";
  REQUIRE(found.size() == 1);
  return found[0].type + " " + found[0].field + ": " + found[0].message;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("Schema words a wrong type as the API server does", "[apiserver][schema]") {
  CHECK(fault_of_x(R"({"type":"integer"})", R"("a")") ==
        R"(FieldValueTypeInvalid spec.x: Invalid value: "string": spec.x in body must be of type integer: "string")");
  CHECK(fault_of_x(R"({"type":"integer"})", "1.5") ==
        R"(FieldValueTypeInvalid spec.x: Invalid value: "number": spec.x in body must be of type integer: "number")");
  CHECK(fault_of_x(R"({"type":"string"})", "{}") ==
        R"(FieldValueTypeInvalid spec.x: Invalid value: "object": spec.x in body must be of type string: "object")");
  CHECK(fault_of_x(R"({"type":"string"})", "null") ==
        R"(FieldValueTypeInvalid spec.x: Invalid value: "null": spec.x in body must be of type string: "null")");
  CHECK(fault_of_x(R"({"type":"object"})", "[]") ==
        R"(FieldValueTypeInvalid spec.x: Invalid value: "array": spec.x in body must be of type object: "array")");
  CHECK(
      fault_of_x(R"({"x-kubernetes-int-or-string":true})", "true") ==
      R"(FieldValueTypeInvalid spec.x: Invalid value: "boolean": spec.x in body must be of type integer,string: "boolean")");
  CHECK(fault_of_x(R"({"type":"string","format":"date-time"})", "7") ==
        R"(FieldValueTypeInvalid spec.x: Invalid value: "integer": spec.x in body must be of type string: "integer")");
}

TEST_CASE("Schema takes the values that a type stands for", "[apiserver][schema]") {
  CHECK(fault_of_x(R"({"type":"integer"})", "1.0").empty());
  CHECK(fault_of_x(R"({"type":"number"})", "1").empty());
  CHECK(fault_of_x(R"({"type":"number"})", "1e300").empty());
  CHECK_FALSE(fault_of_x(R"({"type":"integer"})", "1e300").empty());
  CHECK(fault_of_x(R"({"type":"string","nullable":true})", "null").empty());
  CHECK(fault_of_x(R"({"x-kubernetes-int-or-string":true})", R"("80%")").empty());
  CHECK(fault_of_x(R"({"x-kubernetes-int-or-string":true})", "80").empty());
  CHECK(fault_of_x(R"({"x-kubernetes-preserve-unknown-fields":true})", "[1,{}]").empty());
  CHECK(fault_of_x(R"({"type":"integer","format":"int32"})", "3000000000").empty());  // as in every released API server
}

TEST_CASE("Schema words the limits of strings", "[apiserver][schema]") {
  CHECK(fault_of_x(R"({"type":"string","minLength":1})", R"("")") ==
        R"(FieldValueInvalid spec.x: Invalid value: "": spec.x in body should be at least 1 chars long)");
  CHECK(fault_of_x(R"({"type":"string","maxLength":63})", '"' + std::string(64, 'a') + '"') ==
        "FieldValueTooLong spec.x: Too long: may not be more than 63 bytes");
  CHECK(fault_of_x(R"({"type":"string","pattern":"^[a-z]+$"})", R"("A\"\n")") ==
        R"(FieldValueInvalid spec.x: Invalid value: "A\"\n": spec.x in body should match '^[a-z]+$')");
  CHECK(fault_of_x(R"({"type":"string","enum":["a","b"]})", R"("x")") ==
        R"(FieldValueNotSupported spec.x: Unsupported value: "x": supported values: "a", "b")");
  CHECK(fault_of_x(R"({"type":"integer","enum":[1,2]})", "3") ==
        R"(FieldValueNotSupported spec.x: Unsupported value: 3: supported values: "1", "2")");
  CHECK(fault_of_x(R"({"type":"string","nullable":true,"enum":["a"]})", "null") ==
        R"(FieldValueNotSupported spec.x: Unsupported value: "null": supported values: "a")");
}

TEST_CASE("Schema counts characters, not bytes", "[apiserver][schema]") {
  CHECK(fault_of_x(R"({"type":"string","maxLength":3})", R"("äöü")").empty());
  CHECK_FALSE(fault_of_x(R"({"type":"string","minLength":4})", R"("äöü")").empty());
}

TEST_CASE("Schema words the limits of numbers", "[apiserver][schema]") {
  CHECK(fault_of_x(R"({"type":"integer","maximum":10})", "11") ==
        "FieldValueInvalid spec.x: Invalid value: 11: spec.x in body should be less than or equal to 10");
  CHECK(fault_of_x(R"({"type":"integer","maximum":10,"exclusiveMaximum":true})", "10") ==
        "FieldValueInvalid spec.x: Invalid value: 10: spec.x in body should be less than 10");
  CHECK(fault_of_x(R"({"type":"number","minimum":0.5})", "0.25") ==
        "FieldValueInvalid spec.x: Invalid value: 0.25: spec.x in body should be greater than or equal to 0.5");
  CHECK(fault_of_x(R"({"type":"number","minimum":1,"exclusiveMinimum":true})", "1") ==
        "FieldValueInvalid spec.x: Invalid value: 1: spec.x in body should be greater than 1");
  CHECK(fault_of_x(R"({"type":"integer","multipleOf":5})", "7") ==
        "FieldValueInvalid spec.x: Invalid value: 7: spec.x in body should be a multiple of 5");
  CHECK(fault_of_x(R"({"type":"number","multipleOf":0.1})", "0.3").empty());
  CHECK(fault_of_x(R"({"type":"number","maximum":1e30})", "1e21").empty());
}

TEST_CASE("Schema words the limits of lists and maps", "[apiserver][schema]") {
  CHECK(fault_of_x(R"({"type":"array","items":{"type":"string"},"minItems":1})", "[]") ==
        "FieldValueInvalid spec.x: Invalid value: 0: spec.x in body should have at least 1 items");
  CHECK(fault_of_x(R"({"type":"array","items":{"type":"string"},"maxItems":1})", R"(["a","b"])") ==
        "FieldValueTooMany spec.x: Too many: 2: must have at most 1 item");
  CHECK(fault_of_x(R"({"type":"object","minProperties":2})", R"({"a":1})") ==
        "FieldValueInvalid spec.x: Invalid value: 1: spec.x in body should have at least 2 properties");
  CHECK(fault_of_x(R"({"type":"object","maxProperties":0})", R"({"a":1})") ==
        "FieldValueTooMany spec.x: Too many: 1: must have at most 0 items");
  CHECK(
      fault_of_x(R"({"type":"object","additionalProperties":{"type":"string"}})", R"({"k":1})") ==
      R"(FieldValueTypeInvalid spec.x.k: Invalid value: "integer": spec.x.k in body must be of type string: "integer")");
}

TEST_CASE("Schema names the place of a missing member", "[apiserver][schema]") {
  const Schema schema =
      of_x(R"({"type":"array","items":{"type":"object","required":["name"],"properties":{"name":{"type":"string"}}}})",
           R"(,"required":["x"])");
  CHECK(faults(schema, R"({"spec":{}})") == Texts{"spec.x: Required value"});
  CHECK(faults(schema, R"({"spec":{"x":[{"name":"a"},{}]}})") == Texts{"spec.x[1].name: Required value"});
  CHECK(faults(schema, R"({})").empty());
  CHECK(faults(compiled(R"({"type":"object","required":["spec"]})"), "{}") == Texts{"spec: Required value"});
}

TEST_CASE("Schema refuses duplicates in a list map and a list set", "[apiserver][schema]") {
  const std::string map = R"({"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],)"
                          R"("items":{"type":"object","required":["name"],"properties":{"name":{"type":"string"}}}})";
  CHECK(fault_of_x(map, R"([{"name":"x"},{"name":"y"},{"name":"x"},{"name":"x"}])") ==
        R"(FieldValueDuplicate spec.x[2]: Duplicate value: {"name":"x"})");
  CHECK(fault_of_x(map, R"([{"name":"x"},{"name":"y"}])").empty());
  const std::string set = R"({"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}})";
  CHECK(fault_of_x(set, R"(["a","b","a"])") == R"(FieldValueDuplicate spec.x[2]: Duplicate value: "a")");
  const std::string two =
      R"({"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["a","b"],)"
      R"("items":{"type":"object","required":["a"],"properties":{"a":{"type":"string"},"b":{"type":"integer","default":1}}}})";
  CHECK(fault_of_x(two, R"([{"a":"x","b":1},{"b":1,"a":"x"}])") ==
        R"(FieldValueDuplicate spec.x[1]: Duplicate value: {"a":"x","b":1})");
  CHECK(fault_of_x(two, R"([{"a":"x","b":1},{"a":"x","b":2},{"a":"x"}])").empty());
}

TEST_CASE("Schema finds duplicates in a long list without quadratic work", "[apiserver][schema]") {
  const Schema schema = of_x(R"({"type":"array","x-kubernetes-list-type":"set","items":{"type":"integer"}})");
  std::string list = "[";
  for (int i = 0; i < 50'000; ++i) list += std::to_string(i) + ",";
  CHECK(faults(schema, R"({"spec":{"x":)" + list + "50000]}}").empty());
  CHECK(faults(schema, R"({"spec":{"x":)" + list + "7]}}") == Texts{"spec.x[50000]: Duplicate value: 7"});
}

TEST_CASE("Schema evaluates combinations of schemas", "[apiserver][schema]") {
  const Schema any = compiled(
      R"({"type":"object","properties":{"spec":{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},
          "anyOf":[{"required":["a"]},{"required":["b"]}]}}})");
  CHECK(faults(any, R"({"spec":{"b":"x"}})").empty());
  CHECK(
      faults(any, R"({"spec":{}})") ==
      Texts{R"(<nil>: Invalid value: "": "spec" must validate at least one schema (anyOf))", "spec.a: Required value"});
  const Schema one = compiled(
      R"({"type":"object","properties":{"spec":{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},
          "oneOf":[{"required":["a"]},{"required":["b"]}]}}})");
  CHECK(faults(one, R"({"spec":{"a":"x"}})").empty());
  CHECK(
      faults(one, R"({"spec":{"a":"x","b":"y"}})") ==
      Texts{
          R"(<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found 2 valid alternatives)"});
  CHECK(faults(one, R"({"spec":{}})") ==
        Texts{R"(<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found none valid)",
              "spec.a: Required value"});
  const Schema all = of_x(R"({"type":"integer","allOf":[{"minimum":1},{"maximum":3}]})");
  CHECK(faults(all, R"({"spec":{"x":2}})").empty());
  CHECK(faults(all, R"({"spec":{"x":4}})") ==
        Texts{"spec.x: Invalid value: 4: spec.x in body should be less than or equal to 3",
              R"(<nil>: Invalid value: "": "spec.x" must validate all the schemas (allOf))"});
  const Schema none = of_x(R"({"type":"string","not":{"enum":["default"]}})");
  CHECK(faults(none, R"({"spec":{"x":"a"}})").empty());
  CHECK(faults(none, R"({"spec":{"x":"default"}})") ==
        Texts{R"(<nil>: Invalid value: "": "spec.x" must not validate the schema (not))"});
}

TEST_CASE("Schema asks an embedded resource for its type", "[apiserver][schema]") {
  const Schema schema =
      of_x(R"({"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true})");
  CHECK(faults(schema, R"({"spec":{"x":{"apiVersion":"v1","kind":"Pod","metadata":{}}}})").empty());
  CHECK(faults(schema, R"({"spec":{"x":{"kind":7,"metadata":[]}}})") ==
        Texts{"spec.x.apiVersion: Required value", "spec.x.kind: Invalid value: 7: must be a string",
              "spec.x.metadata: Invalid value: []: must be an object"});
}

TEST_CASE("Schema reports several faults at once, but not without end", "[apiserver][schema]") {
  const Schema schema = of_x(R"({"type":"array","items":{"type":"string"}})");
  CHECK(faults(schema, R"({"spec":{"x":[1,"a",2]}})").size() == 2);
  std::string list = "[0";
  for (int i = 0; i < 100'000; ++i) list += ",0";
  CHECK(faults(schema, R"({"spec":{"x":)" + list + "]}}").size() == 500);
}

TEST_CASE("Schema is not impressed by long strings against patterns made to backtrack", "[apiserver][schema]") {
  const Schema schema = of_x(R"({"type":"string","pattern":"^(a+)+$"})");
  const std::string text = std::string(1'000'000, 'a');
  CHECK(faults(schema, R"({"spec":{"x":")" + text + R"("}})").empty());
  CHECK(faults(schema, R"({"spec":{"x":")" + text + R"(!"}})").size() == 1);
}

TEST_CASE("Schema checks the formats of strings", "[apiserver][schema]") {
  struct Case {
    const char* format;
    std::vector<const char*> good, bad;
  };
  const std::vector<Case> cases = {
      {"date-time",
       {"2026-11-21T22:42:38Z", "2026-11-21t22:42:38.000042z", "2026-11-21T22:42:38+01:00"},
       {"2026-11-21", "2026-13-21T22:42:38Z", "2026-11-21T24:00:00Z", "2026-11-21T22:42:38", "",
        "2026-11-21T22:42:38.Z"}},
      {"date", {"2024-02-29"}, {"2023-02-29", "2024-2-9", "2024-02-29x", "-024-02-09"}},
      {"duration", {"1h30m", "1.5s", "3 days", "0", "-2ms"}, {"", "1", "h", "1x", "1..5s"}},
      {"uuid",
       {"6ba7b810-9dad-11d1-80b4-00c04fd430c8", "6BA7B8109DAD11D180B400C04FD430C8"},
       {"6ba7b810", "", "zba7b810-9dad-11d1-80b4-00c04fd430c8"}},
      {"ipv4", {"10.0.0.1"}, {"10.0.0", "::1", "10.0.0.256"}},
      {"ipv6", {"::1", "fe80::1"}, {"10.0.0.1", ":::"}},
      {"cidr", {"10.0.0.0/8", "::/0"}, {"10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1"}},
      {"byte", {"aGVsbG8=", "aGk="}, {"", "a", "a===", "aGk_"}},
      {"hostname", {"a-b.example", "x"}, {"-a", "a..b", ""}},
      {"email", {"a@b.c"}, {"a", "@b", "a@", "a b@c"}},
      {"uri", {"https://a.b/c", "/x"}, {"", "a b", "://"}},
      {"mac", {"01:23:45:67:89:ab"}, {"01:23:45:67:89", "01:23:45:67:89:zz", "01:23-45:67:89:ab"}},
      {"made-up", {"anything"}, {}},
  };
  for (const Case& one : cases) {
    INFO(one.format);
    const std::string schema = R"({"type":"string","format":")" + std::string(one.format) + R"("})";
    for (const char* text : one.good) {
      INFO(text);
      CHECK(fault_of_x(schema, '"' + std::string(text) + '"').empty());
    }
    for (const char* text : one.bad) {
      INFO(text);
      CHECK(fault_of_x(schema, '"' + std::string(text) + '"') ==
            "FieldValueTypeInvalid spec.x: Invalid value: \"" + std::string(text) +
                "\": spec.x in body must be of type " + one.format + ": \"" + text + "\"");
    }
  }
}

}  // namespace kyma::apiserver
