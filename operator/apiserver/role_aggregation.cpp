#include "operator/apiserver/role_aggregation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "operator/apiserver/rbac_policy.hpp"
#include "operator/kube/meta/selector.hpp"

namespace kyma::apiserver {
namespace {

// A chain of roles that aggregate each other takes a round per link.
constexpr int kMaxRounds = 8;

std::string text_of(const json::Value& list) {
  std::string text;
  for (const auto& value : list.GetArray()) {
    if (value.IsString()) text += fmt::format("{}{}", text.empty() ? "" : ",", json::view(value));
  }
  return text;
}

void add_term(std::string& text, std::string term) {
  if (!text.empty()) text += ',';
  text += term;
}

// A metav1.LabelSelector in the form that the parser takes; nothing when it is none.
std::optional<std::string> selector_text(const json::Value& selector) {
  std::string text;
  if (const auto* labels = json::find(selector, "matchLabels"); labels && labels->IsObject()) {
    for (const auto& label : labels->GetObject()) {
      if (!label.value.IsString()) return std::nullopt;
      add_term(text, fmt::format("{}={}", json::view(label.name), json::view(label.value)));
    }
  }
  const auto* expressions = json::find(selector, "matchExpressions");
  if (!expressions || !expressions->IsArray()) return text;
  for (const auto& each : expressions->GetArray()) {
    const auto key = json::string_at(each, {"key"});
    const auto op = json::string_at(each, {"operator"});
    const auto* values = json::find(each, "values");
    const auto list = values && values->IsArray() ? text_of(*values) : std::string();
    if (op == "In")
      add_term(text, fmt::format("{} in ({})", key, list));
    else if (op == "NotIn")
      add_term(text, fmt::format("{} notin ({})", key, list));
    else if (op == "Exists")
      add_term(text, std::string(key));
    else if (op == "DoesNotExist")
      add_term(text, fmt::format("!{}", key));
    else
      return std::nullopt;
  }
  return text;
}

bool selects(const kube::LabelSelector& selector, const StoredObject& role) {
  std::string_view value;
  return selector.matches([&](std::string_view key) -> const std::string_view* {
    for (const auto& label : role.labels) {
      if (label.first.view() != key) continue;
      value = label.second.view();
      return &value;
    }
    return nullptr;
  });
}

const json::Value* selectors_of(const json::Value& role) {
  const auto* selectors = json::find(role, {"aggregationRule", "clusterRoleSelectors"});
  return selectors && selectors->IsArray() ? selectors : nullptr;
}

}  // namespace

RoleAggregation::RoleAggregation(ObjectService& objects)
    : objects_(objects), roles_(objects.storage().table(kClusterRoles)) {
  objects_.storage().observe([this](Table& table, const Change&) {
    if (&table != &roles_) return;
    stale_ = true;
    work_.notify_all();
  });
}

PolicyRules RoleAggregation::collect(const json::Value& role, const StoredObject& self,
                                     const std::vector<ObjectPtr>& roles) const {
  PolicyRules rules;
  std::set<PolicyRule> known;
  for (const auto& object : selectors_of(role)->GetArray()) {
    const auto text = selector_text(object);
    if (!text) continue;
    const auto selector = kube::LabelSelector::parse(*text);
    if (!selector) continue;
    for (const auto& other : roles) {
      if (other->name == self.name || !selects(*selector, *other)) continue;
      const auto document = json::parse(other->json);
      if (!document) continue;
      for (auto& rule : parse_rules(*document)) {
        if (known.insert(rule).second) rules.push_back(std::move(rule));
      }
    }
  }
  return rules;
}

bool RoleAggregation::refresh_once() {
  const auto resource = objects_.registry().find(kRbacGroup, "v1", "clusterroles");
  if (!resource) return false;
  bool changed = false;
  const auto snapshot = roles_.list({});
  for (const auto& role : *snapshot.objects) {
    if (role->deletion || role->json.find("\"aggregationRule\"") == std::string::npos) continue;
    const auto document = json::parse(role->json);
    if (!document || !selectors_of(*document)) continue;
    const auto rules = collect(*document, *role, *snapshot.objects);
    if (rules == parse_rules(*document)) continue;
    const auto written = objects_.edit(*resource, role, [&](json::Value& object, json::Allocator& allocator) {
      json::set(object, "rules", to_json(rules, allocator), allocator);
      return true;
    });
    changed = changed || written.has_value();
  }
  return changed;
}

void RoleAggregation::refresh() {
  for (int round = 0; round < kMaxRounds && refresh_once(); ++round) {
  }
  stale_ = false;
}

asio::awaitable<void> RoleAggregation::run() {
  while (true) {
    if (!stale_) co_await work_.wait();
    stale_ = false;
    refresh();
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  }
}

}  // namespace kyma::apiserver
