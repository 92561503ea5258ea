#include "test/support/kymas.hpp"

#include <fmt/format.h>

#include <tuple>

#include "operator/kube/meta/json.hpp"

namespace kyma::test {
namespace {

void write_components(json::Writer& writer, const std::vector<std::string>& components) {
  writer.key("components").array([&] {
    for (const auto& name : components) writer.object([&] { writer.key("name").string(name); });
  });
}

}  // namespace

const std::vector<std::string>& reference_components() {
  static const std::vector<std::string> names{"istio",
                                              "cluster-essentials",
                                              "certificates",
                                              "istio-resources",
                                              "logging",
                                              "tracing",
                                              "kiali",
                                              "monitoring",
                                              "eventing",
                                              "ory",
                                              "api-gateway",
                                              "service-catalog",
                                              "service-catalog-addons",
                                              "rafter",
                                              "helm-broker",
                                              "cluster-users",
                                              "serverless",
                                              "application-connector"};
  return names;
}

std::string kyma_json(std::string_view name, const std::vector<std::string>& components, std::string_view name_space) {
  json::Writer writer;
  writer.object([&] {
    writer.key("apiVersion").string("inventory.kyma-project.io/v1alpha1").key("kind").string("Kyma");
    writer.key("metadata").object([&] { writer.key("name").string(name).key("namespace").string(name_space); });
    writer.key("spec").object([&] { write_components(writer, components); });
  });
  return writer.str();
}

std::string components_patch(const std::vector<std::string>& components) {
  json::Writer writer;
  writer.object([&] { writer.key("spec").object([&] { write_components(writer, components); }); });
  return writer.str();
}

std::string component_json(std::string_view name, std::string_view component_name, std::string_view name_space) {
  json::Writer writer;
  writer.object([&] {
    writer.key("apiVersion").string("inventory.kyma-project.io/v1alpha1").key("kind").string("HelmComponent");
    writer.key("metadata").object([&] { writer.key("name").string(name).key("namespace").string(name_space); });
    writer.key("spec").object([&] { writer.key("componentName").string(component_name); });
  });
  return writer.str();
}

std::vector<std::string> lenient_crd_manifests() {
  constexpr std::string_view kTemplate =
      R"({{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",)"
      R"("metadata":{{"name":"{plural}.inventory.kyma-project.io"}},)"
      R"("spec":{{"group":"inventory.kyma-project.io","scope":"Namespaced",)"
      R"("names":{{"plural":"{plural}","singular":"{singular}","kind":"{kind}","listKind":"{kind}List"}},)"
      R"("versions":[{{"name":"v1alpha1","served":true,"storage":true,"subresources":{{"status":{{}}}},)"
      R"("schema":{{"openAPIV3Schema":{{"type":"object","properties":{{)"
      R"("spec":{{"type":"object","x-kubernetes-preserve-unknown-fields":true}},)"
      R"("status":{{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}}}}}}]}}}})";
  std::vector<std::string> result;
  for (const auto& [plural, singular, kind] :
       {std::tuple{"kymas", "kyma", "Kyma"}, std::tuple{"helmcomponents", "helmcomponent", "HelmComponent"}}) {
    result.push_back(fmt::format(fmt::runtime(kTemplate), fmt::arg("plural", plural), fmt::arg("singular", singular),
                                 fmt::arg("kind", kind)));
  }
  return result;
}

}  // namespace kyma::test
