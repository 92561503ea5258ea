// The annotation in which `kubectl apply` keeps what it applied last, where it meets server-side apply: who moves from
// one to the other has no conflicts with himself, and `kubectl apply view-last-applied` stays right.
//
// Only for the manager "kubectl", as in Kubernetes. Thread: none needed.
#pragma once

#include <string_view>

#include "operator/apiserver/field_set.hpp"
#include "operator/apiserver/merge_type.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

inline constexpr std::string_view kKubectlManager = "kubectl";

// The fields that the object has as the annotation says: whoever applied them before may take them over.
FieldSet last_applied_fields(const MergeType& type, const json::Value& object);
// Where the object has the annotation, it now says what was applied.
void renew_last_applied(json::Value& object, const json::Value& applied, json::Allocator& allocator);

}  // namespace kyma::apiserver
