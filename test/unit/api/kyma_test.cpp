#include "operator/api/kyma.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

#include "operator/kube/meta/merge_patch.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::api {
namespace {

constexpr std::string_view kText = R"({
  "apiVersion":"inventory.kyma-project.io/v1alpha1","kind":"Kyma",
  "metadata":{"name":"k","namespace":"ns","uid":"6ba7b810-9dad-11d1-80b4-00c04fd430c8","resourceVersion":"42","generation":3,
              "managedFields":[{"a":{"b":[1]}}],"annotations":{"x":"y"}},
  "spec":{"components":[{"name":"istio","namespace":"istio-system","values":{"b":1,"a":{"c":null}}},
                        {"name":"ory","unknown":[{}]}]},
  "status":{"status":"reconciling","waitingFor":["istio","ory"],"observedGeneration":2,
            "conditions":[{"type":"Other","status":"True","custom":[1]},
                          {"type":"Ready","status":"False","reason":"Installing","message":"2 of 2","observedGeneration":2,
                           "lastTransitionTime":"2026-11-21T22:42:38Z"}]}})";

Kyma decoded(std::string_view text) {
  auto kyma = kube::decode_object<Kyma>(text);
  if (!kyma) FAIL(kyma.error().message);
  return *kyma;
}

}  // namespace

TEST_CASE("Kyma is decoded from what the API server sends", "[api][kyma]") {
  const Kyma kyma = decoded(kText);
  CHECK(kyma.metadata.name == "k");
  CHECK(kyma.metadata.name_space == "ns");
  CHECK(kyma.metadata.resource_version == 42);
  CHECK(kyma.metadata.generation == 3);
  REQUIRE(kyma.spec.components.size() == 2);
  CHECK(kyma.spec.components[0].name == "istio");
  CHECK(kyma.spec.components[0].name_space == "istio-system");
  CHECK(kyma.spec.components[0].values == R"({"a":{"c":null},"b":1})");
  CHECK(kyma.spec.components[1].name == "ory");
  CHECK(kyma.spec.components[1].values.empty());
  CHECK(kyma.status.state == KymaState::reconciling);
  CHECK(kyma.status.waiting_for == std::vector<InternedString>{"istio", "ory"});
  CHECK(kyma.status.observed_generation == 2);
  CHECK(kyma.status.ready.status == ConditionStatus::no);
  CHECK(kyma.status.ready.reason == "Installing");
  CHECK(kyma.status.ready.message == "2 of 2");
  CHECK(kyma.status.ready.last_transition == kube::parse_time("2026-11-21T22:42:38Z"));
  CHECK(kyma.status.other_conditions == R"({"type":"Other","status":"True","custom":[1]})");
}

TEST_CASE("Kyma without spec and status is an empty one", "[api][kyma]") {
  for (const char* text : {"{}", R"({"spec":null,"status":null})", R"({"spec":{"components":null},"status":{}})"}) {
    INFO(text);
    const Kyma kyma = decoded(text);
    CHECK(kyma.spec.components.empty());
    CHECK(kyma.status == KymaStatus());
  }
}

TEST_CASE("Kyma of the wrong form is refused with the place", "[api][kyma]") {
  for (const char* text : {"[]", R"({"spec":7})", R"({"spec":{"components":{}}})", R"({"spec":{"components":[7]}})",
                           R"({"spec":{"components":[{"name":7}]}})", R"({"status":{"observedGeneration":"x"}})",
                           R"({"metadata":[]})", R"({"spec":{}} x)", "{", ""}) {
    INFO(text);
    const auto kyma = kube::decode_object<Kyma>(text);
    REQUIRE_FALSE(kyma.has_value());
    CHECK(kyma.error().message.find("byte") != std::string::npos);
  }
}

TEST_CASE("Kyma states have the names that the CRD allows", "[api][kyma]") {
  for (const KymaState state : {KymaState::none, KymaState::reconciling, KymaState::success, KymaState::error}) {
    CHECK(kyma_state_from_string(to_string(state)) == state);
  }
  CHECK(kyma_state_from_string("Success") == KymaState::none);
}

TEST_CASE("Kyma status patch holds what differs, and turns one status into the other", "[api][kyma]") {
  const Kyma current = decoded(kText);
  CHECK(status_patch(current, current.status).empty());

  KymaStatus wanted = current.status;
  wanted.waiting_for = {"ory"};
  CHECK(status_patch(current, wanted) == R"({"metadata":{"resourceVersion":"42"},"status":{"waitingFor":["ory"]}})");

  wanted.waiting_for = {};
  wanted.state = KymaState::success;
  wanted.observed_generation = 3;
  wanted.ready = {.status = ConditionStatus::yes,
                  .reason = "Installed",
                  .message = "All components are installed.",
                  .last_transition = *kube::parse_time("2026-11-21T22:50:00Z"),
                  .observed_generation = 3};
  const std::string patch = status_patch(current, wanted);
  auto object = json::parse(kText).value();
  const auto change = json::parse(patch).value();
  kube::apply_merge_patch(object, change, object.GetAllocator());
  const Kyma after = decoded(json::to_string(object));
  CHECK(after.status == wanted);
  CHECK(status_patch(after, wanted).empty());
}

TEST_CASE("Kyma status patch of an unknown version has no precondition", "[api][kyma]") {
  KymaStatus wanted;
  wanted.state = KymaState::reconciling;
  CHECK(status_patch(Kyma(), wanted) == R"({"status":{"status":"reconciling"}})");
}

}  // namespace kyma::api
