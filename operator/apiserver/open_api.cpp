#include "operator/apiserver/open_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "operator/apiserver/open_api_operations.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::string_view kObjectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
constexpr std::string_view kListMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";

// The common types, as far as kubectl explain shows them.
constexpr std::string_view kObjectMetaSchema = R"json({
"description":"ObjectMeta is metadata that all persisted resources must have.","type":"object","properties":{
"annotations":{"description":"Annotations is an unstructured key value map that tools store with a resource.","type":"object","additionalProperties":{"type":"string"}},
"creationTimestamp":{"description":"CreationTimestamp is when the server created the object. Read-only.","type":"string","format":"date-time"},
"deletionGracePeriodSeconds":{"description":"Number of seconds allowed for this object to terminate. Read-only.","type":"integer","format":"int64"},
"deletionTimestamp":{"description":"DeletionTimestamp is when deletion was asked for. Read-only.","type":"string","format":"date-time"},
"finalizers":{"description":"Must be empty before the object is deleted from the registry.","type":"array","items":{"type":"string"}},
"generateName":{"description":"GenerateName is a prefix, used by the server to generate a unique name when name is not provided.","type":"string"},
"generation":{"description":"A sequence number representing a generation of the desired state. Read-only.","type":"integer","format":"int64"},
"labels":{"description":"Map of string keys and values that can be used to organize and select objects.","type":"object","additionalProperties":{"type":"string"}},
"name":{"description":"Name must be unique within a namespace. Cannot be updated.","type":"string"},
"namespace":{"description":"Namespace defines the space within which each name must be unique. Cannot be updated.","type":"string"},
"ownerReferences":{"description":"List of objects depended by this object. If all of them have been deleted, this object will be garbage collected.","type":"array","items":{"type":"object","required":["apiVersion","kind","name","uid"],"properties":{
"apiVersion":{"type":"string"},"blockOwnerDeletion":{"type":"boolean"},"controller":{"type":"boolean"},"kind":{"type":"string"},"name":{"type":"string"},"uid":{"type":"string"}}}},
"resourceVersion":{"description":"An opaque value that represents the internal version of this object. Read-only.","type":"string"},
"uid":{"description":"UID is the unique in time and space value for this object. Read-only.","type":"string"}}})json";

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

void write_schemas(json::Writer& out, const std::vector<ResourcePtr>& resources, std::string_view prefix) {
  out.object([&] {
    out.key(kListMeta).raw(kListMetaSchema);
    out.key(kObjectMeta).raw(kObjectMetaSchema);
    for (const auto& resource : resources) {
      out.key(definition_name(*resource, resource->type.kind)).value(kind_schema(*resource, prefix));
      out.key(definition_name(*resource, resource->list_kind)).value(list_schema(*resource, prefix));
    }
  });
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

std::optional<std::string_view> OpenApi::find(std::string_view path) {
  if (!path.starts_with("/openapi/")) return std::nullopt;
  if (generation_ != registry_.generation()) {
    documents_.clear();
    generation_ = registry_.generation();
  }
  const std::string key(path);
  if (const auto found = documents_.find(key); found != documents_.end()) return found->second;
  std::string document;
  if (path == "/openapi/v3" || path == "/openapi/v3/")
    document = index();
  else if (path == "/openapi/v2")
    document = v2();
  for (const auto& name : group_versions(registry_)) {
    if (path == fmt::format("/openapi/v3/{}", path_of(name))) document = v3(name);
  }
  if (document.empty()) return std::nullopt;
  return documents_.emplace(key, std::move(document)).first->second;
}

std::string OpenApi::index() const {
  json::Writer out;
  out.object([&] {
    out.key("paths").object([&] {
      for (const auto& name : group_versions(registry_)) {
        out.key(path_of(name)).object([&] {
          out.key("serverRelativeURL")
              .string(fmt::format("/openapi/v3/{}?hash={:016X}", path_of(name), fingerprint(v3(name))));
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
