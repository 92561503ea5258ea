// OpenAPI documents, for kubectl: v3 per group and version, and one v2 document for older clients.
//
// They hold what clients look for: the schema of each kind, its group/version/kind, and which content types and query
// parameters its operations take. Made at first need and kept until the registry changes. Thread: confined to one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "operator/apiserver/registry.hpp"

namespace kyma::apiserver {

class OpenApi {
 public:
  explicit OpenApi(const Registry& registry) : registry_(registry) {}

  // The document at this path, valid until the registry changes; nothing when there is none.
  std::optional<std::string_view> find(std::string_view path);

 private:
  std::string index() const;
  std::string v3(std::string_view group_version) const;
  std::string v2() const;

  const Registry& registry_;
  std::uint64_t generation_ = 0;
  std::unordered_map<std::string, std::string> documents_;
};

}  // namespace kyma::apiserver
