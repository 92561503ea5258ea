#include "operator/apiserver/rbac_authorizer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
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

// Each role that is granted and does not exist, once, in the words of missing_roles().
class MissingRoles {
 public:
  void note(const PolicyRole& role) {
    if (!role.exists && seen_.insert(&role).second) texts_.push_back(not_found(role));
  }
  std::string str() const { return missing_roles(texts_); }

 private:
  std::unordered_set<const PolicyRole*> seen_;
  std::vector<std::string> texts_;
};

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
  MissingRoles missing;
  policy_.visit_grants(user, wanted.name_space, [&](const auto& grant) {
    missing.note(*grant.binding->role);
    return false;
  });
  return missing.str();
}

HeldRules RbacAuthorizer::rules_of(const UserInfo& user, std::string_view name_space) const {
  HeldRules held;
  MissingRoles missing;
  policy_.visit_grants(user, name_space, [&](const auto& grant) {
    const auto& role = *grant.binding->role;
    held.rules.insert(held.rules.end(), role.rules.begin(), role.rules.end());
    missing.note(role);
    return false;
  });
  held.errors = missing.str();
  return held;
}

}  // namespace kyma::apiserver
