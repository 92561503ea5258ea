#include "operator/api/helm_component.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

#include "operator/api/values.hpp"
#include "operator/kube/meta/merge_patch.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::api {
namespace {

constexpr std::string_view kText = R"({
  "apiVersion":"inventory.kyma-project.io/v1alpha1","kind":"HelmComponent",
  "metadata":{"name":"k-istio","namespace":"ns","resourceVersion":"7","generation":2,
    "ownerReferences":[{"apiVersion":"inventory.kyma-project.io/v1alpha1","kind":"Kyma","name":"k",
                        "uid":"6ba7b810-9dad-11d1-80b4-00c04fd430c8","controller":true,"blockOwnerDeletion":true}]},
  "spec":{"componentName":"istio","namespace":"istio-system","chartLocation":"net/istio","version":"1.2.3",
          "values":{"b":[1,2],"a":"x"}},
  "status":{"status":"failing","lastReconciliation":"2026-11-21T22:42:38.000042Z","observedGeneration":2,"message":"m",
            "manifestDigest":"d"}})";

HelmComponent decoded(std::string_view text) {
  auto component = kube::decode_object<HelmComponent>(text);
  if (!component) FAIL(component.error().message);
  return *component;
}

// The object after a merge patch, as a server would store it.
std::string patched(std::string_view text, std::string_view patch) {
  auto object = json::parse(text).value();
  const auto change = json::parse(patch).value();
  kube::apply_merge_patch(object, change, object.GetAllocator());
  return json::to_string(object);
}

}  // namespace

TEST_CASE("HelmComponent is decoded from what the API server sends", "[api][helm_component]") {
  const HelmComponent component = decoded(kText);
  CHECK(component.metadata.name == "k-istio");
  REQUIRE(component.metadata.controller() != nullptr);
  CHECK(component.metadata.controller()->name == "k");
  CHECK(component.spec->component_name == "istio");
  CHECK(component.spec->target_namespace() == "istio-system");
  CHECK(component.spec->chart_location == "net/istio");
  CHECK(component.spec->version == "1.2.3");
  CHECK(component.spec->values == R"({"a":"x","b":[1,2]})");
  CHECK(component.status.state == ComponentState::failing);
  CHECK(kube::format_micro_time(component.status.last_reconciliation) == "2026-11-21T22:42:38.000042Z");
  CHECK(component.status.observed_generation == 2);
  CHECK(component.status.message == "m");
  CHECK(component.status.manifest_digest == "d");
  CHECK(component.current_state() == ComponentState::failing);
}

TEST_CASE("HelmComponent's status of an older generation does not count", "[api][helm_component]") {
  HelmComponent component = decoded(kText);
  component.metadata.generation = 3;
  CHECK(component.current_state() == ComponentState::none);
}

TEST_CASE("HelmComponent takes odd statuses for none rather than failing", "[api][helm_component]") {
  const HelmComponent component =
      decoded(R"({"spec":{"componentName":"a"},"status":{"status":"sleeping","lastReconciliation":"soon"}})");
  CHECK(component.status.state == ComponentState::none);
  CHECK_FALSE(component.status.has_last_reconciliation());
  CHECK(component.spec->target_namespace() == "kyma-system");
}

TEST_CASE("HelmComponent of the wrong form is refused", "[api][helm_component]") {
  for (const char* text : {"7", R"({"spec":[]})", R"({"spec":{"componentName":{}}})", R"({"status":"success"})",
                           R"({"metadata":{"ownerReferences":{}}})", "{\"spec\":"}) {
    INFO(text);
    CHECK_FALSE(kube::decode_object<HelmComponent>(text).has_value());
  }
}

TEST_CASE("Component states have the names that the CRD allows", "[api][helm_component]") {
  for (const ComponentState state : kComponentStates) CHECK(component_state_from_string(to_string(state)) == state);
  CHECK(component_state_from_string("Success") == ComponentState::none);
}

TEST_CASE("HelmComponent's create body reads back as the same component", "[api][helm_component]") {
  const HelmComponent component = decoded(kText);
  const std::string body = create_body(component);
  const HelmComponent created = decoded(body);
  CHECK(created.metadata.name == component.metadata.name);
  CHECK(created.metadata.name_space == component.metadata.name_space);
  CHECK(created.metadata.owner_references == component.metadata.owner_references);
  CHECK(created.spec->component_name == component.spec->component_name);
  CHECK(created.spec->chart_location == component.spec->chart_location);
  CHECK(created.spec->version == component.spec->version);
  CHECK(same_wish(created.spec, component.spec));
  CHECK(created.status == HelmComponentStatus());
  const auto document = json::parse(body).value();
  CHECK(json::string_at(document, {"apiVersion"}) == "inventory.kyma-project.io/v1alpha1");
  CHECK(json::string_at(document, {"kind"}) == "HelmComponent");
  CHECK(json::find(document, {"metadata", "resourceVersion"}) == nullptr);
}

TEST_CASE("HelmComponent status patch is minimal and clears with null", "[api][helm_component]") {
  const HelmComponent current = decoded(kText);
  CHECK(status_patch(current, current.status).empty());

  HelmComponentStatus wanted = current.status;
  wanted.state = ComponentState::retrying;
  wanted.last_reconciliation = *kube::parse_time("2026-11-21T22:42:43.000042Z");
  CHECK(
      status_patch(current, wanted) ==
      R"({"metadata":{"resourceVersion":"7"},"status":{"status":"retrying","lastReconciliation":"2026-11-21T22:42:43.000042Z"}})");

  wanted = current.status;
  wanted.message = {};
  CHECK(status_patch(current, wanted) == R"({"metadata":{"resourceVersion":"7"},"status":{"message":null}})");

  wanted = {.last_reconciliation = *kube::parse_time("2027-01-01T00:00:00Z"),
            .observed_generation = 5,
            .message = "a \"quoted\" message",
            .manifest_digest = "e",
            .state = ComponentState::error};
  CHECK(decoded(patched(kText, status_patch(current, wanted))).status == wanted);
  CHECK(decoded(patched(kText, status_patch(current, HelmComponentStatus()))).status == HelmComponentStatus());
}

TEST_CASE("HelmComponent spec patch leads to the wish and touches nothing else", "[api][helm_component]") {
  const HelmComponent current = decoded(kText);
  HelmComponentSpec wanted = current.spec;
  CHECK(spec_patch(current, wanted) == "");
  wanted.chart_location = "elsewhere";  // not a Kyma's business
  CHECK(spec_patch(current, wanted) == "");

  wanted.name_space = {};
  wanted.values = R"({"a":{"n":1}})";
  const auto patch = spec_patch(current, wanted);
  REQUIRE(patch.has_value());
  const HelmComponent after = decoded(patched(kText, *patch));
  CHECK(same_wish(after.spec, wanted));
  CHECK(after.spec->chart_location == "net/istio");
  CHECK(after.spec->version == "1.2.3");
  CHECK(after.status == current.status);
}

TEST_CASE("HelmComponent values with a null are put right by an update", "[api][helm_component]") {
  const HelmComponent current = decoded(kText);
  HelmComponentSpec wanted = current.spec;
  wanted.values = R"({"a":null})";
  CHECK_FALSE(spec_patch(current, wanted).has_value());
  const auto replaced = replace_wish(kText, wanted);
  REQUIRE(replaced.has_value());
  CHECK(same_wish(decoded(*replaced).spec, wanted));
  CHECK(decoded(*replaced).metadata.resource_version == 7);
  CHECK_FALSE(replace_wish("[]", wanted).has_value());
}

TEST_CASE("Equal values are one text, however they were written", "[api][values]") {
  const auto values_of = [](std::string_view text) {
    json::Reader reader(text);
    InternedString values;
    decode_values(reader, values);
    CHECK(reader.finish());
    return values;
  };
  CHECK(values_of(R"({"a":1,"b":{"d":2,"c":[3]}})") == values_of("{ \"b\": {\"c\":[3], \"d\":2}, \"a\" : 1 }"));
  CHECK(values_of("{}").empty());
  CHECK(values_of("null").empty());
  CHECK_FALSE(values_of(R"({"a":1})") == values_of(R"({"a":"1"})"));
}

TEST_CASE("Values patch turns one value into the other", "[api][values]") {
  struct Case {
    const char* current;
    const char* wanted;
  };
  for (const auto& [current, wanted] :
       {Case{"", R"({"a":1})"}, Case{R"({"a":1})", ""}, Case{R"({"a":1,"b":2})", R"({"b":3,"c":{"d":[null]}})"},
        Case{R"({"a":{"b":1,"c":2}})", R"({"a":{"c":2}})"}, Case{R"({"a":[1]})", R"({"a":{"b":1}})"},
        Case{R"({"a":{"b":1}})", R"({"a":7})"}}) {
    INFO(current << " -> " << wanted);
    const auto patch = values_patch(InternedString(current), InternedString(wanted));
    REQUIRE(patch.has_value());
    const std::string before = *current == '\0' ? "{}" : R"({"values":)" + std::string(current) + "}";
    const std::string after = *wanted == '\0' ? "{}" : R"({"values":)" + std::string(wanted) + "}";
    CHECK(json::canonical(json::parse(patched(before, R"({"values":)" + *patch + "}")).value()) ==
          json::canonical(json::parse(after).value()));
  }
  CHECK_FALSE(values_patch("", R"({"a":{"b":null}})").has_value());
  CHECK_FALSE(values_patch(R"({"a":1})", R"({"a":null})").has_value());
  CHECK(values_patch(R"({"a":null})", R"({"a":null,"b":1})") == R"({"b":1})");
}

TEST_CASE("HelmComponent stays small, since tens of thousands are held", "[api][helm_component]") {
  CHECK(sizeof(HelmComponent) <= 208);
  CHECK(sizeof(HelmComponent) + sizeof(kube::OwnerReference) <= 280);
}

}  // namespace kyma::api
