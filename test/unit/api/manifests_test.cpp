#include "operator/api/manifests.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "operator/api/kyma.hpp"
#include "operator/apiserver/schema_validator.hpp"
#include "operator/apiserver/table_printer.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::api {
namespace {

using Texts = std::vector<std::string>;

// One of our CRDs, with the schema that a server makes of it.
struct Definition {
  json::Document crd;
  apiserver::Schema schema;
};

const json::Value& version_of(const json::Document& crd) { return crd["spec"]["versions"][0]; }

apiserver::Schema compiled(const json::Document& crd) {
  auto schema = apiserver::Schema::compile(version_of(crd)["schema"]["openAPIV3Schema"], "schema");
  if (!schema) FAIL(schema.error().causes.front().field + ": " + schema.error().causes.front().message);
  return *schema;
}

Definition definition_of(std::string_view kind) {
  for (const std::string_view text : crd_manifests()) {
    auto crd = json::parse(text).value();
    if (json::string_at(crd, {"spec", "names", "kind"}) != kind) continue;
    apiserver::Schema schema = compiled(crd);
    return {std::move(crd), std::move(schema)};
  }
  FAIL("no CRD of kind " + std::string(kind));
  throw std::logic_error("unreachable");
}

Texts faults(const Definition& definition, std::string_view text) {
  auto object = json::parse(text);
  REQUIRE(object.has_value());
  Texts texts;
  for (const auto& field : definition.schema.prune(*object)) texts.push_back("unknown " + field);
  definition.schema.apply_defaults(*object, object->GetAllocator());
  for (const auto& cause : definition.schema.validate(*object)) texts.push_back(cause.field + ": " + cause.message);
  return texts;
}

std::string cells(const Definition& definition, std::string_view text) {
  const auto printer =
      apiserver::TablePrinter::for_columns(json::find(version_of(definition.crd), "additionalPrinterColumns"));
  const auto object = json::parse(text);
  json::Writer writer;
  writer.array([&] { printer->write_cells(writer, *object, *kube::parse_time("2026-11-21T12:00:00Z")); });
  return writer.str();
}

}  // namespace

TEST_CASE("Manifests hold the three CRDs with what a server asks of them", "[api][manifests]") {
  std::set<std::string> kinds;
  std::set<std::string> short_names;
  for (const std::string_view text : crd_manifests()) {
    const auto crd = json::parse(text).value();
    CHECK(json::string_at(crd, {"apiVersion"}) == "apiextensions.k8s.io/v1");
    CHECK(json::string_at(crd, {"kind"}) == "CustomResourceDefinition");
    const std::string plural(json::string_at(crd, {"spec", "names", "plural"}));
    const std::string group(json::string_at(crd, {"spec", "group"}));
    INFO(plural);
    CHECK(group == "inventory.kyma-project.io");
    CHECK(json::string_at(crd, {"metadata", "name"}) == plural + "." + group);
    CHECK(json::string_at(crd, {"spec", "scope"}) == "Namespaced");
    kinds.emplace(json::string_at(crd, {"spec", "names", "kind"}));
    // A category hides a resource of the same name from kubectl get.
    for (const auto& category : crd["spec"]["names"]["categories"].GetArray()) {
      CHECK(json::view(category) != json::string_at(crd, {"spec", "names", "singular"}));
    }
    if (const auto* names = json::find(crd, {"spec", "names", "shortNames"}); names != nullptr) {
      for (const auto& name : names->GetArray()) CHECK(short_names.emplace(json::view(name)).second);
    }
    const json::Value& version = version_of(crd);
    CHECK(json::string_at(version, {"name"}) == "v1alpha1");
    CHECK(json::find(version, {"subresources", "status"}) != nullptr);
    CHECK(version["served"].IsTrue());
    CHECK(version["storage"].IsTrue());
    CHECK(apiserver::TablePrinter::check_columns(version["additionalPrinterColumns"], "columns").empty());
    compiled(crd);
  }
  CHECK(kinds == std::set<std::string>{"Kyma", "HelmComponent", "Cluster"});
}

TEST_CASE("Manifests describe every field that a user may set", "[api][manifests]") {
  std::vector<const json::Value*> pending;
  std::vector<json::Document> crds;
  for (const std::string_view text : crd_manifests()) crds.push_back(json::parse(text).value());
  for (const auto& crd : crds) pending.push_back(&version_of(crd)["schema"]["openAPIV3Schema"]);
  std::size_t described = 0;
  while (!pending.empty()) {
    const json::Value& schema = *pending.back();
    pending.pop_back();
    INFO(json::to_string(schema));
    if (json::find(schema, "items") != nullptr) pending.push_back(json::find(schema, "items"));
    const json::Value* properties = json::find(schema, "properties");
    if (properties == nullptr) continue;
    for (const auto& member : properties->GetObject()) {
      if (json::view(member.name) == "metadata") continue;
      INFO(json::view(member.name));
      CHECK_FALSE(json::string_at(member.value, {"description"}).empty());
      ++described;
      pending.push_back(&member.value);
    }
  }
  CHECK(described > 40);
}

TEST_CASE("Sample Kyma is the reference Kyma, and its CRD accepts it", "[api][manifests]") {
  const auto kyma = kube::decode_object<Kyma>(sample_kyma_manifest());
  REQUIRE(kyma.has_value());
  CHECK(kyma->metadata.name == "kyma-sample");
  CHECK(kyma->metadata.name_space == "default");
  REQUIRE(kyma->spec.components.size() == 18);
  std::map<std::string, std::string> elsewhere;
  std::set<std::size_t> lengths;
  for (const KymaComponent& component : kyma->spec.components) {
    lengths.insert(component.name.size());
    CHECK(component.values.empty());
    if (!component.name_space.empty()) elsewhere[component.name.str()] = component.name_space.str();
  }
  CHECK(lengths.size() == 13);
  CHECK(*lengths.rbegin() == 22);
  CHECK(elsewhere == std::map<std::string, std::string>{{"istio", "istio-system"},
                                                        {"certificates", "istio-system"},
                                                        {"application-connector", "kyma-integration"}});
  CHECK(faults(definition_of("Kyma"), sample_kyma_manifest()).empty());
}

TEST_CASE("Kyma CRD refuses what cannot be installed", "[api][manifests]") {
  const Definition kyma = definition_of("Kyma");
  CHECK(faults(kyma, R"({"spec":{"components":[]}})").empty());
  CHECK(faults(kyma, R"({})").empty());
  CHECK(faults(kyma, R"({"spec":{"components":[{"name":"a","values":{"deep":{"free":[1,null]}}}]}})").empty());
  CHECK(faults(kyma, R"({"spec":{"components":[{"name":"a"},{"name":"b"},{"name":"a"}]}})") ==
        Texts{R"(spec.components[2]: Duplicate value: {"name":"a"})"});
  CHECK(faults(kyma, R"({"spec":{"components":[{}]}})") == Texts{"spec.components[0].name: Required value"});
  CHECK(
      faults(kyma, R"({"spec":{"components":[{"name":"A_b"}]}})") ==
      Texts{
          R"(spec.components[0].name: Invalid value: "A_b": spec.components[0].name in body should match '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')"});
  CHECK(faults(kyma, R"({"spec":{"components":[{"name":")" + std::string(64, 'a') + R"("}]}})") ==
        Texts{"spec.components[0].name: Too long: may not be more than 63 bytes"});
  CHECK(faults(kyma, R"({"spec":{"components":[{"name":"a","extra":1}]}})") ==
        Texts{"unknown spec.components[0].extra"});
  CHECK(faults(kyma, R"({"spec":{"components":[{"name":"a","values":"x"}]}})").size() == 1);
  CHECK(faults(kyma, R"({"status":{"status":"done"}})") ==
        Texts{R"(status.status: Unsupported value: "done": supported values: "reconciling", "success", "error")"});
}

TEST_CASE("HelmComponent CRD defaults the target namespace and refuses what cannot be installed", "[api][manifests]") {
  const Definition component = definition_of("HelmComponent");
  auto object = json::parse(R"({"spec":{"componentName":"istio"}})");
  component.schema.apply_defaults(*object, object->GetAllocator());
  CHECK(json::string_at(*object, {"spec", "namespace"}) == "kyma-system");
  CHECK(faults(component, R"({})") == Texts{"spec: Required value"});
  CHECK(faults(component, R"({"spec":{}})") == Texts{"spec.componentName: Required value"});
  CHECK(faults(component, R"({"spec":{"componentName":"a","chartLocation":"","version":""}})").size() == 2);
  CHECK(faults(component, R"({"spec":{"componentName":"a"},"status":{"status":"retrying",
      "lastReconciliation":"2026-11-21T22:42:38.000042Z","observedGeneration":2,"message":"","manifestDigest":"x"}})")
            .empty());
  CHECK(faults(component, R"({"spec":{"componentName":"a"},"status":{"lastReconciliation":"now"}})").size() == 1);
}

TEST_CASE("Cluster CRD asks for provider and region", "[api][manifests]") {
  const Definition cluster = definition_of("Cluster");
  CHECK(faults(cluster, R"({"spec":{}})") == Texts{"spec.provider: Required value", "spec.region: Required value"});
  CHECK(
      faults(cluster, R"({"spec":{"provider":"azure","region":"westeurope","oidc":{"clientID":"kyma","groupsClaim":"g",
      "issuerURL":"https://a.example","signingAlgs":["RS256"],"usernameClaim":"email","usernamePrefix":"-"}}})")
          .empty());
  CHECK(faults(cluster, R"({"spec":{"provider":"a","region":"b","oidc":{"clientID":"k","issuerURL":"http://a"}}})")
            .size() == 1);
}

TEST_CASE("kubectl get shows how far things are", "[api][manifests]") {
  CHECK(cells(definition_of("Kyma"),
              R"({"metadata":{"name":"k","creationTimestamp":"2026-11-21T11:59:30Z"},
                  "status":{"status":"reconciling","waitingFor":["a","b"],"conditions":[{"type":"Ready","message":"m"}]}})") ==
        R"(["k","reconciling","[\"a\",\"b\"]","m","30s"])");
  CHECK(cells(definition_of("HelmComponent"),
              R"({"metadata":{"name":"k-a","creationTimestamp":"2026-11-21T11:59:30Z"},
                  "spec":{"componentName":"a","namespace":"kyma-system"},"status":{"status":"pending"}})") ==
        R"(["k-a","a","pending","kyma-system",null,"30s"])");
  CHECK(cells(definition_of("Cluster"), R"({"metadata":{"name":"c"},"spec":{"provider":"p","region":"r"}})") ==
        R"(["c","p","r",null])");
}

}  // namespace kyma::api
