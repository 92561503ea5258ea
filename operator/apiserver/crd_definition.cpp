#include "operator/apiserver/crd_definition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "operator/apiserver/schema_budget.hpp"
#include "operator/apiserver/schema_validator.hpp"
#include "operator/apiserver/selectable_fields.hpp"

namespace kyma::apiserver {
namespace {

std::vector<std::string> read_strings(const json::Value* list) {
  std::vector<std::string> result;
  if (!list || !list->IsArray()) return result;
  for (const auto& element : list->GetArray()) {
    if (element.IsString()) result.emplace_back(json::view(element));
  }
  return result;
}

bool flag(const json::Value& object, std::string_view member) {
  const auto* value = json::find(object, member);
  return value && value->IsBool() && value->GetBool();
}

// The other resource's names that clients may use in a request for the resource.
bool answers_to(const Resource& resource, const std::string& name) {
  return resource.type.plural == name || resource.singular == name ||
         std::find(resource.short_names.begin(), resource.short_names.end(), name) != resource.short_names.end();
}

// A simple path: ".spec.replicas".
bool is_scale_path(std::string_view path) {
  return path.starts_with('.') && path.size() > 1 && path.find("..") == path.npos && !path.ends_with('.') &&
         std::all_of(path.begin(), path.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
                  c == '-';
         });
}

std::optional<ScalePaths> read_scale(const json::Value& version) {
  const auto* scale = json::find(version, {"subresources", "scale"});
  if (!scale) return std::nullopt;
  ScalePaths paths{std::string(json::string_at(*scale, {"specReplicasPath"})),
                   std::string(json::string_at(*scale, {"statusReplicasPath"})),
                   std::string(json::string_at(*scale, {"labelSelectorPath"}))};
  const auto is_optional_path = [](const std::string& path) { return path.empty() || is_scale_path(path); };
  if (!is_scale_path(paths.spec_path) || !is_scale_path(paths.status_path) || !is_optional_path(paths.selector_path)) {
    return std::nullopt;
  }
  return paths;
}

std::string deprecation_of(const json::Value& version, const kube::ResourceType& type) {
  if (!flag(version, "deprecated")) return {};
  const auto own = json::string_at(version, {"deprecationWarning"});
  return own.empty() ? fmt::format("{} {} is deprecated", type.api_version(), type.kind) : std::string(own);
}

ResourcePtr make_custom_resource(const json::Value& version, const CrdNames& names, std::string_view group,
                                 bool namespaced, Table& table, SchemaBudget& budget) {
  auto resource = std::make_shared<Resource>();
  resource->type = {std::string(group), std::string(json::string_at(version, {"name"})), names.kind, names.plural,
                    namespaced};
  resource->singular = names.singular;
  resource->list_kind = names.list_kind;
  resource->short_names = names.short_names;
  resource->categories = names.categories;
  resource->custom = true;
  resource->deprecation = deprecation_of(version, resource->type);
  resource->has_generation = true;
  resource->has_status = json::find(version, {"subresources", "status"}) != nullptr;
  resource->api_version_text = fmt::format("\"{}\"", resource->type.api_version());
  if (const auto* schema = json::find(version, {"schema", "openAPIV3Schema"})) {
    if (auto compiled = Schema::compile(*schema, "schema", budget)) {
      resource->schema = std::make_shared<Schema>(std::move(*compiled));
    }
    resource->open_api_schema = json::to_string(*schema);
  }
  resource->scale = read_scale(version);
  resource->selectable_fields = read_selectable_fields(version);
  resource->printer = TablePrinter::for_columns(json::find(version, "additionalPrinterColumns"));
  resource->table = &table;
  return resource;
}

}  // namespace

CrdNames read_crd_names(const json::Value& crd) {
  CrdNames names;
  const auto* spec = json::find(crd, {"spec", "names"});
  if (!spec) return names;
  names.plural = json::string_at(*spec, {"plural"});
  names.singular = json::string_at(*spec, {"singular"});
  names.kind = json::string_at(*spec, {"kind"});
  names.list_kind = json::string_at(*spec, {"listKind"});
  names.short_names = read_strings(json::find(*spec, "shortNames"));
  names.categories = read_strings(json::find(*spec, "categories"));
  return names;
}

NameConflict find_name_conflict(const Registry& registry, std::string_view group, const CrdNames& names) {
  for (const auto& other : registry.all()) {
    if (other->type.group != group || other->type.plural == names.plural) continue;
    const auto taken = [](std::string_view name) { return fmt::format("\"{}\" is already in use", name); };
    if (answers_to(*other, names.plural)) return {"PluralConflict", taken(names.plural)};
    if (answers_to(*other, names.singular)) return {"SingularConflict", taken(names.singular)};
    for (const auto& short_name : names.short_names) {
      if (answers_to(*other, short_name)) return {"ShortNamesConflict", taken(short_name)};
    }
    for (const auto& kind : {other->type.kind, other->list_kind}) {
      if (names.kind == kind) return {"KindConflict", taken(names.kind)};
      if (names.list_kind == kind) return {"ListKindConflict", taken(names.list_kind)};
    }
  }
  return {};
}

std::vector<ResourcePtr> make_custom_resources(const json::Value& crd, Storage& storage) {
  const auto names = read_crd_names(crd);
  const auto group = json::string_at(crd, {"spec", "group"});
  const bool namespaced = json::string_at(crd, {"spec", "scope"}) == "Namespaced";
  const bool terminating = json::find(crd, {"metadata", "deletionTimestamp"}) != nullptr;
  auto& table = storage.table(fmt::format("{}.{}", names.plural, group));
  SchemaBudget budget;
  std::vector<ResourcePtr> resources;
  for (const auto& version : json::find(crd, {"spec", "versions"})->GetArray()) {
    if (!flag(version, "served")) continue;
    auto resource = make_custom_resource(version, names, group, namespaced, table, budget);
    resource->accepts_creates = !terminating;
    resources.push_back(std::move(resource));
  }
  return resources;
}

std::string_view condition_status(const json::Value& object, std::string_view type) {
  const auto* conditions = json::find(object, {"status", "conditions"});
  if (!conditions || !conditions->IsArray()) return {};
  for (const auto& condition : conditions->GetArray()) {
    if (json::string_at(condition, {"type"}) == type) return json::string_at(condition, {"status"});
  }
  return {};
}

}  // namespace kyma::apiserver
