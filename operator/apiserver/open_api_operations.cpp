#include "operator/apiserver/open_api_operations.hpp"

#include <fmt/format.h>

#include <array>
#include <span>
#include <vector>

namespace kyma::apiserver {
namespace {

using Names = std::span<const std::string_view>;

// No part of a path has capitals.
constexpr std::string_view kNamespaceMark = "NAMESPACE";

constexpr std::array<std::string_view, 1> kJsonBody = {"application/json"};
constexpr std::array<std::string_view, 3> kCustomPatches = {
    "application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"};
constexpr std::array<std::string_view, 4> kBuiltInPatches = {
    "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json",
    "application/apply-patch+yaml"};

constexpr std::array<std::string_view, 3> kWriteParameters = {"dryRun", "fieldManager", "fieldValidation"};
constexpr std::array<std::string_view, 4> kPatchParameters = {"dryRun", "fieldManager", "fieldValidation", "force"};
constexpr std::array<std::string_view, 2> kDeleteParameters = {"dryRun", "propagationPolicy"};
constexpr std::array<std::string_view, 10> kListParameters = {
    "allowWatchBookmarks",  "continue",          "fieldSelector",  "labelSelector", "limit", "resourceVersion",
    "resourceVersionMatch", "sendInitialEvents", "timeoutSeconds", "watch"};

struct Operation {
  std::string_view method;
  std::string_view action;  // x-kubernetes-action
  std::string_view kind;    // of the answer
  Names bodies = {};        // accepted content types; empty: no body
  Names parameters = {};
};

void write_parameter(json::Writer& out, std::string_view name, std::string_view in) {
  const bool flag = name == "allowWatchBookmarks" || name == "watch" || name == "sendInitialEvents" || name == "force";
  const bool number = name == "limit" || name == "timeoutSeconds";
  out.object([&] {
    out.key("name").string(name);
    out.key("in").string(in);
    if (in == "path") out.key("required").boolean(true);
    out.key("schema").object([&] {
      out.key("type").string(flag ? "boolean" : number ? "integer" : "string");
      out.key("uniqueItems").boolean(true);
    });
  });
}

void write_content(json::Writer& out, Names types, std::string_view reference) {
  out.key("content").object([&] {
    for (const auto type : types) {
      out.key(type).object([&] {
        out.key("schema").object([&] {
          if (reference.empty())
            out.key("type").string("object");
          else
            out.key("$ref").string(reference);
        });
      });
    }
  });
}

void write_operation(json::Writer& out, const Resource& resource, const Operation& operation) {
  const auto reference = fmt::format("#/components/schemas/{}", definition_name(resource, operation.kind));
  out.key(operation.method).object([&] {
    out.key("operationId").string(fmt::format("{}{}{}", operation.action, resource.type.version, operation.kind));
    if (!operation.parameters.empty()) {
      out.key("parameters").array([&] {
        for (const auto name : operation.parameters) write_parameter(out, name, "query");
      });
    }
    if (!operation.bodies.empty()) {
      out.key("requestBody").object([&] {
        // A patch is a part of an object, of which nothing is said.
        write_content(out, operation.bodies, operation.method == "patch" ? std::string_view{} : reference);
      });
    }
    out.key("responses").object([&] {
      out.key(operation.method == "post" ? "201" : "200").object([&] {
        out.key("description").string("OK");
        write_content(out, kJsonBody, reference);
      });
      out.key("401").object([&] { out.key("description").string("Unauthorized"); });
    });
    out.key("x-kubernetes-action").string(operation.action);
    out.key("x-kubernetes-group-version-kind").object([&] {
      out.key("group").string(resource.type.group);
      out.key("kind").string(resource.type.kind);
      out.key("version").string(resource.type.version);
    });
  });
}

void write_path(json::Writer& out, const Resource& resource, std::string_view path,
                std::span<const Operation> operations) {
  out.key(path).object([&] {
    for (const auto& operation : operations) write_operation(out, resource, operation);
    out.key("parameters").array([&] {
      for (const std::string_view name : {"name", "namespace"}) {
        if (path.find(fmt::format("{{{}}}", name)) != std::string_view::npos) write_parameter(out, name, "path");
      }
    });
  });
}

}  // namespace

std::string definition_name(const Resource& resource, std::string_view kind) {
  if (resource.definition) return fmt::format("{}.{}", resource.definition->package, kind);
  std::string reversed;
  std::string_view rest = resource.type.group;
  while (!rest.empty()) {
    const auto dot = rest.rfind('.');
    reversed.append(rest.substr(dot == std::string_view::npos ? 0 : dot + 1)).append(1, '.');
    rest = dot == std::string_view::npos ? std::string_view{} : rest.substr(0, dot);
  }
  return fmt::format("{}{}.{}", reversed, resource.type.version, kind);
}

void write_open_api_paths(json::Writer& out, const Resource& resource) {
  const std::string_view kind = resource.type.kind;
  const Names patches = resource.custom ? Names(kCustomPatches) : Names(kBuiltInPatches);
  const Operation list{"get", "list", resource.list_kind, {}, kListParameters};
  const Operation create{"post", "post", kind, kJsonBody, kWriteParameters};
  const Operation remove_all{"delete", "deletecollection", kind, {}, kListParameters};
  const Operation get{"get", "get", kind};
  const Operation update{"put", "put", kind, kJsonBody, kWriteParameters};
  const Operation patch{"patch", "patch", kind, patches, kPatchParameters};
  const Operation remove{"delete", "delete", kind, {}, kDeleteParameters};

  // A path template; path() itself would escape the braces.
  auto collection = resource.type.path(resource.type.namespaced ? kNamespaceMark : std::string_view{});
  if (const auto mark = collection.find(kNamespaceMark); mark != std::string::npos) {
    collection.replace(mark, kNamespaceMark.size(), "{namespace}");
  }
  if (resource.create_only) {
    write_path(out, resource, collection, std::array{create});
    return;
  }
  write_path(out, resource, collection, std::array{list, create, remove_all});
  write_path(out, resource, collection + "/{name}", std::array{get, update, patch, remove});
  if (resource.has_status) write_path(out, resource, collection + "/{name}/status", std::array{get, update, patch});
  if (resource.type.namespaced) write_path(out, resource, resource.type.path(), std::array{list});
}

}  // namespace kyma::apiserver
