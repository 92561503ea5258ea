// JSON patch (RFC 6902): add, remove, replace, move, copy, test.
#pragma once

#include <string_view>

#include "operator/apiserver/request_body.hpp"
#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

// Applies all operations or reports the first that cannot be; the document is then half done and to be thrown away.
// Errors: bad_request (no patch), invalid (an operation that does not fit, or a failed test). Copies cannot make the
// document grow without bounds, nor deeper than json::kMaxDepth at any time; the work is limited as well. A field that
// the patch has twice counts as the last of them and is a problem.
kube::Outcome<void> apply_json_patch(json::Document& document, std::string_view patch, FieldProblems& problems);

}  // namespace kyma::apiserver
