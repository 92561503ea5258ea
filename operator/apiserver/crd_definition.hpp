// What a CustomResourceDefinition says, and the resources that follow from it.
//
// Not served: webhook conversion (refused), CEL rules (accepted with a warning). Thread: none needed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operator/apiserver/registry.hpp"
#include "operator/apiserver/resource.hpp"
#include "operator/apiserver/storage.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

struct CrdNames {
  std::string plural;
  std::string singular;
  std::string kind;
  std::string list_kind;
  std::vector<std::string> short_names;
  std::vector<std::string> categories;
};

CrdNames read_crd_names(const json::Value& crd);

// Why these names cannot be used; empty reason: they can. A resource of the same group has one of them already.
struct NameConflict {
  std::string reason;  // "KindConflict"
  std::string message;
};
NameConflict find_name_conflict(const Registry& registry, std::string_view group, const CrdNames& names);

// The served versions of a valid definition, as resources that share one table.
std::vector<ResourcePtr> make_custom_resources(const json::Value& crd, Storage& storage);

// Reads a condition's status; empty when there is no such condition.
std::string_view condition_status(const json::Value& object, std::string_view type);

}  // namespace kyma::apiserver
