#include "operator/apiserver/rbac_policy.hpp"

#include <algorithm>
#include <utility>

namespace kyma::apiserver {
namespace {

constexpr std::size_t kObjectsPerScan = 256;

std::vector<PolicySubject> parse_subjects(const json::Value& binding, std::string_view name_space) {
  std::vector<PolicySubject> result;
  const auto* list = json::find(binding, "subjects");
  if (!list || !list->IsArray()) return result;
  for (const auto& each : list->GetArray()) {
    PolicySubject subject{std::string(json::string_at(each, {"kind"})), std::string(json::string_at(each, {"name"})),
                          std::string(json::string_at(each, {"namespace"}))};
    // A RoleBinding's own namespace is meant where none is named.
    if (subject.kind == "ServiceAccount" && subject.name_space.empty()) subject.name_space = name_space;
    result.push_back(std::move(subject));
  }
  return result;
}

void erase_grants(auto& index, const std::string& subject, const PolicyBinding& binding) {
  const auto found = index.find(subject);
  if (found == index.end()) return;
  std::erase_if(found->second, [&](const PolicyGrant& grant) { return grant.binding == &binding; });
  if (found->second.empty()) index.erase(found);
}

// By which text the index knows the subject; empty: it can be nobody.
std::string index_key(const PolicySubject& subject) {
  if (subject.kind != "ServiceAccount") return subject.name;
  return subject.name_space.empty() ? std::string() : service_account_user(subject.name_space, subject.name);
}

}  // namespace

RbacPolicy::RbacPolicy(Storage& storage)
    : roles_(storage.table(kRoles)),
      cluster_roles_(storage.table(kClusterRoles)),
      role_bindings_(storage.table(kRoleBindings)),
      cluster_role_bindings_(storage.table(kClusterRoleBindings)) {
  for (auto* table : {&roles_, &cluster_roles_, &role_bindings_, &cluster_role_bindings_}) {
    std::vector<ObjectPtr> objects;
    while (table->scan({}, objects.empty() ? std::string() : objects.back()->key(), kObjectsPerScan, objects)) {
    }
    for (auto& object : objects) on_change(*table, Change{ChangeType::added, std::move(object), nullptr});
  }
  storage.observe([this](Table& table, const Change& change) { on_change(table, change); });
}

std::shared_ptr<const PolicyRole> RbacPolicy::find_role(std::string_view name_space, std::string_view name) const {
  const auto found = slots_.find(storage_key(name_space, name));
  return found == slots_.end() || !found->second->exists ? nullptr : found->second;
}

void RbacPolicy::on_change(Table& table, const Change& change) {
  if (&table == &roles_ || &table == &cluster_roles_) apply_role(change);
  if (&table == &role_bindings_ || &table == &cluster_role_bindings_) apply_binding(change);
}

void RbacPolicy::apply_role(const Change& change) {
  const auto& object = *change.object;
  const auto name_space = object.name_space.view();
  const auto slot = role_slot(name_space, object.name);
  const auto document = json::parse(object.json);
  slot->exists = change.type != ChangeType::deleted;
  slot->rules = slot->exists && document ? parse_rules(*document) : PolicyRules{};
  drop_if_unused(storage_key(name_space, object.name), 1);
}

void RbacPolicy::apply_binding(const Change& change) {
  const auto& object = *change.object;
  const auto key = object.key();
  if (const auto before = bindings_.find(key); before != bindings_.end()) {
    const auto old = std::move(before->second);
    bindings_.erase(before);
    unindex(*old);
  }
  const auto document = json::parse(object.json);
  if (change.type == ChangeType::deleted || !document) return;
  auto binding = std::make_unique<PolicyBinding>();
  binding->name_space = object.name_space.view();
  binding->name = object.name.view();
  binding->role = bound_role(*binding, *document);
  binding->subjects = parse_subjects(*document, binding->name_space);
  index(*binding);
  bindings_[key] = std::move(binding);
}

std::shared_ptr<const PolicyRole> RbacPolicy::bound_role(const PolicyBinding& binding, const json::Value& document) {
  const auto kind = json::string_at(document, {"roleRef", "kind"});
  const auto name = json::string_at(document, {"roleRef", "name"});
  if (kind == "ClusterRole") return role_slot({}, name);
  if (kind == "Role" && !binding.name_space.empty()) return role_slot(binding.name_space, name);
  // Nothing that can ever exist.
  return std::make_shared<PolicyRole>(PolicyRole{std::string(kind), std::string(name)});
}

void RbacPolicy::index(const PolicyBinding& binding) {
  auto& scope = binding.name_space.empty() ? cluster_ : namespaces_[binding.name_space];
  for (std::size_t i = 0; i < binding.subjects.size(); ++i) {
    const auto& subject = binding.subjects[i];
    const auto key = index_key(subject);
    if (key.empty()) continue;
    auto& entries = (subject.kind == "Group" ? scope.groups : scope.users)[key];
    // Somebody who is named a thousand times is granted no more for it, and each decision would walk through that.
    if (entries.empty() || entries.back().binding != &binding) entries.push_back({&binding, i});
  }
}

void RbacPolicy::unindex(const PolicyBinding& binding) {
  auto& scope = binding.name_space.empty() ? cluster_ : namespaces_[binding.name_space];
  for (const auto& subject : binding.subjects) {
    erase_grants(subject.kind == "Group" ? scope.groups : scope.users, index_key(subject), binding);
  }
  if (!binding.name_space.empty() && scope.users.empty() && scope.groups.empty()) {
    namespaces_.erase(binding.name_space);
  }
  const auto role_namespace = binding.role->kind == "Role" ? std::string_view(binding.name_space) : std::string_view{};
  drop_if_unused(storage_key(role_namespace, binding.role->name), 1);
}

std::shared_ptr<PolicyRole> RbacPolicy::role_slot(std::string_view name_space, std::string_view name) {
  auto& slot = slots_[storage_key(name_space, name)];
  if (!slot) {
    slot = std::make_shared<PolicyRole>(PolicyRole{name_space.empty() ? "ClusterRole" : "Role", std::string(name)});
  }
  return slot;
}

void RbacPolicy::drop_if_unused(const std::string& key, long other_holders) {
  const auto found = slots_.find(key);
  if (found == slots_.end() || found->second->exists || found->second.use_count() > 1 + other_holders) return;
  slots_.erase(found);
}

}  // namespace kyma::apiserver
