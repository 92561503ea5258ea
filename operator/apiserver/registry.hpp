// Which resources are served, found by path and by kind.
//
// Guarantees: discovery order is stable (core group first, then by group, version and plural); generation() changes
// with every change, so that documents made from the registry can be cached. Thread: confined to one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "operator/apiserver/resource.hpp"

namespace kyma::apiserver {

class Registry {
 public:
  // Adds a resource or replaces the one of the same group, version and plural.
  void add(ResourcePtr resource);
  // Removes it and ends its watches.
  void remove(const kube::ResourceType& type);

  ResourcePtr find(std::string_view group, std::string_view version, std::string_view plural) const;
  // By ownerReference: "inventory.kyma-project.io/v1alpha1", "Kyma".
  ResourcePtr find_kind(std::string_view api_version, std::string_view kind) const;
  // Any served version of a group's resource.
  ResourcePtr find_any_version(std::string_view group, std::string_view plural) const;
  // Any served version of the resource whose objects are in this table.
  ResourcePtr find_table(const Table& table) const;
  bool has_group(std::string_view group) const;
  bool has_group_version(std::string_view group, std::string_view version) const;

  // Sorted for discovery.
  const std::vector<ResourcePtr>& all() const noexcept { return sorted_; }
  std::uint64_t generation() const noexcept { return generation_; }

 private:
  void changed();

  std::unordered_map<std::string, ResourcePtr> by_path_;  // "group/version/plural"
  std::unordered_map<std::string, ResourcePtr> by_kind_;  // "group/version/kind", "v1/kind"
  std::vector<ResourcePtr> sorted_;
  std::uint64_t generation_ = 1;
};

}  // namespace kyma::apiserver
