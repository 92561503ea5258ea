// The Status errors that only a server makes, with Kubernetes' reasons, codes and wording. The common ones are in
// kube/meta/error.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "operator/apiserver/stored_object.hpp"
#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/resource_type.hpp"

namespace kyma::apiserver {

kube::Error unauthorized();
kube::Error forbidden(const kube::ResourceType& type, std::string_view name, std::string_view why);
kube::Error method_not_allowed(const kube::ResourceType& type, std::string_view verb);
// The same of a path, whatever the resource.
kube::Error no_such_method();
// A path that nothing is served at.
kube::Error unknown_path();
kube::Error not_acceptable(std::string_view supported);
kube::Error unsupported_media_type(std::string message);
// An unsupported value of a query parameter or of DeleteOptions: 422 without a resource.
kube::Error invalid_options(std::string_view kind, std::vector<kube::StatusCause> causes);
// What etcd takes as one request, and therefore the largest object there can be.
inline constexpr std::size_t kMaxObjectBytes = 3 * 512 * 1024;
kube::Error object_too_large();
// Every name that generateName gave was taken.
kube::Error no_generated_name(const kube::ResourceType& type, std::string_view last);
// More than the server takes at the moment: 429, try again in a second.
kube::Error too_many_requests();
// A request that was refused while it was read: 413, 431 or 400.
kube::Error unreadable_request(unsigned status, std::size_t max_body_bytes);
// A resourceVersion from the future.
kube::Error too_large_revision(Revision wanted, Revision current);
// A resourceVersion that is no number.
kube::Error invalid_revision(std::string_view text);

}  // namespace kyma::apiserver
