#include "operator/apiserver/open_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "operator/apiserver/open_api_operations.hpp"
#include "operator/apiserver/open_api_types.hpp"
#include "operator/base/version.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::string_view kObjectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
constexpr std::string_view kListMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";

constexpr std::string_view kListMetaSchema = R"json({
"description":"ListMeta describes metadata that lists have.","type":"object","properties":{
"continue":{"description":"Set if there are more items than the limit asked for.","type":"string"},
"remainingItemCount":{"description":"The number of items that follow.","type":"integer","format":"int64"},
"resourceVersion":{"description":"The version of the whole list.","type":"string"}}})json";

// Changes when the text does; tells cached documents apart.
std::uint64_t fingerprint(std::string_view text) noexcept {
  std::uint64_t hash = 14695981039346656037u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}

json::Value string_value(std::string_view text, json::Allocator& allocator) {
  return json::make_string(text, allocator);
}

json::Value reference_to(std::string_view prefix, std::string_view name, json::Allocator& allocator) {
  json::Value reference(rapidjson::kObjectType);
  json::set(reference, "$ref", fmt::format("{}{}", prefix, name), allocator);
  return reference;
}

json::Value kinds(const Resource& resource, std::string_view kind, json::Allocator& allocator) {
  json::Value entry(rapidjson::kObjectType);
  json::set(entry, "group", resource.type.group, allocator);
  json::set(entry, "kind", kind, allocator);
  json::set(entry, "version", resource.type.version, allocator);
  json::Value list(rapidjson::kArrayType);
  list.PushBack(std::move(entry), allocator);
  return list;
}

void add_type_members(json::Value& properties, std::string_view metadata, std::string_view prefix,
                      json::Allocator& allocator) {
  for (const auto& [name, text] :
       {std::pair{"apiVersion", "APIVersion defines the versioned schema of this representation of an object."},
        std::pair{"kind", "Kind is a string value representing the REST resource this object represents."}}) {
    json::Value member(rapidjson::kObjectType);
    json::set(member, "description", text, allocator);
    json::set(member, "type", "string", allocator);
    json::set(properties, name, std::move(member), allocator);
  }
  json::set(properties, "metadata", reference_to(prefix, metadata, allocator), allocator);
}

json::Document kind_schema(const Resource& resource, std::string_view prefix) {
  json::Document schema;
  if (auto parsed = json::parse(resource.open_api_schema)) schema = std::move(*parsed);
  if (!schema.IsObject()) schema.SetObject();
  auto& allocator = schema.GetAllocator();
  json::set(schema, "type", "object", allocator);
  if (!json::find(schema, "properties")) {
    json::set(schema, "properties", json::Value(rapidjson::kObjectType), allocator);
  }
  add_type_members(*json::find(schema, "properties"), kObjectMeta, prefix, allocator);
  json::set(schema, "x-kubernetes-group-version-kind", kinds(resource, resource.type.kind, allocator), allocator);
  return schema;
}

json::Document list_schema(const Resource& resource, std::string_view prefix) {
  json::Document schema;
  schema.SetObject();
  auto& allocator = schema.GetAllocator();
  json::set(schema, "description", fmt::format("{} is a list of {}", resource.list_kind, resource.type.kind),
            allocator);
  json::set(schema, "type", "object", allocator);
  json::Value required(rapidjson::kArrayType);
  required.PushBack(string_value("items", allocator), allocator);
  json::set(schema, "required", std::move(required), allocator);
  json::Value items(rapidjson::kObjectType);
  json::set(items, "type", "array", allocator);
  json::set(items, "items", reference_to(prefix, definition_name(resource, resource.type.kind), allocator), allocator);
  json::Value properties(rapidjson::kObjectType);
  json::set(properties, "items", std::move(items), allocator);
  add_type_members(properties, kListMeta, prefix, allocator);
  json::set(schema, "properties", std::move(properties), allocator);
  json::set(schema, "x-kubernetes-group-version-kind", kinds(resource, resource.list_kind, allocator), allocator);
  return schema;
}

// The types that the resources are of and refer to; what all of them share is always among them.
TypeSet types_of(const std::vector<ResourcePtr>& resources) {
  TypeSet types;
  collect_types(*TypeTable::instance().find("io.k8s.apimachinery.pkg.apis.meta.v1", "ObjectMeta"), types);
  for (const auto& resource : resources) {
    if (resource->definition) collect_types(*resource->definition, types);
  }
  return types;
}

std::vector<GroupVersionKind> kinds_of(const TypeDef& type, const std::vector<ResourcePtr>& resources) {
  std::vector<GroupVersionKind> result;
  for (const auto& resource : resources) {
    if (resource->definition != &type) continue;
    result.push_back({resource->type.group, resource->type.version, resource->type.kind});
  }
  return result;
}

void write_schemas(json::Writer& out, const std::vector<ResourcePtr>& resources, std::string_view prefix) {
  out.object([&] {
    out.key(kListMeta).raw(kListMetaSchema);
    write_scalar_schemas(out);
    for (const auto* type : types_of(resources)) {
      out.key(type->full_name());
      write_type_schema(out, *type, prefix, kinds_of(*type, resources));
    }
    for (const auto& resource : resources) {
      if (!resource->definition) {
        out.key(definition_name(*resource, resource->type.kind)).value(kind_schema(*resource, prefix));
      }
      if (resource->create_only) continue;
      out.key(definition_name(*resource, resource->list_kind)).value(list_schema(*resource, prefix));
    }
  });
}

// What the document of a group and version is made from; its text would take long to make only to be compared.
std::uint64_t fingerprint_of(const Registry& registry, std::string_view group_version) {
  std::string source = fmt::format("{} {}", version(), commit());
  for (const auto& resource : registry.all()) {
    if (resource->type.api_version() != group_version) continue;
    source += fmt::format(" {} {} {}", resource->type.plural, resource->has_status, resource->open_api_schema);
  }
  return fingerprint(source);
}

void write_info(json::Writer& out) {
  out.key("info").object([&] {
    out.key("title").string("Kubernetes");
    out.key("version").string("v1.32.0");
  });
}

std::string path_of(std::string_view group_version) {
  return fmt::format("{}/{}", group_version.find('/') == std::string_view::npos ? "api" : "apis", group_version);
}

std::vector<std::string> group_versions(const Registry& registry) {
  std::vector<std::string> result;
  for (const auto& resource : registry.all()) {
    auto name = resource->type.api_version();
    if (result.empty() || result.back() != name) result.push_back(std::move(name));
  }
  return result;
}

}  // namespace

std::optional<std::string> OpenApi::find(std::string_view path) const {
  if (path == "/openapi/v3" || path == "/openapi/v3/") return index();
  if (path == "/openapi/v2") return v2();
  for (const auto& name : group_versions(registry_)) {
    if (path == fmt::format("/openapi/v3/{}", path_of(name))) return v3(name);
  }
  return std::nullopt;
}

std::string OpenApi::index() const {
  json::Writer out;
  out.object([&] {
    out.key("paths").object([&] {
      for (const auto& name : group_versions(registry_)) {
        out.key(path_of(name)).object([&] {
          out.key("serverRelativeURL")
              .string(fmt::format("/openapi/v3/{}?hash={:016X}", path_of(name), fingerprint_of(registry_, name)));
        });
      }
    });
  });
  return out.str();
}

std::string OpenApi::v3(std::string_view group_version) const {
  std::vector<ResourcePtr> resources;
  for (const auto& resource : registry_.all()) {
    if (resource->type.api_version() == group_version) resources.push_back(resource);
  }
  json::Writer out;
  out.object([&] {
    out.key("openapi").string("3.0.0");
    write_info(out);
    out.key("paths").object([&] {
      for (const auto& resource : resources) write_open_api_paths(out, *resource);
    });
    out.key("components").object([&] {
      out.key("schemas");
      write_schemas(out, resources, "#/components/schemas/");
    });
  });
  return out.str();
}

std::string OpenApi::v2() const {
  json::Writer out;
  out.object([&] {
    out.key("swagger").string("2.0");
    write_info(out);
    out.key("paths").object([] {});
    out.key("definitions");
    write_schemas(out, registry_.all(), "#/definitions/");
  });
  return out.str();
}

}  // namespace kyma::apiserver
