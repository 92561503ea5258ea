// What is asked of the API server about a client of this process, and what its answers mean. Sans-I/O.
//
// TokenReview (authentication.k8s.io/v1) says who a bearer token belongs to; SubjectAccessReview
// (authorization.k8s.io/v1) says whether that user may do `verb` on `path`, which RBAC calls a nonResourceURL.
#pragma once

#include <string>
#include <string_view>

#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/resource_type.hpp"

namespace kyma::runtime {

const kube::ResourceType& token_review_type();
const kube::ResourceType& subject_access_review_type();

// Who a token belongs to. `groups` and `extra` are JSON as the server gave it, empty when it gave none.
struct ReviewedUser {
  bool authenticated = false;
  std::string name;
  std::string uid;
  std::string groups;
  std::string extra;
};

struct ReviewedAccess {
  bool allowed = false;
  std::string reason;  // the authorizer's words; may be empty
};

std::string make_token_review(std::string_view token);
// Error: decode.
kube::Outcome<ReviewedUser> read_token_review(std::string_view answer);

std::string make_access_review(const ReviewedUser& user, std::string_view verb, std::string_view path);
// Error: decode. What is denied explicitly is not allowed, whatever else the answer says.
kube::Outcome<ReviewedAccess> read_access_review(std::string_view answer);

}  // namespace kyma::runtime
