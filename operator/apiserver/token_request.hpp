// TokenRequest (authentication.k8s.io/v1): a token for a service account, as `kubectl create token` asks for it.
//
// Source of defaults, limits and wording: Kubernetes' serviceaccounts/token. Thread: confined to one.
#pragma once

#include <string>
#include <string_view>

#include "operator/apiserver/object_service.hpp"
#include "operator/apiserver/service_account_tokens.hpp"

namespace kyma::apiserver {

// Completes `request` with its answer. Errors: not_found (the account, or what the token is to be bound to), invalid,
// conflict (of uids), bad_request.
kube::Outcome<void> issue_requested_token(ServiceAccountTokens& tokens, ObjectService& objects,
                                          std::string_view name_space, std::string_view account,
                                          json::Document& request);

}  // namespace kyma::apiserver
