// Resources that are questions: they can be created, are answered at once, and are never stored. TokenReview,
// SelfSubjectReview, the four access reviews, and TokenRequest (a subresource of ServiceAccount).
#pragma once

#include "operator/apiserver/registry.hpp"
#include "operator/apiserver/storage.hpp"

namespace kyma::apiserver {

void add_review_resources(Registry& registry, Storage& storage);
// Not in the registry: it is served at serviceaccounts/NAME/token.
ResourcePtr make_token_request_resource();

}  // namespace kyma::apiserver
