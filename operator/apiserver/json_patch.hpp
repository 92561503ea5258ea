// JSON patch (RFC 6902): add, remove, replace, move, copy, test.
#pragma once

#include <string_view>

#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

// Applies all operations or reports the first that cannot be; the document is then half done and to be thrown away.
// Errors: bad_request (no patch), invalid (an operation that does not fit, or a failed test). Copies cannot make the
// document grow without bounds: their sizes are limited together.
kube::Outcome<void> apply_json_patch(json::Document& document, std::string_view patch);

}  // namespace kyma::apiserver
