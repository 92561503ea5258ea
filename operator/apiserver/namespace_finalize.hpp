// The subresource "finalize" of namespaces: replaces spec.finalizers, which nothing else can, and with the last of them
// a namespace that is being deleted goes, whatever is left in it.
//
// Thread: confined to one.
#pragma once

#include <string_view>

#include "operator/apiserver/object_service.hpp"

namespace kyma::apiserver {

bool serves_finalize(const Resource& resource) noexcept;

// Errors: not_found, bad_request (no namespace, or another one), conflict (uid and resourceVersion in the body).
kube::Outcome<Written> finalize_namespace(ObjectService& objects, const Resource& resource, std::string_view name,
                                          std::string_view body, const WriteOptions& options);

}  // namespace kyma::apiserver
