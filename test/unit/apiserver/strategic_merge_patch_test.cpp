#include "operator/apiserver/strategic_merge_patch.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

#include "operator/apiserver/type_table.hpp"

namespace kyma::apiserver {
namespace {

const TypeDef* type_of(std::string_view api_version, std::string_view kind) {
  return TypeTable::instance().find_kind(api_version, kind);
}

// The outcome as canonical text, or "error: ..." .
std::string merged(std::string_view target, std::string_view patch,
                   const TypeDef* type = type_of("apps/v1", "Deployment")) {
  auto document = json::parse(target).value();
  const auto change = json::parse(patch).value();
  const auto done = apply_strategic_merge_patch(document, change, type, document.GetAllocator());
  return done ? json::to_string(document) : "error " + std::to_string(done.error().http_status);
}

std::string pod(std::string_view spec) { return R"({"spec":{"template":{"spec":)" + std::string(spec) + "}}}"; }

TEST_CASE("Strategic merge finds containers by name and ports by number", "[apiserver][patch]") {
  REQUIRE(merged(pod(R"({"containers":[{"name":"a","image":"a:1","ports":[{"containerPort":80}]},{"name":"b"}]})"),
                 pod(R"({"containers":[{"name":"a","image":"a:2","ports":[{"containerPort":80,"name":"web"},
                                       {"containerPort":81}]}]})")) ==
          pod(R"({"containers":[{"name":"a","image":"a:2","ports":[{"containerPort":80,"name":"web"},)"
              R"({"containerPort":81}]},{"name":"b"}]})"));
}

TEST_CASE("Strategic merge puts what the patch adds in front of what only the server has", "[apiserver][patch]") {
  REQUIRE(merged(pod(R"({"containers":[{"name":"a"},{"name":"b"}]})"), pod(R"({"containers":[{"name":"new"}]})")) ==
          pod(R"({"containers":[{"name":"new"},{"name":"a"},{"name":"b"}]})"));
}

TEST_CASE("Strategic merge obeys $setElementOrder with and without the list", "[apiserver][patch]") {
  const auto live = pod(R"({"containers":[{"name":"a"},{"name":"b"},{"name":"server"}]})");
  REQUIRE(merged(live, pod(R"({"$setElementOrder/containers":[{"name":"b"},{"name":"a"}]})")) ==
          pod(R"({"containers":[{"name":"b"},{"name":"a"},{"name":"server"}]})"));
  REQUIRE(merged(live, pod(R"({"$setElementOrder/containers":[{"name":"b"},{"name":"new"},{"name":"a"}],)"
                           R"("containers":[{"name":"new"}]})")) ==
          pod(R"({"containers":[{"name":"b"},{"name":"new"},{"name":"a"},{"name":"server"}]})"));
  REQUIRE(merged(live, pod(R"({"$setElementOrder/containers":[{"name":"a"}],"containers":[{"name":"new"}]})")) ==
          "error 400");
  REQUIRE(merged(live, pod(R"({"$setElementOrder/containers":7})")) == "error 400");
  REQUIRE(merged(R"({"metadata":{"finalizers":["x/a","x/b"]}})",
                 R"({"metadata":{"$setElementOrder/finalizers":["x/c","x/a"],"finalizers":["x/c"],
                     "$deleteFromPrimitiveList/finalizers":["x/b"]}})") ==
          R"({"metadata":{"finalizers":["x/c","x/a"]}})");
}

TEST_CASE("Strategic merge deletes, replaces and merges as $patch says", "[apiserver][patch]") {
  const auto live = pod(R"({"containers":[{"name":"a"},{"name":"b"}],"nodeSelector":{"x":"1"}})");
  REQUIRE(merged(live, pod(R"({"containers":[{"name":"a","$patch":"delete"}]})")) ==
          pod(R"({"containers":[{"name":"b"}],"nodeSelector":{"x":"1"}})"));
  REQUIRE(merged(live, pod(R"({"containers":[{"name":"c"},{"$patch":"replace"}]})")) ==
          pod(R"({"containers":[{"name":"c"}],"nodeSelector":{"x":"1"}})"));
  REQUIRE(merged(live, pod(R"({"nodeSelector":{"y":"2","$patch":"replace"}})")) ==
          pod(R"({"containers":[{"name":"a"},{"name":"b"}],"nodeSelector":{"y":"2"}})"));
  REQUIRE(merged(live, pod(R"({"nodeSelector":{"y":"2","$patch":"merge"}})")) ==
          pod(R"({"containers":[{"name":"a"},{"name":"b"}],"nodeSelector":{"x":"1","y":"2"}})"));
  REQUIRE(merged(live, pod(R"({"nodeSelector":{"$patch":"delete"}})")) ==
          pod(R"({"containers":[{"name":"a"},{"name":"b"}],"nodeSelector":{}})"));
  REQUIRE(merged(live, pod(R"({"nodeSelector":{"$patch":"smash"}})")) == "error 400");
  REQUIRE(merged(live, pod(R"({"containers":[{"name":"a","$patch":"smash"}]})")) == "error 400");
  REQUIRE(merged(live, pod(R"({"containers":[{"$patch":"delete"}]})")) == "error 422");
  REQUIRE(merged(live, pod(R"({"containers":[{"image":"nameless"}]})")) == "error 422");
  REQUIRE(merged(live, pod(R"({"containers":[7]})")) == "error 422");
}

TEST_CASE("Strategic merge keeps only what $retainKeys names", "[apiserver][patch]") {
  REQUIRE(merged(R"({"spec":{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}}}})",
                 R"({"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}})") ==
          R"({"spec":{"strategy":{"type":"Recreate"}}})");
  REQUIRE(merged(pod(R"({"volumes":[{"name":"v","emptyDir":{}}]})"),
                 pod(R"({"volumes":[{"name":"v","$retainKeys":["name","secret"],"secret":{"secretName":"s"}}]})")) ==
          pod(R"({"volumes":[{"name":"v","secret":{"secretName":"s"}}]})"));
  REQUIRE(merged(R"({"spec":{"strategy":{}}})",
                 R"({"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate","rollingUpdate":{}}}})") ==
          "error 400");
}

TEST_CASE("Strategic merge replaces atomic lists, maps of other types and what it does not know",
          "[apiserver][patch]") {
  const auto* binding = type_of("rbac.authorization.k8s.io/v1", "RoleBinding");
  REQUIRE(merged(R"({"subjects":[{"name":"a"},{"name":"b"}]})", R"({"subjects":[{"name":"c"}]})", binding) ==
          R"({"subjects":[{"name":"c"}]})");
  const auto* budget = type_of("policy/v1", "PodDisruptionBudget");
  REQUIRE(merged(R"({"spec":{"selector":{"matchLabels":{"a":"b"}},"minAvailable":1}})",
                 R"({"spec":{"selector":{"matchLabels":{"c":"d"}}}})",
                 budget) == R"({"spec":{"selector":{"matchLabels":{"c":"d"}},"minAvailable":1}})");
  REQUIRE(merged(R"({"a":[1],"b":{"c":1}})", R"({"a":[2],"b":[3],"d":{"e":null,"f":1}})", nullptr) ==
          R"({"a":[2],"b":[3],"d":{"f":1}})");
}

TEST_CASE("The type table has the merge keys that clients count on", "[apiserver][types]") {
  struct Expected {
    std::string_view type;
    std::string_view field;
    std::string_view key;
  };
  const auto key_of = [](const Expected& expected) -> std::string {
    const auto dot = expected.type.rfind('.');
    const auto* type = TypeTable::instance().find(expected.type.substr(0, dot), expected.type.substr(dot + 1));
    const auto* field = type ? type->member(expected.field) : nullptr;
    if (!field) return "no such field";
    return field->merges ? std::string(field->merge_key) : "atomic";
  };
  for (const auto& expected : {
           Expected{"io.k8s.api.core.v1.PodSpec", "containers", "name"},
           Expected{"io.k8s.api.core.v1.PodSpec", "initContainers", "name"},
           Expected{"io.k8s.api.core.v1.PodSpec", "volumes", "name"},
           Expected{"io.k8s.api.core.v1.PodSpec", "imagePullSecrets", "name"},
           Expected{"io.k8s.api.core.v1.PodSpec", "hostAliases", "ip"},
           Expected{"io.k8s.api.core.v1.PodSpec", "topologySpreadConstraints", "topologyKey"},
           Expected{"io.k8s.api.core.v1.PodSpec", "tolerations", "atomic"},
           Expected{"io.k8s.api.core.v1.Container", "ports", "containerPort"},
           Expected{"io.k8s.api.core.v1.Container", "env", "name"},
           Expected{"io.k8s.api.core.v1.Container", "envFrom", "atomic"},
           Expected{"io.k8s.api.core.v1.Container", "volumeMounts", "mountPath"},
           Expected{"io.k8s.api.core.v1.Container", "args", "atomic"},
           Expected{"io.k8s.api.core.v1.ServiceSpec", "ports", "port"},
           Expected{"io.k8s.api.core.v1.ServiceAccount", "secrets", "name"},
           Expected{"io.k8s.api.core.v1.ServiceAccount", "imagePullSecrets", "atomic"},
           Expected{"io.k8s.api.core.v1.PodStatus", "conditions", "type"},
           Expected{"io.k8s.api.apps.v1.DeploymentStatus", "conditions", "type"},
           Expected{"io.k8s.api.batch.v1.JobStatus", "conditions", "type"},
           Expected{"io.k8s.api.rbac.v1.RoleBinding", "subjects", "atomic"},
           Expected{"io.k8s.api.rbac.v1.Role", "rules", "atomic"},
           Expected{"io.k8s.api.networking.v1.IngressSpec", "rules", "atomic"},
           Expected{"io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration", "webhooks", "name"},
           Expected{"io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", "finalizers", ""},
           Expected{"io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", "ownerReferences", "uid"},
       }) {
    INFO(expected.type << "." << expected.field);
    REQUIRE(key_of(expected) == expected.key);
  }
}

}  // namespace
}  // namespace kyma::apiserver
