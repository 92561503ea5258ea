// Strategic merge patch, for the built-in kinds that kubectl sends it for.
//
// A merge patch that knows directives ($patch: replace or delete, $retainKeys, $deleteFromPrimitiveList/x,
// $setElementOrder/x) and a few lists with keys: metadata.finalizers and imagePullSecrets, secrets and ownerReferences.
// Custom resources do not take it, as in Kubernetes.
#pragma once

#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

// Error: invalid (lists too long to be merged); the target is then half done and to be thrown away.
kube::Outcome<void> apply_strategic_merge_patch(json::Value& target, const json::Value& patch,
                                                json::Allocator& allocator);

}  // namespace kyma::apiserver
