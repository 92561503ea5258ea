// Who may do what, for others who ask (authorization.k8s.io/v1): SubjectAccessReview, LocalSubjectAccessReview,
// SelfSubjectAccessReview and SelfSubjectRulesReview, which `kubectl auth can-i` is made of.
//
// Thread: confined to one.
#pragma once

#include <string_view>

#include "operator/apiserver/authorizer.hpp"
#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/resource_type.hpp"

namespace kyma::apiserver {

// Completes `review` with its status. The subject is the one that it names. Errors: invalid (not exactly one question,
// nobody named), and for a local one (`name_space` not empty): a question about another namespace or a path.
kube::Outcome<void> review_subject_access(const Authorizer& authorizer, const kube::ResourceType& type,
                                          std::string_view name_space, json::Document& review);
// The same for the caller.
kube::Outcome<void> review_self_access(const Authorizer& authorizer, const kube::ResourceType& type,
                                       const UserInfo& user, json::Document& review);
// Everything that the caller may do in spec.namespace. Error: bad_request (no namespace).
kube::Outcome<void> review_self_rules(const Authorizer& authorizer, const UserInfo& user, json::Document& review);

}  // namespace kyma::apiserver
