#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

#include "operator/apiserver/schema_budget.hpp"
#include "operator/apiserver/schema_validator.hpp"

namespace kyma::apiserver {
namespace {

using Texts = std::vector<std::string>;

Texts refusals(std::string_view schema) {
  auto document = json::parse(schema);
  REQUIRE(document.has_value());
  const auto result = Schema::compile(*document, "schema");
  Texts texts;
  if (result) return texts;
  for (const auto& cause : result.error().causes) texts.push_back(cause.field + ": " + cause.message);
  return texts;
}

Texts refusals_of_x(std::string_view x) {
  return refusals(R"({"type":"object","properties":{"x":)" + std::string(x) + "}}");
}

}  // namespace

TEST_CASE("Schema must be structural: every value has a type", "[apiserver][schema]") {
  CHECK(refusals("{}") == Texts{"schema.type: Required value: must not be empty at the root"});
  CHECK(refusals(R"({"type":"string"})") ==
        Texts{"schema.type: Invalid value: \"string\": must be object at the root"});
  CHECK(refusals_of_x("{}") ==
        Texts{"schema.properties[x].type: Required value: must not be empty for specified object fields"});
  CHECK(refusals_of_x(R"({"type":"array","items":{}})") ==
        Texts{"schema.properties[x].items.type: Required value: must not be empty for specified array items"});
  CHECK(refusals_of_x(R"({"type":"array"})") == Texts{"schema.properties[x].items: Required value: must be specified"});
  CHECK(refusals_of_x(R"({"type":"text"})") ==
        Texts{"schema.properties[x].type: Unsupported value: \"text\": supported values: \"array\", \"boolean\", "
              "\"integer\", \"number\", \"object\", \"string\""});
  CHECK(refusals_of_x(R"({"x-kubernetes-int-or-string":true})").empty());
  CHECK(refusals_of_x(R"({"x-kubernetes-int-or-string":true,"anyOf":[{"type":"integer"},{"type":"string"}]})").empty());
  CHECK(refusals_of_x(R"({"x-kubernetes-preserve-unknown-fields":true})").empty());
}

TEST_CASE("Schema refuses what the API does not support", "[apiserver][schema]") {
  CHECK(refusals_of_x(R"({"type":"string","$ref":"#/definitions/a"})") ==
        Texts{"schema.properties[x].$ref: Forbidden: $ref is not supported"});
  CHECK(refusals_of_x(R"({"type":"array","items":{"type":"string"},"uniqueItems":true})") ==
        Texts{"schema.properties[x].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime "
              "complexity becomes quadratic"});
  CHECK(refusals_of_x(R"({"type":"object","additionalProperties":false})") ==
        Texts{"schema.properties[x].additionalProperties: Forbidden: additionalProperties cannot be set to false"});
  CHECK(refusals_of_x(
            R"({"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":{"type":"string"}})") ==
        Texts{"schema.properties[x].additionalProperties: Forbidden: additionalProperties and properties are mutual "
              "exclusive"});
  CHECK(
      refusals_of_x(R"({"type":"string","pattern":"("})") ==
      Texts{"schema.properties[x].pattern: Invalid value: \"(\": must be a valid regular expression, but isn't: error "
            "parsing regexp: missing closing ): `(`"});
  CHECK(refusals_of_x(R"({"type":"object","anyOf":[{"type":"object"}]})") ==
        Texts{"schema.properties[x].anyOf[0].type: Forbidden: must be empty to be structural"});
  CHECK(refusals_of_x(R"({"type":"object","x-kubernetes-embedded-resource":true})") ==
        Texts{"schema.properties[x].properties: Required value: must not be empty if x-kubernetes-embedded-resource is "
              "true without x-kubernetes-preserve-unknown-fields"});
  CHECK(refusals_of_x(R"({"type":"string","x-kubernetes-preserve-unknown-fields":false})") ==
        Texts{"schema.properties[x].x-kubernetes-preserve-unknown-fields: Invalid value: false: must be true or "
              "undefined"});
}

TEST_CASE("Schema leaves metadata to the API", "[apiserver][schema]") {
  CHECK(refusals(R"({"type":"object","properties":{"metadata":{"type":"object"}}})").empty());
  CHECK(
      refusals(
          R"({"type":"object","properties":{"metadata":{"type":"object","properties":{"name":{"type":"string","maxLength":9}}}}})")
          .empty());
  CHECK(
      refusals(
          R"({"type":"object","properties":{"metadata":{"type":"object","properties":{"labels":{"type":"object"}}}}})") ==
      Texts{"schema.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but "
            "metadata is implicitly specified"});
  CHECK(refusals(R"({"type":"object","properties":{"kind":{"type":"integer"}}})") ==
        Texts{"schema.properties[kind].type: Invalid value: \"integer\": must be string"});
}

TEST_CASE("Schema checks the keys of list maps", "[apiserver][schema]") {
  const std::string head = R"({"type":"array","x-kubernetes-list-type":"map",)";
  CHECK(refusals_of_x(head + R"("items":{"type":"object"}})") ==
        Texts{"schema.properties[x].x-kubernetes-list-map-keys: Required value: must not be empty if "
              "x-kubernetes-list-type is map"});
  CHECK(refusals_of_x(head + R"("x-kubernetes-list-map-keys":["a"],"items":{"type":"object"}})") ==
        Texts{"schema.properties[x].x-kubernetes-list-map-keys: Invalid value: [\"a\"]: entries must all be names of "
              "item properties"});
  CHECK(refusals_of_x(
            head +
            R"("x-kubernetes-list-map-keys":["a"],"items":{"type":"object","properties":{"a":{"type":"string"}}}})") ==
        Texts{"schema.properties[x].items.properties[a].default: Required value: this property is in "
              "x-kubernetes-list-map-keys, so it must have a default or be a required property"});
  CHECK(refusals_of_x(R"({"type":"array","items":{"type":"string"},"x-kubernetes-list-type":"bag"})") ==
        Texts{"schema.properties[x].x-kubernetes-list-type: Unsupported value: \"bag\": supported values: \"atomic\", "
              "\"map\", \"set\""});
  CHECK(
      refusals_of_x(R"({"type":"array","items":{"type":"string"},"x-kubernetes-list-map-keys":["a"]})") ==
      Texts{"schema.properties[x].x-kubernetes-list-type: Required value: must be map if x-kubernetes-list-map-keys is "
            "non-empty"});
}

TEST_CASE("Schema refuses defaults that it would not accept", "[apiserver][schema]") {
  CHECK(refusals_of_x(R"({"type":"integer","default":3})").empty());
  CHECK(refusals_of_x(R"({"type":"object","default":{"a":1},"properties":{"b":{"type":"string"}}})") ==
        Texts{"schema.properties[x].default: Invalid value: {\"a\":1}: must not have unknown fields"});
  CHECK(refusals_of_x(R"({"type":"object","default":{"b":1},"properties":{"b":{"type":"string"}}})") ==
        Texts{"schema.properties[x].default.b: Invalid value: \"integer\": b in body must be of type string: "
              "\"integer\""});
  CHECK_FALSE(refusals_of_x(R"({"type":"integer","default":"3"})").empty());
}

TEST_CASE("Schema survives schemas made to hurt", "[apiserver][schema]") {
  SECTION("members of the wrong form are refused, never skipped") {
    for (const char* text :
         {"[]", "7", "null", R"("x")", R"({"type":"object","properties":[]})", R"({"type":7})",
          R"({"type":"object","properties":{"a":7}})", R"({"type":"object","required":"a"})",
          R"({"type":"object","required":[7]})", R"({"type":"object","anyOf":{}})", R"({"type":"object","anyOf":[7]})",
          R"({"type":"object","properties":{"a":{"type":"string","maxLength":"9"}}})",
          R"({"type":"object","properties":{"a":{"type":"string","enum":{}}}})",
          R"({"type":"object","properties":{"a":{"type":"string","pattern":7}}})",
          R"({"type":"object","properties":{"a":{"type":"string","nullable":"yes"}}})",
          R"({"type":"object","properties":{"a":{"type":"array","items":[{"type":"string"}]}}})",
          R"({"type":"object","properties":{"a":{"type":"object","additionalProperties":7}}})",
          R"({"type":"object","properties":{"a":{"type":"array","items":7}}})"}) {
      INFO(text);
      CHECK_FALSE(refusals(text).empty());
    }
  }
  SECTION("depth is what JSON allows") {
    std::string deep = R"({"type":"string"})";
    for (int i = 0; i < 95; ++i) deep = R"({"type":"object","properties":{"a":)" + deep + "}}";
    CHECK(refusals(deep).empty());
    std::string value = "1";
    for (int i = 0; i < 95; ++i) value = R"({"a":)" + value + "}";
    auto schema = Schema::compile(*json::parse(deep), "schema");
    REQUIRE(schema.has_value());
    const auto causes = schema->validate(*json::parse(value));
    REQUIRE(causes.size() == 1);
    CHECK(causes[0].field.size() == 95 * 2 - 1);
  }
  SECTION("combinations within combinations stay cheap") {
    std::string nested = R"({"required":["a"]})";
    for (int i = 0; i < 40; ++i) nested = R"({"anyOf":[)" + nested + R"(,{"not":{"not":{"required":["b"]}}}]})";
    auto schema = Schema::compile(*json::parse(R"({"type":"object",)" + nested.substr(1)), "schema");
    REQUIRE(schema.has_value());
    CHECK_FALSE(schema->validate(*json::parse("{}")).empty());
    CHECK(schema->validate(*json::parse(R"({"a":1})")).empty());
  }
  SECTION("a pattern that would take gigabytes is refused") {
    CHECK_FALSE(refusals_of_x(R"x({"type":"string","pattern":"((((a{1,100}){1,100}){1,100}){1,100})"})x").empty());
    CHECK_FALSE(refusals_of_x(R"({"type":"string","pattern":")" + std::string(200'000, '(') + R"("})").empty());
  }
}

TEST_CASE("Schema is not compiled once others have used up the budget", "[apiserver][schema]") {
  SchemaBudget budget;
  const auto small = json::parse(R"({"type":"object"})");
  REQUIRE(Schema::compile(*small, "schema", budget).has_value());
  while (budget.take_node()) continue;
  REQUIRE_FALSE(Schema::compile(*small, "schema", budget).has_value());
}

TEST_CASE("Schema prunes what it does not name and says where it was", "[apiserver][schema]") {
  auto schema = Schema::compile(*json::parse(R"({"type":"object","properties":{"spec":{"type":"object","properties":{
          "components":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"},
              "values":{"type":"object","x-kubernetes-preserve-unknown-fields":true,
                        "properties":{"known":{"type":"object","properties":{"a":{"type":"string"}}}}}}}},
          "labels":{"type":"object","additionalProperties":{"type":"object","properties":{"a":{"type":"string"}}}}}}}})"),
                                "schema");
  REQUIRE(schema.has_value());
  auto object = json::parse(R"({"apiVersion":"v1","kind":"X","metadata":{"odd":1},"top":1,"spec":{"foo":1,"bar":{"x":1},
      "components":[{"name":"a","bar":1,"values":{"free":{"x":[1]},"known":{"a":"b","c":1}}}],
      "labels":{"k":{"a":"b","c":2}}}})");
  REQUIRE(object.has_value());
  CHECK(schema->prune(*object) == Texts{"top", "spec.foo", "spec.bar", "spec.components[0].bar",
                                        "spec.components[0].values.known.c", "spec.labels.k.c"});
  CHECK(
      json::to_string(*object) ==
      R"({"apiVersion":"v1","kind":"X","metadata":{"odd":1},"spec":{"components":[{"name":"a","values":{"free":{"x":[1]},)"
      R"("known":{"a":"b"}}}],"labels":{"k":{"a":"b"}}}})");
  CHECK(schema->prune(*object).empty());
}

TEST_CASE("Schema prunes a value of another type without harm", "[apiserver][schema]") {
  auto schema = Schema::compile(*json::parse(R"({"type":"object","properties":{"a":{"type":"string"},
      "l":{"type":"array","items":{"type":"string"}}}})"),
                                "schema");
  REQUIRE(schema.has_value());
  auto object = json::parse(R"({"a":{"x":{"y":1}},"l":[{"z":1},[{"w":1}]]})");
  CHECK(schema->prune(*object) == Texts{"a.x", "l[0].z", "l[1][0].w"});
  auto scalar = json::parse("7");
  CHECK(schema->prune(*scalar).empty());
}

TEST_CASE("Schema fills in defaults where members are absent", "[apiserver][schema]") {
  auto schema =
      Schema::compile(*json::parse(R"({"type":"object","properties":{"spec":{"type":"object","default":{},"properties":{
          "namespace":{"type":"string","default":"kyma-system"},
          "free":{"type":"string","nullable":true,"default":"x"},
          "none":{"type":"string"},
          "list":{"type":"array","items":{"type":"object","properties":{"n":{"type":"integer","default":7}}}},
          "map":{"type":"object","additionalProperties":{"type":"object","properties":{"m":{"type":"boolean","default":true}}}}}}}})"),
                      "schema");
  REQUIRE(schema.has_value());
  const auto defaulted = [&](std::string_view text) {
    auto object = json::parse(text);
    REQUIRE(object.has_value());
    schema->apply_defaults(*object, object->GetAllocator());
    return json::canonical(*object);
  };
  CHECK(defaulted("{}") == R"({"spec":{"free":"x","namespace":"kyma-system"}})");
  CHECK(defaulted(R"({"spec":{"namespace":null,"free":null,"none":null}})") ==
        R"({"spec":{"free":null,"namespace":"kyma-system"}})");
  CHECK(defaulted(R"({"spec":{"namespace":"a","free":"b","list":[{},{"n":1}],"map":{"k":{},"gone":null}}})") ==
        R"({"spec":{"free":"b","list":[{"n":7},{"n":1}],"map":{"k":{"m":true}},"namespace":"a"}})");
  CHECK(defaulted("[]") == "[]");
}

TEST_CASE("Schema is usable after its document is gone", "[apiserver][schema]") {
  auto document = std::make_unique<json::Document>(
      json::parse(
          R"({"type":"object","properties":{"spec":{"type":"object","default":{"a":"text that is long enough to be on the heap"},
          "properties":{"a":{"type":"string","enum":["text that is long enough to be on the heap"]}}}}})")
          .value());
  auto schema = Schema::compile(*document, "schema");
  document.reset();
  REQUIRE(schema.has_value());
  auto object = json::parse("{}");
  schema->apply_defaults(*object, object->GetAllocator());
  CHECK(json::string_at(*object, {"spec", "a"}) == "text that is long enough to be on the heap");
  CHECK(schema->validate(*object).empty());
}

}  // namespace kyma::apiserver
