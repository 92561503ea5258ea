// Discovery: /api, /apis and the resource lists below them, plain and aggregated.
//
// Documents are made at first need and kept until the registry changes. Thread: confined to one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "operator/apiserver/registry.hpp"

namespace kyma::apiserver {

class Discovery {
 public:
  struct Document {
    std::string_view text;  // valid until the registry changes
    std::string_view content_type;
  };

  // `aggregated` false: the plain documents alone, which clients know how to take.
  explicit Discovery(const Registry& registry, bool aggregated = true) : registry_(registry), aggregated_(aggregated) {}

  // Nothing when the path is not one of discovery's, or nothing is served there.
  std::optional<Document> find(std::string_view path, std::string_view accept);

 private:
  const std::string& cached(const std::string& key, std::string (Discovery::*make)(std::string_view) const,
                            std::string_view argument);
  std::string core_versions(std::string_view) const;
  std::string group_list(std::string_view) const;
  std::string group(std::string_view name) const;
  std::string resource_list(std::string_view group_version) const;
  std::string aggregated(std::string_view root) const;

  const Registry& registry_;
  bool aggregated_;
  std::uint64_t generation_ = 0;
  std::unordered_map<std::string, std::string> documents_;
};

// The verbs that a resource serves, as discovery lists them.
std::vector<std::string_view> verbs_of(const Resource& resource);

}  // namespace kyma::apiserver
