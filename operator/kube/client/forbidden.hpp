// What a 403 means to the people who run a program: which permission is missing, and where it is granted.
//
// Sans-I/O. The words of the API server's authorizer are kept, since they name the user; a refusal for other reasons
// (quota, admission, a namespace that is being terminated) is left as it is.
#pragma once

#include <string>
#include <string_view>

#include "operator/kube/client/request_metrics.hpp"
#include "operator/kube/meta/error.hpp"

namespace kyma::kube {

// What RBAC calls a request.
struct Attempt {
  std::string verb;      // get, list, watch, create, update, patch, delete
  std::string group;     // "" for the core group
  std::string resource;  // "kymas", "kymas/status"; empty: `path` is no resource
  std::string name_space;
  std::string path;
};
// `target` is a path with its query, without the server's own prefix.
Attempt attempt_of(Method method, std::string_view target);

// Completes a forbidden error; any other stays as it is. `place` is where permissions are granted.
Error explain_forbidden(Error error, const Attempt& attempt, std::string_view place);

}  // namespace kyma::kube
