// Chart values as the operator keeps them: canonical JSON text, interned, so that thousands of components with the same
// values share one copy and compare by address.
//
// The empty string stands for no values at all; an empty object means the same and is kept as the empty string.
#pragma once

#include <optional>
#include <string>

#include "operator/base/interned_string.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::api {

// Reads the value at the reader's position, whatever it is; null and {} give the empty string.
void decode_values(json::Reader& reader, InternedString& values);

// The merge patch that turns `current` into exactly `wanted`, members that are to go included: the value for "values"
// within a patch. Nothing when a merge patch cannot say it, because `wanted` has a null (which unsets a chart's
// default) where the patch would have to write it: null in a patch means removal.
std::optional<std::string> values_patch(const InternedString& current, const InternedString& wanted);

}  // namespace kyma::api
