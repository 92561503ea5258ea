#include "operator/apiserver/rbac_escalation.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "operator/apiserver/api_errors.hpp"

namespace kyma::apiserver {
namespace {

// Of what is missing, in the message.
constexpr std::size_t kMaxShownRules = 100;
constexpr std::size_t kMaxShownBytes = 4096;

const PolicyRules& full_authority() {
  static const PolicyRules kRules{{{"*"}, {"*"}, {"*"}}, {{"*"}, {}, {}, {}, {"*"}}};
  return kRules;
}

std::string_view name_of(const json::Value& object) { return json::string_at(object, {"metadata", "name"}); }
std::string_view namespace_of(const json::Value& object) { return json::string_at(object, {"metadata", "namespace"}); }

bool has_aggregation(const json::Value& role) {
  const auto* rule = json::find(role, "aggregationRule");
  return rule && !rule->IsNull();
}

// What the garbage collector touches may change whatever the role says.
bool changes_ownership_alone(const json::Value& object, const StoredObject& old) {
  json::Document before;
  auto& allocator = before.GetAllocator();
  static_cast<json::Value&>(before) = parse_stored(old.json, allocator);
  json::Value after(object, allocator);
  for (auto* each : {static_cast<json::Value*>(&before), &after}) {
    auto* metadata = json::find(*each, "metadata");
    if (!metadata || !metadata->IsObject()) return false;
    for (const char* member : {"ownerReferences", "finalizers", "managedFields", "resourceVersion"}) {
      metadata->RemoveMember(member);
    }
  }
  return json::equal(before, after);
}

}  // namespace

bool RbacEscalation::concerns(const Resource& resource) noexcept {
  return !resource.custom && resource.type.group == kRbacGroup;
}

kube::Outcome<void> RbacEscalation::check(const UserInfo& user, const Resource& resource, const json::Value& object,
                                          const StoredObject* old) const {
  if (user.in_group(kGroupMasters) || (old && changes_ownership_alone(object, *old))) return {};
  if (resource.type.kind == "Role" || resource.type.kind == "ClusterRole") {
    return check_role(user, resource, object, old);
  }
  return check_binding(user, resource, object);
}

kube::Outcome<void> RbacEscalation::check_role(const UserInfo& user, const Resource& resource,
                                               const json::Value& object, const StoredObject* old) const {
  RequestAttributes escalate{"escalate", true, kRbacGroup, resource.type.version, resource.type.plural};
  escalate.name_space = namespace_of(object);
  escalate.name = name_of(object);
  if (authorizer_.allows(user, escalate)) return {};
  if (auto held = check_rules(user, resource, object, parse_rules(object)); !held) return held;
  bool aggregates = has_aggregation(object);
  if (old && !aggregates) {
    const auto before = json::parse(old->json);
    aggregates = before && has_aggregation(*before);
  }
  if (aggregates && !missing_rules(authorizer_.rules_of(user, namespace_of(object)).rules, full_authority()).empty()) {
    return forbidden(resource.type, name_of(object), "must have cluster-admin privileges to use the aggregationRule");
  }
  return {};
}

kube::Outcome<void> RbacEscalation::check_binding(const UserInfo& user, const Resource& resource,
                                                  const json::Value& object) const {
  const auto kind = json::string_at(object, {"roleRef", "kind"});
  const auto role = json::string_at(object, {"roleRef", "name"});
  const bool cluster_role = kind == "ClusterRole";
  RequestAttributes bind{"bind", true, kRbacGroup, resource.type.version, cluster_role ? "clusterroles" : "roles"};
  bind.name_space = namespace_of(object);
  bind.name = role;
  if (authorizer_.allows(user, bind)) return {};
  const auto found = policy_.find_role(cluster_role ? std::string_view{} : namespace_of(object), role);
  if (!found) {
    const kube::ResourceType type{std::string(kRbacGroup), "v1", std::string(kind),
                                  cluster_role ? "clusterroles" : "roles", !cluster_role};
    return kube::not_found(type, role);
  }
  return check_rules(user, resource, object, found->rules);
}

kube::Outcome<void> RbacEscalation::check_rules(const UserInfo& user, const Resource& resource,
                                                const json::Value& object, const PolicyRules& granted) const {
  const auto held = authorizer_.rules_of(user, namespace_of(object));
  const auto missing = missing_rules(held.rules, granted);
  if (missing.empty()) return {};
  std::vector<std::string> lines;
  for (const auto& rule : missing) {
    auto line = describe(rule);
    if (lines.size() == kMaxShownRules || line.size() > kMaxShownBytes) line = "...";
    lines.push_back(std::move(line));
    if (lines.size() > kMaxShownRules) break;
  }
  auto why = fmt::format("user {} (groups={}) is attempting to grant RBAC permissions not currently held:\n{}",
                         quoted(user.name), quoted_list(user.groups), fmt::join(lines, "\n"));
  if (!held.errors.empty()) why += fmt::format("; resolution errors: {}", held.errors);
  return forbidden(resource.type, name_of(object), why);
}

}  // namespace kyma::apiserver
