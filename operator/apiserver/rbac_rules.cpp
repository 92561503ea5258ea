#include "operator/apiserver/rbac_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace kyma::apiserver {
namespace {

constexpr std::string_view kAll = "*";

bool contains(const std::vector<std::string>& texts, std::string_view text) noexcept {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

// "*" in a rule is everything; in what is wanted it is a text as any other.
bool has(const std::vector<std::string>& texts, std::string_view text) noexcept {
  return std::any_of(texts.begin(), texts.end(), [&](const auto& each) { return each == kAll || each == text; });
}

// A rule's resource: "*", "pods", "pods/log", "*/scale".
bool names_resource(std::string_view pattern, std::string_view resource, std::string_view subresource) noexcept {
  if (pattern == kAll) return true;
  if (subresource.empty()) return pattern == resource;
  const auto slash = pattern.find('/');
  if (slash == std::string_view::npos || pattern.substr(slash + 1) != subresource) return false;
  const auto parent = pattern.substr(0, slash);
  return parent == resource || parent == kAll;
}

bool names_url(std::string_view pattern, std::string_view path) noexcept {
  if (pattern == kAll || pattern == path) return true;
  if (!pattern.ends_with('*')) return false;
  while (pattern.ends_with('*')) pattern.remove_suffix(1);
  return path.starts_with(pattern);
}

std::vector<std::string> strings_at(const json::Value& object, std::string_view key) {
  std::vector<std::string> result;
  const auto* list = json::find(object, key);
  if (!list || !list->IsArray()) return result;
  for (const auto& element : list->GetArray()) {
    if (element.IsString()) result.emplace_back(json::view(element));
  }
  return result;
}

void set_strings(json::Value& object, std::string_view key, const std::vector<std::string>& texts,
                 json::Allocator& allocator) {
  if (texts.empty()) return;
  json::Value list(rapidjson::kArrayType);
  for (const auto& text : texts) list.PushBack(json::make_string(text, allocator), allocator);
  json::set(object, key, std::move(list), allocator);
}

// Into how many parts broken_down() would cut them; no more than one too many.
std::size_t count_parts(const PolicyRules& rules) noexcept {
  std::size_t sum = 0;
  for (const auto& rule : rules) {
    std::size_t parts = 1;
    for (const auto size :
         {rule.verbs.size(), rule.groups.size(), rule.resources.size(), std::max<std::size_t>(rule.names.size(), 1)}) {
      parts = std::min(parts * size, kMaxRuleParts + 1);
    }
    // Object sizes are limited, so this cannot overflow.
    sum += parts + rule.verbs.size() * rule.urls.size();
    if (sum > kMaxRuleParts) return kMaxRuleParts + 1;
  }
  return sum;
}

bool is_everything(const PolicyRule& rule, bool urls) noexcept {
  if (!contains(rule.verbs, kAll)) return false;
  if (urls) return contains(rule.urls, kAll);
  return contains(rule.groups, kAll) && contains(rule.resources, kAll) && rule.names.empty();
}

bool holds_everything(const PolicyRules& held) noexcept {
  const auto some = [&](bool urls) {
    return std::any_of(held.begin(), held.end(), [&](const auto& rule) { return is_everything(rule, urls); });
  };
  return some(false) && some(true);
}

// A rule cut into the smallest there are: one verb, and one resource of one group (under one name) or one URL.
PolicyRules broken_down(const PolicyRule& rule) {
  PolicyRules parts;
  const std::vector<std::string> any{std::string()};
  for (const auto& verb : rule.verbs) {
    for (const auto& group : rule.groups) {
      for (const auto& resource : rule.resources) {
        for (const auto& name : rule.names.empty() ? any : rule.names) {
          PolicyRule part{{verb}, {group}, {resource}};
          if (!rule.names.empty()) part.names = {name};
          parts.push_back(std::move(part));
        }
      }
    }
    for (const auto& url : rule.urls) parts.push_back({{verb}, {}, {}, {}, {url}});
  }
  return parts;
}

bool covers_resource(const std::vector<std::string>& held, std::string_view wanted) noexcept {
  if (has(held, wanted)) return true;
  const auto slash = wanted.find('/');
  if (slash == std::string_view::npos) return false;
  const auto subresource = wanted.substr(slash + 1);
  return std::any_of(held.begin(), held.end(),
                     [&](std::string_view each) { return each.starts_with("*/") && each.substr(2) == subresource; });
}

// `part` is one that broken_down() made.
bool covers(const PolicyRule& held, const PolicyRule& part) noexcept {
  if (!has(held.verbs, part.verbs.front())) return false;
  if (!part.urls.empty()) {
    return std::any_of(held.urls.begin(), held.urls.end(),
                       [&](const auto& url) { return names_url(url, part.urls.front()); });
  }
  if (!has(held.groups, part.groups.front()) || !covers_resource(held.resources, part.resources.front())) return false;
  return held.names.empty() || (!part.names.empty() && contains(held.names, part.names.front()));
}

// How many texts a part is compared with, at most.
std::size_t count_texts(const PolicyRules& rules) noexcept {
  std::size_t sum = 0;
  for (const auto& rule : rules) {
    sum += rule.verbs.size() + rule.groups.size() + rule.resources.size() + rule.names.size() + rule.urls.size();
  }
  return sum;
}

PolicyRule without_verbs(PolicyRule rule) {
  rule.verbs.clear();
  return rule;
}

}  // namespace

PolicyRules parse_rules(const json::Value& role) {
  PolicyRules rules;
  const auto* list = json::find(role, "rules");
  if (!list || !list->IsArray()) return rules;
  for (const auto& rule : list->GetArray()) {
    rules.push_back({strings_at(rule, "verbs"), strings_at(rule, "apiGroups"), strings_at(rule, "resources"),
                     strings_at(rule, "resourceNames"), strings_at(rule, "nonResourceURLs")});
  }
  return rules;
}

json::Value to_json(const PolicyRules& rules, json::Allocator& allocator) {
  json::Value list(rapidjson::kArrayType);
  for (const auto& rule : rules) {
    json::Value object(rapidjson::kObjectType);
    set_strings(object, "apiGroups", rule.groups, allocator);
    set_strings(object, "nonResourceURLs", rule.urls, allocator);
    set_strings(object, "resourceNames", rule.names, allocator);
    set_strings(object, "resources", rule.resources, allocator);
    set_strings(object, "verbs", rule.verbs, allocator);
    list.PushBack(std::move(object), allocator);
  }
  return list;
}

bool allows(const PolicyRule& rule, const RequestAttributes& wanted) noexcept {
  if (!has(rule.verbs, wanted.verb)) return false;
  if (!wanted.is_resource) {
    return std::any_of(rule.urls.begin(), rule.urls.end(),
                       [&](const auto& url) { return names_url(url, wanted.path); });
  }
  if (!has(rule.groups, wanted.group)) return false;
  const bool resource = std::any_of(rule.resources.begin(), rule.resources.end(), [&](const auto& pattern) {
    return names_resource(pattern, wanted.resource, wanted.subresource);
  });
  return resource && (rule.names.empty() || contains(rule.names, wanted.name));
}

PolicyRules missing_rules(const PolicyRules& held, const PolicyRules& wanted) {
  const auto count = count_parts(wanted);
  if (count > kMaxRuleParts || count * count_texts(held) > kMaxRuleComparisons) {
    return holds_everything(held) ? PolicyRules{} : wanted;
  }
  PolicyRules missing;
  std::set<PolicyRule> seen;
  std::map<PolicyRule, std::size_t> places;  // in `missing`, by everything but the verbs
  for (const auto& rule : wanted) {
    for (auto& part : broken_down(rule)) {
      if (std::any_of(held.begin(), held.end(), [&](const auto& each) { return covers(each, part); })) continue;
      if (!seen.insert(part).second) continue;
      const auto [place, is_new] = places.emplace(without_verbs(part), missing.size());
      if (is_new)
        missing.push_back(std::move(part));
      else
        missing[place->second].verbs.push_back(part.verbs.front());
    }
  }
  return missing;
}

std::string describe(const PolicyRule& rule) {
  std::string text = "{";
  const auto add = [&](std::string_view name, const std::vector<std::string>& values) {
    if (values.empty()) return;
    text += fmt::format("{}{}:{}", text.size() > 1 ? ", " : "", name, quoted_list(values));
  };
  add("APIGroups", rule.groups);
  add("Resources", rule.resources);
  add("NonResourceURLs", rule.urls);
  add("ResourceNames", rule.names);
  add("Verbs", rule.verbs);
  return text + '}';
}

}  // namespace kyma::apiserver
