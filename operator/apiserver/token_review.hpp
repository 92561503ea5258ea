// TokenReview and SelfSubjectReview (authentication.k8s.io/v1): who somebody is, for others who ask.
//
// Thread: confined to one.
#pragma once

#include "operator/apiserver/authentication.hpp"
#include "operator/apiserver/user_info.hpp"
#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

// Completes `review` with its status. Error: bad_request (no token).
kube::Outcome<void> review_token(Authenticator& authenticator, json::Document& review);
// `kubectl auth whoami`.
void review_self(const UserInfo& user, json::Document& review);

}  // namespace kyma::apiserver
