// The scale subresource: the number of replicas of an object, read and written as an autoscaling/v1 Scale whatever the
// object's kind is. `kubectl scale` and autoscalers use it. Thread: none needed.
#pragma once

#include <string>
#include <string_view>

#include "operator/apiserver/object_service.hpp"

namespace kyma::apiserver {

// The object's Scale as JSON.
std::string scale_of(const Resource& resource, const StoredObject& object);

// The merge patch of the object itself that says what a written Scale says: the replicas, and the resourceVersion as a
// precondition. Errors: bad_request (no Scale), invalid (replicas are no number or negative).
kube::Outcome<std::string> patch_of_scale(const Resource& resource, std::string_view name, const json::Value& scale);

// The same for server-side apply: the object's configuration that says what the applied Scale says.
kube::Outcome<std::string> configuration_of_scale(const Resource& resource, std::string_view name,
                                                  const std::string& body);

// The current Scale with a patch applied, written or patched as the request says it.
kube::Outcome<json::Document> patched_scale(std::string_view current, PatchType type, std::string_view patch);

}  // namespace kyma::apiserver
