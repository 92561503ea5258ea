// Strategic merge patch, for built-in kinds: a merge patch in which lists are merged where TypeTable says so, by the
// key of their elements or as sets. Custom resources do not take it, as in Kubernetes.
//
// Directives: $patch (replace, delete, merge) in an object and in an element of a merged list; $retainKeys;
// $deleteFromPrimitiveList/x; $setElementOrder/x. The order of a merged list is that of Kubernetes: what the patch
// names comes in the patch's order, the rest keeps its place as far as that goes. Lists that are not merged, and
// unknown members, are replaced. Time is n log n in the lengths of lists. Thread: none needed.
#pragma once

#include "operator/apiserver/type_table.hpp"
#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

// `type` is what `target` is of; null: nothing is known, and no list is merged.
// Errors: bad_request (a directive that makes no sense), invalid (an element without its merge key). The target is then
// half done and to be thrown away.
kube::Outcome<void> apply_strategic_merge_patch(json::Value& target, const json::Value& patch, const TypeDef* type,
                                                json::Allocator& allocator);

}  // namespace kyma::apiserver
