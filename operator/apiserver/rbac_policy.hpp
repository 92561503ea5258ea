// Roles and bindings as storage holds them, indexed by who they are about, change by change.
//
// Guarantees: what was written is in force before the write is answered; to walk through what is granted to somebody
// costs what he is granted, however many roles and bindings there are. Thread: confined to one. Lifetime: the
// storage's.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "operator/apiserver/rbac_rules.hpp"
#include "operator/apiserver/storage.hpp"
#include "operator/apiserver/user_info.hpp"

namespace kyma::apiserver {

// A Role or ClusterRole. One that does not exist, or no more, may be bound all the same.
struct PolicyRole {
  std::string kind;
  std::string name;
  bool exists = false;
  PolicyRules rules = {};
};

struct PolicySubject {
  std::string kind;  // User, Group, ServiceAccount
  std::string name;
  std::string name_space = {};  // of a ServiceAccount
};

struct PolicyBinding {
  std::string name_space;  // empty: a ClusterRoleBinding
  std::string name;
  std::shared_ptr<const PolicyRole> role;
  std::vector<PolicySubject> subjects;
};

// One subject of one binding; the first of those that are the same.
struct PolicyGrant {
  const PolicyBinding* binding;
  std::size_t subject;
};

class RbacPolicy {
 public:
  // Reads what is there, and observes the storage from now on.
  explicit RbacPolicy(Storage& storage);
  RbacPolicy(const RbacPolicy&) = delete;
  RbacPolicy& operator=(const RbacPolicy&) = delete;

  // Calls visit(grant) for everything that is granted to the user, cluster-wide and in the namespace (empty: none),
  // until it returns true; tells whether it did.
  template <class Visit>
  bool visit_grants(const UserInfo& user, std::string_view name_space, Visit visit) const {
    const auto among = [&](const Index& index, std::string_view subject) {
      const auto found = index.find(subject);
      if (found == index.end()) return false;
      for (const auto& grant : found->second) {
        if (visit(grant)) return true;
      }
      return false;
    };
    const auto everywhere = [&](const Scope& scope) {
      if (among(scope.users, user.name)) return true;
      for (const auto& group : user.groups) {
        if (among(scope.groups, group)) return true;
      }
      return false;
    };
    if (everywhere(cluster_)) return true;
    const auto scope = namespaces_.find(name_space);
    return scope != namespaces_.end() && everywhere(scope->second);
  }

  // Null when there is none. An empty namespace: a ClusterRole.
  std::shared_ptr<const PolicyRole> find_role(std::string_view name_space, std::string_view name) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>()(text); }
  };
  template <class T>
  using ByText = std::unordered_map<std::string, T, Hash, std::equal_to<>>;
  using Index = ByText<std::vector<PolicyGrant>>;
  struct Scope {
    Index users;
    Index groups;
  };

  void on_change(Table& table, const Change& change);
  void apply_role(const Change& change);
  void apply_binding(const Change& change);
  void index(const PolicyBinding& binding);
  void unindex(const PolicyBinding& binding);
  std::shared_ptr<PolicyRole> role_slot(std::string_view name_space, std::string_view name);
  std::shared_ptr<const PolicyRole> bound_role(const PolicyBinding& binding, const json::Value& document);
  // Forgets a role that does not exist and that nobody but `other_holders` callers refers to.
  void drop_if_unused(const std::string& key, long other_holders);

  Table& roles_;
  Table& cluster_roles_;
  Table& role_bindings_;
  Table& cluster_role_bindings_;
  ByText<std::shared_ptr<PolicyRole>> slots_;              // by storage key; those that exist or are bound
  ByText<std::unique_ptr<const PolicyBinding>> bindings_;  // by storage key
  Scope cluster_;
  ByText<Scope> namespaces_;
};

// The plural and group of a kind, as tables are named: "roles.rbac.authorization.k8s.io".
inline constexpr std::string_view kRbacGroup = "rbac.authorization.k8s.io";
inline constexpr std::string_view kRoles = "roles.rbac.authorization.k8s.io";
inline constexpr std::string_view kClusterRoles = "clusterroles.rbac.authorization.k8s.io";
inline constexpr std::string_view kRoleBindings = "rolebindings.rbac.authorization.k8s.io";
inline constexpr std::string_view kClusterRoleBindings = "clusterrolebindings.rbac.authorization.k8s.io";

}  // namespace kyma::apiserver
