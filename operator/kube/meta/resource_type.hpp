// What the API calls a resource: group, version, kind and plural, and the paths that follow from them.
#pragma once

#include <string>
#include <string_view>

namespace kyma::kube {

struct ResourceType {
  std::string group;    // "" for the core group
  std::string version;  // "v1alpha1"
  std::string kind;     // "Kyma"
  std::string plural;   // "kymas"
  bool namespaced = true;

  std::string api_version() const;     // "inventory.kyma-project.io/v1alpha1", "v1"
  std::string group_resource() const;  // "kymas.inventory.kyma-project.io", "pods"
  // "/apis/<group>/<version>/namespaces/<namespace>/<plural>/<name>/<subresource>"; empty parts are left out. Without a
  // namespace: all namespaces.
  std::string path(std::string_view name_space = {}, std::string_view name = {},
                   std::string_view subresource = {}) const;

  friend bool operator==(const ResourceType&, const ResourceType&) = default;
};

// A namespaced object's identity.
struct NamespacedName {
  std::string name_space;
  std::string name;

  std::string str() const;  // "namespace/name"
  friend bool operator==(const NamespacedName&, const NamespacedName&) = default;
  friend auto operator<=>(const NamespacedName&, const NamespacedName&) = default;
};

}  // namespace kyma::kube
