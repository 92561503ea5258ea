// Role-based access control, as Kubernetes evaluates it.
//
// Guarantees: what no role allows is forbidden; the group system:masters may do everything. A decision walks through
// what the user is granted, and allocates nothing. Thread: confined to one. Lifetime: shorter than the policy's.
#pragma once

#include <optional>
#include <string>

#include "operator/apiserver/authorizer.hpp"
#include "operator/apiserver/rbac_policy.hpp"

namespace kyma::apiserver {

class RbacAuthorizer final : public Authorizer {
 public:
  explicit RbacAuthorizer(const RbacPolicy& policy) : policy_(policy) {}

  bool allows(const UserInfo& user, const RequestAttributes& wanted) const override;
  std::string reason(const UserInfo& user, const RequestAttributes& wanted) const override;
  HeldRules rules_of(const UserInfo& user, std::string_view name_space) const override;

 private:
  std::optional<PolicyGrant> find_grant(const UserInfo& user, const RequestAttributes& wanted) const;

  const RbacPolicy& policy_;
};

}  // namespace kyma::apiserver
