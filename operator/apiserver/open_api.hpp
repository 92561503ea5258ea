// OpenAPI documents, for kubectl: v3 per group and version, and one v2 document for older clients.
//
// They hold what clients look for: the schema of each kind, its group/version/kind, and which content types and query
// parameters its operations take. Made anew for each request (a few milliseconds for the largest): clients keep them by
// the fingerprints in the index, and here they would cost megabytes. Thread: confined to one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "operator/apiserver/registry.hpp"

namespace kyma::apiserver {

class OpenApi {
 public:
  explicit OpenApi(const Registry& registry) : registry_(registry) {}

  // The document at this path; nothing when there is none.
  std::optional<std::string> find(std::string_view path) const;

 private:
  std::string index() const;
  std::string v3(std::string_view group_version) const;
  std::string v2() const;

  const Registry& registry_;
};

}  // namespace kyma::apiserver
