#include <catch2/catch_test_macros.hpp>

#include "test/unit/apiserver/test_api.hpp"

namespace kyma::apiserver::test {
namespace {

constexpr std::string_view kLamps = "/apis/example.com/v1/namespaces/default/lamps";

std::string definition(std::string_view fields, std::string_view schema_more = {}) {
  return R"({"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
"metadata":{"name":"lamps.example.com"},"spec":{"group":"example.com","scope":"Namespaced",
"names":{"plural":"lamps","kind":"Lamp"},"versions":[{"name":"v1","served":true,"storage":true,"selectableFields":)" +
         std::string(fields) +
         R"(,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{
"colour":{"type":"string"},"watts":{"type":"integer"},"on":{"type":"boolean"},"weight":{"type":"number"},
"tags":{"type":"array","items":{"type":"string"}}})" +
         std::string(schema_more) + "}}}}}]}}";
}

std::string lamp(std::string_view name, std::string_view spec) {
  return R"({"apiVersion":"example.com/v1","kind":"Lamp","metadata":{"name":")" + std::string(name) + R"("},"spec":)" +
         std::string(spec) + "}";
}

std::string selected(TestApi& api, std::string_view selector) {
  const auto answer = api.get(std::string(kLamps) + "?fieldSelector=" + std::string(selector));
  if (answer.status != 200) return answer.message();
  std::string result;
  for (const auto& item : json::find(answer.json, "items")->GetArray()) {
    result += std::string(json::string_at(item, {"metadata", "name"})) + " ";
  }
  return result;
}

TEST_CASE("Custom resources are selected by the fields that their definition names", "[apiserver][crd][selector]") {
  TestApi api;
  const auto made = api.post(
      kDefinitions, definition(R"([{"jsonPath":".spec.colour"},{"jsonPath":".spec.watts"},{"jsonPath":".spec.on"}])"));
  REQUIRE(made.status == 201);
  api.post(kLamps, lamp("a", R"({"colour":"red","watts":5,"on":true})"));
  api.post(kLamps, lamp("b", R"({"colour":"blue","watts":5,"on":false})"));
  api.post(kLamps, lamp("c", R"({"watts":-7})"));

  REQUIRE(selected(api, "spec.colour%3Dred") == "a ");
  REQUIRE(selected(api, "spec.colour!%3Dred") == "b c ");
  REQUIRE(selected(api, "spec.colour%3D") == "c ");
  REQUIRE(selected(api, "spec.watts%3D5,spec.on%3Dfalse") == "b ");
  REQUIRE(selected(api, "spec.watts%3D-7") == "c ");
  REQUIRE(selected(api, "spec.on%3Dtrue,metadata.name%3Da") == "a ");
  REQUIRE(selected(api, "spec.tags%3Dx") == "field label not supported: spec.tags");

  const auto watch = api.watch(
      std::string(kLamps) + "?watch=true&fieldSelector=spec.colour%3Dred&resourceVersion=" + api.get(kLamps).version());
  api.patch(std::string(kLamps) + "/b", R"({"spec":{"colour":"red"}})");
  api.patch(std::string(kLamps) + "/a", R"({"spec":{"colour":"blue"}})");
  api.settle();
  REQUIRE(watch->str() == "ADDED b, DELETED a");
}

TEST_CASE("Selectable fields of a definition are validated", "[apiserver][crd][validation]") {
  TestApi api;
  const auto refusal = [&](std::string_view fields) { return api.post(kDefinitions, definition(fields)).message(); };
  const auto says = [](const std::string& message, std::string_view what) {
    return message.find(what) != message.npos;
  };
  REQUIRE(says(refusal(R"([{"jsonPath":".spec.nothing"}])"), "does not refer to a valid field"));
  REQUIRE(
      says(refusal(R"([{"jsonPath":".spec.weight"}])"), "must point to a field of type string, boolean or integer"));
  REQUIRE(says(refusal(R"([{"jsonPath":".spec.tags"}])"), "must point to a field of type string, boolean or integer"));
  REQUIRE(says(refusal(R"([{"jsonPath":".metadata.name"}])"), "must not point to fields in metadata"));
  REQUIRE(says(refusal(R"([{"jsonPath":"spec.colour"}])"), "is an invalid path"));
  REQUIRE(says(refusal(R"([{"jsonPath":".spec.tags[0]"}])"), "is an invalid path"));
  REQUIRE(says(refusal(R"([{"jsonPath":"."}])"), "is an invalid path"));
  REQUIRE(says(refusal(R"([{}])"), "selectableFields[0].jsonPath: Required value"));
  REQUIRE(
      says(refusal(R"([{"jsonPath":".spec.on"},{"jsonPath":".spec.on"}])"), "selectableFields[1].jsonPath: Duplicate"));
  std::string many;
  for (int i = 0; i < 9; ++i) many += (i ? "," : "[") + std::string(R"({"jsonPath":".spec.on"})");
  REQUIRE(says(refusal(many + "]"), "selectableFields: Too many: 9: must have at most 8 items"));
}

TEST_CASE("Definition with rules in CEL is accepted with a warning that nobody evaluates them", "[apiserver][crd]") {
  TestApi api;
  const auto made = api.post(
      kDefinitions,
      definition("[]", R"json(,"x-kubernetes-validations":[{"rule":"self.watts < 100"},{"rule":"has(self.on)"}])json"));
  REQUIRE(made.status == 201);
  REQUIRE(made.headers.get("Warning") ==
          "299 - \"this server does not evaluate the rules in CEL (x-kubernetes-validations) of version v1: 2, the "
          "first of them at spec\"");
  REQUIRE(api.post(kLamps, lamp("bright", R"({"watts":1000})")).status == 201);
  REQUIRE(json::find((*json::find(made.json, {"spec", "versions"}))[0],
                     {"schema", "openAPIV3Schema", "properties", "spec", "x-kubernetes-validations"}) != nullptr);
  const std::string path = std::string(kDefinitions) + "/lamps.example.com";
  REQUIRE(api.patch(path, R"({"metadata":{"labels":{"a":"b"}}})").headers.contains("Warning"));
  api.remove(path);
  api.settle();
  REQUIRE_FALSE(api.post(kDefinitions, definition("[]")).headers.contains("Warning"));
}

}  // namespace
}  // namespace kyma::apiserver::test
