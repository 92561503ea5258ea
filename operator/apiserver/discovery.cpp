#include "operator/apiserver/discovery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "operator/apiserver/namespace_finalize.hpp"
#include "operator/apiserver/pod_connections.hpp"
#include "operator/apiserver/version_rank.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kAggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

std::vector<std::string> versions_of(const Registry& registry, std::string_view group) {
  std::vector<std::string> versions;
  for (const auto& resource : registry.all()) {
    const auto& version = resource->type.version;
    if (resource->type.group == group && std::find(versions.begin(), versions.end(), version) == versions.end()) {
      versions.push_back(version);
    }
  }
  std::stable_sort(versions.begin(), versions.end(),
                   [](const auto& a, const auto& b) { return version_rank(a) > version_rank(b); });
  return versions;
}

std::vector<std::string> groups_of(const Registry& registry) {
  std::vector<std::string> groups;
  for (const auto& resource : registry.all()) {
    if (!resource->type.group.empty() && (groups.empty() || groups.back() != resource->type.group)) {
      groups.push_back(resource->type.group);
    }
  }
  return groups;
}

void write_strings(json::Writer& out, const auto& texts) {
  out.array([&] {
    for (const auto& text : texts) out.string(text);
  });
}

void write_version(json::Writer& out, const std::string& group, const std::string& version) {
  out.object([&] {
    out.key("groupVersion").string(fmt::format("{}/{}", group, version));
    out.key("version").string(version);
  });
}

void write_group(json::Writer& out, const Registry& registry, const std::string& group, bool alone) {
  const auto versions = versions_of(registry, group);
  out.object([&] {
    if (alone) {
      out.key("kind").string("APIGroup");
      out.key("apiVersion").string("v1");
    }
    out.key("name").string(group);
    out.key("versions").array([&] {
      for (const auto& version : versions) write_version(out, group, version);
    });
    out.key("preferredVersion");
    write_version(out, group, versions.front());
  });
}

constexpr std::array<std::string_view, 3> kStatusVerbs = {"get", "patch", "update"};
constexpr std::array<std::string_view, 1> kCreateVerbs = {"create"};
constexpr std::array<std::string_view, 1> kFinalizeVerbs = {"update"};

void write_abilities(json::Writer& out, const Resource& resource) {
  out.key("verbs");
  write_strings(out, verbs_of(resource));
  if (!resource.short_names.empty()) {
    out.key("shortNames");
    write_strings(out, resource.short_names);
  }
  if (!resource.categories.empty()) {
    out.key("categories");
    write_strings(out, resource.categories);
  }
}

struct Subresource {
  std::string_view name;
  kube::ResourceType kind;  // of its bodies
  std::span<const std::string_view> verbs;
};

std::vector<Subresource> subresources_of(const Resource& resource) {
  std::vector<Subresource> result;
  if (resource.scale) result.push_back({"scale", {"autoscaling", "v1", "Scale", {}}, kStatusVerbs});
  if (serves_finalize(resource)) result.push_back({"finalize", resource.type, kFinalizeVerbs});
  if (resource.type.plural == "certificatesigningrequests" && resource.type.group == "certificates.k8s.io") {
    result.push_back({"approval", resource.type, kStatusVerbs});
  }
  if (resource.has_status) result.push_back({"status", resource.type, kStatusVerbs});
  if (resource.type.group.empty() && resource.type.plural == "pods") {
    for (const auto& [name, kind, verbs] : pod_connections()) {
      result.push_back({name, {"", "v1", std::string(kind), {}}, verbs});
    }
    result.push_back({"eviction", {"policy", "v1", "Eviction", {}}, kCreateVerbs});
  }
  if (resource.type.group.empty() && resource.type.plural == "serviceaccounts") {
    result.push_back({"token", {"authentication.k8s.io", "v1", "TokenRequest", {}}, kCreateVerbs});
  }
  return result;
}

void write_subresource(json::Writer& out, const Resource& resource, const Subresource& subresource) {
  out.object([&] {
    out.key("name").string(fmt::format("{}/{}", resource.type.plural, subresource.name));
    out.key("singularName").string("");
    out.key("namespaced").boolean(resource.type.namespaced);
    if (subresource.kind.group != resource.type.group) {
      out.key("group").string(subresource.kind.group);
      out.key("version").string(subresource.kind.version);
    }
    out.key("kind").string(subresource.kind.kind);
    out.key("verbs");
    write_strings(out, subresource.verbs);
  });
}

void write_resource(json::Writer& out, const Resource& resource) {
  out.object([&] {
    out.key("name").string(resource.type.plural);
    out.key("singularName").string(resource.singular);
    out.key("namespaced").boolean(resource.type.namespaced);
    out.key("kind").string(resource.type.kind);
    write_abilities(out, resource);
  });
  for (const auto& subresource : subresources_of(resource)) write_subresource(out, resource, subresource);
}

void write_kind(json::Writer& out, const kube::ResourceType& type) {
  out.object([&] {
    out.key("group").string(type.group);
    out.key("version").string(type.version);
    out.key("kind").string(type.kind);
  });
}

void write_aggregated_resource(json::Writer& out, const Resource& resource) {
  const auto subresources = subresources_of(resource);
  out.object([&] {
    out.key("resource").string(resource.type.plural);
    out.key("responseKind");
    write_kind(out, resource.type);
    out.key("scope").string(resource.type.namespaced ? "Namespaced" : "Cluster");
    out.key("singularResource").string(resource.singular);
    write_abilities(out, resource);
    if (subresources.empty()) return;
    out.key("subresources").array([&] {
      for (const auto& subresource : subresources) {
        out.object([&] {
          out.key("subresource").string(subresource.name);
          out.key("responseKind");
          write_kind(out, subresource.kind);
          out.key("verbs");
          write_strings(out, subresource.verbs);
        });
      }
    });
  });
}

void write_aggregated_group(json::Writer& out, const Registry& registry, const std::string& group) {
  out.object([&] {
    out.key("metadata").object([&] {
      if (!group.empty()) out.key("name").string(group);
      out.key("creationTimestamp").null();
    });
    out.key("versions").array([&] {
      for (const auto& version : versions_of(registry, group)) {
        out.object([&] {
          out.key("version").string(version);
          out.key("freshness").string("Current");
          out.key("resources").array([&] {
            for (const auto& resource : registry.all()) {
              if (resource->type.group == group && resource->type.version == version) {
                write_aggregated_resource(out, *resource);
              }
            }
          });
        });
      }
    });
  });
}

// True when one of the accepted types is the aggregated document in version v2. v2beta1 alone gets the plain documents,
// which its readers know how to take.
bool asks_for_aggregated(std::string_view accept) {
  while (!accept.empty()) {
    const auto clause = accept.substr(0, accept.find(','));
    accept.remove_prefix(std::min(clause.size() + 1, accept.size()));
    const auto has = [&](std::string_view parameter) {
      const auto at = clause.find(parameter);
      if (at == std::string_view::npos) return false;
      const auto end = at + parameter.size();
      return end == clause.size() || clause[end] == ';' || clause[end] == ' ';
    };
    if (has("as=APIGroupDiscoveryList") && has("v=v2") && has("g=apidiscovery.k8s.io")) return true;
  }
  return false;
}

std::string_view without_trailing_slash(std::string_view path) {
  return path.ends_with('/') && path.size() > 1 ? path.substr(0, path.size() - 1) : path;
}

}  // namespace

std::vector<std::string_view> verbs_of(const Resource& resource) {
  if (resource.create_only) return {"create"};
  std::vector<std::string_view> verbs{"create", "delete"};
  if (!resource.type.group.empty() || resource.type.plural != "namespaces") verbs.push_back("deletecollection");
  verbs.insert(verbs.end(), {"get", "list", "patch", "update", "watch"});
  return verbs;
}

const std::string& Discovery::cached(const std::string& key, std::string (Discovery::*make)(std::string_view) const,
                                     std::string_view argument) {
  if (generation_ != registry_.generation()) {
    documents_.clear();
    generation_ = registry_.generation();
  }
  const auto found = documents_.find(key);
  if (found != documents_.end()) return found->second;
  return documents_.emplace(key, (this->*make)(argument)).first->second;
}

std::optional<Discovery::Document> Discovery::find(std::string_view path, std::string_view accept) {
  path = without_trailing_slash(path);
  if (path == "/api" || path == "/apis") {
    const auto type = aggregated_ && asks_for_aggregated(accept) ? kAggregated : kJson;
    if (type != kJson) return Document{cached(fmt::format("{} {}", path, type), &Discovery::aggregated, path), type};
    const auto make = path == "/api" ? &Discovery::core_versions : &Discovery::group_list;
    return Document{cached(std::string(path), make, {}), kJson};
  }
  if (path == "/api/v1") return Document{cached(std::string(path), &Discovery::resource_list, "v1"), kJson};
  if (!path.starts_with("/apis/")) return std::nullopt;
  const auto rest = path.substr(6);
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) {
    if (rest.empty() || !registry_.has_group(rest)) return std::nullopt;
    return Document{cached(std::string(path), &Discovery::group, rest), kJson};
  }
  if (!registry_.has_group_version(rest.substr(0, slash), rest.substr(slash + 1))) return std::nullopt;
  return Document{cached(std::string(path), &Discovery::resource_list, rest), kJson};
}

std::string Discovery::core_versions(std::string_view) const {
  return R"({"kind":"APIVersions","versions":["v1"],"serverAddressByClientCIDRs":[]})";
}

std::string Discovery::group_list(std::string_view) const {
  json::Writer out;
  out.object([&] {
    out.key("kind").string("APIGroupList");
    out.key("apiVersion").string("v1");
    out.key("groups").array([&] {
      for (const auto& name : groups_of(registry_)) write_group(out, registry_, name, false);
    });
  });
  return out.str();
}

std::string Discovery::group(std::string_view name) const {
  json::Writer out;
  write_group(out, registry_, std::string(name), true);
  return out.str();
}

std::string Discovery::resource_list(std::string_view group_version) const {
  json::Writer out;
  out.object([&] {
    out.key("kind").string("APIResourceList");
    out.key("apiVersion").string("v1");
    out.key("groupVersion").string(group_version);
    out.key("resources").array([&] {
      for (const auto& resource : registry_.all()) {
        if (resource->type.api_version() == group_version) write_resource(out, *resource);
      }
    });
  });
  return out.str();
}

std::string Discovery::aggregated(std::string_view root) const {
  json::Writer out;
  out.object([&] {
    out.key("kind").string("APIGroupDiscoveryList");
    out.key("apiVersion").string("apidiscovery.k8s.io/v2");
    out.key("metadata").object([] {});
    out.key("items").array([&] {
      if (root == "/api") {
        write_aggregated_group(out, registry_, "");
      } else {
        for (const auto& name : groups_of(registry_)) write_aggregated_group(out, registry_, name);
      }
    });
  });
  return out.str();
}

}  // namespace kyma::apiserver
