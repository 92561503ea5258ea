#include "operator/apiserver/rbac_authorizer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace kyma::apiserver {
namespace {

std::string describe(const PolicyGrant& grant) {
  const auto& binding = *grant.binding;
  const auto& subject = binding.subjects[grant.subject];
  const auto to = subject.name_space.empty() ? subject.name : fmt::format("{}/{}", subject.name, subject.name_space);
  const auto from = binding.name_space.empty()
                        ? fmt::format("ClusterRoleBinding {}", quoted(binding.name))
                        : fmt::format("RoleBinding {}", quoted(fmt::format("{}/{}", binding.name, binding.name_space)));
  return fmt::format("RBAC: allowed by {} of {} {} to {} {}", from, binding.role->kind, quoted(binding.role->name),
                     subject.kind, quoted(to));
}

// "RBAC: clusterrole.rbac.authorization.k8s.io "x" not found", or a list of such.
std::string missing_roles(const std::vector<std::string>& missing) {
  if (missing.empty()) return {};
  if (missing.size() == 1) return fmt::format("RBAC: {}", missing.front());
  return fmt::format("RBAC: [{}]", fmt::join(missing, ", "));
}

std::string not_found(const PolicyRole& role) {
  return fmt::format("{}.{} {} not found", role.kind == "Role" ? "role" : "clusterrole", kRbacGroup, quoted(role.name));
}

}  // namespace

std::optional<PolicyGrant> RbacAuthorizer::find_grant(const UserInfo& user, const RequestAttributes& wanted) const {
  std::optional<PolicyGrant> found;
  policy_.visit_grants(user, wanted.is_resource ? wanted.name_space : std::string_view{}, [&](const auto& grant) {
    const auto& rules = grant.binding->role->rules;
    if (std::none_of(rules.begin(), rules.end(), [&](const auto& rule) { return apiserver::allows(rule, wanted); })) {
      return false;
    }
    found = grant;
    return true;
  });
  return found;
}

bool RbacAuthorizer::allows(const UserInfo& user, const RequestAttributes& wanted) const {
  return user.in_group(kGroupMasters) || find_grant(user, wanted).has_value();
}

std::string RbacAuthorizer::reason(const UserInfo& user, const RequestAttributes& wanted) const {
  if (user.in_group(kGroupMasters)) return {};
  if (const auto grant = find_grant(user, wanted)) return describe(*grant);
  return rules_of(user, wanted.name_space).errors;
}

HeldRules RbacAuthorizer::rules_of(const UserInfo& user, std::string_view name_space) const {
  HeldRules held;
  std::vector<std::string> missing;
  policy_.visit_grants(user, name_space, [&](const auto& grant) {
    const auto& role = *grant.binding->role;
    held.rules.insert(held.rules.end(), role.rules.begin(), role.rules.end());
    if (!role.exists) {
      auto why = not_found(role);
      if (std::find(missing.begin(), missing.end(), why) == missing.end()) missing.push_back(std::move(why));
    }
    return false;
  });
  held.errors = missing_roles(missing);
  return held;
}

}  // namespace kyma::apiserver
