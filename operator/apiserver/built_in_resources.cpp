#include "operator/apiserver/built_in_resources.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

#include "operator/apiserver/built_in_schemas.hpp"
#include "operator/apiserver/built_in_strategies.hpp"
#include "operator/apiserver/crd_strategy.hpp"

namespace kyma::apiserver {
namespace {

struct BuiltIn {
  kube::ResourceType type;
  std::string singular;
  std::vector<std::string> short_names;
  std::string_view schema;
  std::shared_ptr<const Strategy> strategy = {};
  bool has_status = false;
  bool has_generation = false;
  bool unconditional_update = true;
  bool expires = false;
};

ResourcePtr make_resource(BuiltIn built_in, Storage& storage) {
  auto resource = std::make_shared<Resource>();
  auto document = json::parse(built_in.schema);
  if (!document) throw std::logic_error("built-in schema: " + document.error().message);
  auto schema = Schema::compile(*document, built_in.type.plural);
  if (!schema) {
    const auto& cause = schema.error().causes.front();
    throw std::logic_error(fmt::format("built-in schema: {}: {}", cause.field, cause.message));
  }
  resource->schema.emplace(std::move(*schema));
  resource->open_api_schema = built_in.schema;
  resource->type = std::move(built_in.type);
  resource->singular = std::move(built_in.singular);
  resource->list_kind = resource->type.kind + "List";
  resource->short_names = std::move(built_in.short_names);
  resource->api_version_text = fmt::format("\"{}\"", resource->type.api_version());
  resource->printer = TablePrinter::for_built_in(resource->type.group, resource->type.plural);
  resource->strategy = std::move(built_in.strategy);
  resource->has_status = built_in.has_status;
  resource->has_generation = built_in.has_generation;
  resource->unconditional_update = built_in.unconditional_update;
  resource->expires = built_in.expires;
  resource->table = &storage.table(resource->type.group_resource());
  return resource;
}

}  // namespace

const kube::ResourceType& namespace_type() {
  static const kube::ResourceType kType{"", "v1", "Namespace", "namespaces", false};
  return kType;
}

const kube::ResourceType& crd_type() {
  static const kube::ResourceType kType{"apiextensions.k8s.io", "v1", "CustomResourceDefinition",
                                        "customresourcedefinitions", false};
  return kType;
}

void add_built_in_resources(Registry& registry, Storage& storage, Clock& clock) {
  const auto add = [&](BuiltIn built_in) { registry.add(make_resource(std::move(built_in), storage)); };
  add({.type = namespace_type(),
       .singular = "namespace",
       .short_names = {"ns"},
       .schema = schemas::kNamespace,
       .strategy = make_namespace_strategy(),
       .has_status = true});
  add({.type = {"", "v1", "ConfigMap", "configmaps", true},
       .singular = "configmap",
       .short_names = {"cm"},
       .schema = schemas::kConfigMap,
       .strategy = make_config_map_strategy()});
  add({.type = {"", "v1", "Secret", "secrets", true},
       .singular = "secret",
       .short_names = {},
       .schema = schemas::kSecret,
       .strategy = make_secret_strategy()});
  add({.type = {"", "v1", "ServiceAccount", "serviceaccounts", true},
       .singular = "serviceaccount",
       .short_names = {"sa"},
       .schema = schemas::kServiceAccount});
  add({.type = {"", "v1", "Event", "events", true},
       .singular = "event",
       .short_names = {"ev"},
       .schema = schemas::kEvent,
       .strategy = make_event_strategy(),
       .expires = true});
  add({.type = {"coordination.k8s.io", "v1", "Lease", "leases", true},
       .singular = "lease",
       .short_names = {},
       .schema = schemas::kLease,
       .unconditional_update = false});
  add({.type = crd_type(),
       .singular = "customresourcedefinition",
       .short_names = {"crd", "crds"},
       .schema = schemas::kCustomResourceDefinition,
       .strategy = make_crd_strategy(registry, clock),
       .has_status = true,
       .has_generation = true,
       .unconditional_update = false});
}

}  // namespace kyma::apiserver
