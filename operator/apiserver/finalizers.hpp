// The finalizers that the server itself acts on.
#pragma once

#include <string_view>

#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

inline constexpr std::string_view kOrphanFinalizer = "orphan";
inline constexpr std::string_view kForegroundFinalizer = "foregroundDeletion";
inline constexpr std::string_view kCustomResourceCleanup = "customresourcecleanup.apiextensions.k8s.io";

// Removes it from metadata.finalizers (the whole list when it becomes empty); false when it was not there.
bool remove_finalizer(json::Value& object, std::string_view finalizer);
void add_finalizer(json::Value& object, std::string_view finalizer, json::Allocator& allocator);

}  // namespace kyma::apiserver
