// Rules of roles: what one allows, and whether some rules together cover another. No I/O, no storage.
//
// Source of the matching: Kubernetes' rbac evaluation helpers and its "covers" of rules. Thread: none needed.
#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "operator/apiserver/request_attributes.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

struct PolicyRule {
  std::vector<std::string> verbs;
  std::vector<std::string> groups = {};
  std::vector<std::string> resources = {};
  std::vector<std::string> names = {};  // empty: every name
  std::vector<std::string> urls = {};

  friend auto operator<=>(const PolicyRule&, const PolicyRule&) = default;
};
using PolicyRules = std::vector<PolicyRule>;

// The array under "rules", as far as it is one.
PolicyRules parse_rules(const json::Value& role);
json::Value to_json(const PolicyRules& rules, json::Allocator& allocator);

bool allows(const PolicyRule& rule, const RequestAttributes& wanted) noexcept;

// Which parts of `wanted` no rule of `held` covers: what somebody would grant without having it. Rules that differ in
// their verbs alone come as one. Rules of more than kMaxRuleParts combinations in all, or so many that to compare them
// with what is held takes more than kMaxRuleComparisons, are covered by "everything" alone: their check would take too
// long.
inline constexpr std::size_t kMaxRuleParts = 10'000;
inline constexpr std::size_t kMaxRuleComparisons = 20'000'000;
PolicyRules missing_rules(const PolicyRules& held, const PolicyRules& wanted);

// {APIGroups:["apps"], Resources:["deployments"], Verbs:["get" "list"]}
std::string describe(const PolicyRule& rule);

}  // namespace kyma::apiserver
