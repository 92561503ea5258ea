// Nobody gives away what he does not have: the check on writing roles and bindings.
//
// As in Kubernetes, whoever may "escalate" a role or "bind" it is exempt, and so is system:masters; to use an
// aggregationRule takes everything on everything. Thread: confined to one.
#pragma once

#include "operator/apiserver/authorizer.hpp"
#include "operator/apiserver/object_service.hpp"
#include "operator/apiserver/rbac_policy.hpp"

namespace kyma::apiserver {

class RbacEscalation {
 public:
  RbacEscalation(const Authorizer& authorizer, const RbacPolicy& policy) : authorizer_(authorizer), policy_(policy) {}

  // Whether the resource is one whose writes are to be checked.
  static bool concerns(const Resource& resource) noexcept;
  // `object` is complete; `old` is null on creation. Errors: forbidden, not_found (of the role that is bound).
  kube::Outcome<void> check(const UserInfo& user, const Resource& resource, const json::Value& object,
                            const StoredObject* old) const;

 private:
  kube::Outcome<void> check_role(const UserInfo& user, const Resource& resource, const json::Value& object,
                                 const StoredObject* old) const;
  kube::Outcome<void> check_binding(const UserInfo& user, const Resource& resource, const json::Value& object) const;
  kube::Outcome<void> check_rules(const UserInfo& user, const Resource& resource, const json::Value& object,
                                  const PolicyRules& granted) const;

  const Authorizer& authorizer_;
  const RbacPolicy& policy_;
};

}  // namespace kyma::apiserver
