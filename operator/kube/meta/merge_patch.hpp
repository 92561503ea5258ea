// JSON merge patch (RFC 7386).
#pragma once

#include "operator/kube/meta/json.hpp"

namespace kyma::kube {

// Applies `patch` to `target` in place; new parts are copied with the allocator.
void apply_merge_patch(json::Value& target, const json::Value& patch, json::Allocator& allocator);

}  // namespace kyma::kube
