#include <catch2/catch_test_macros.hpp>

#include <string>

#include "operator/apiserver/rbac_rules.hpp"

namespace kyma::apiserver {
namespace {

RequestAttributes resource(std::string_view verb, std::string_view group, std::string_view plural,
                           std::string_view name = {}, std::string_view subresource = {}) {
  RequestAttributes wanted{verb, true, group, "v1", plural, subresource};
  wanted.name = name;
  return wanted;
}

RequestAttributes path(std::string_view verb, std::string_view text) {
  RequestAttributes wanted{verb, false};
  wanted.path = text;
  return wanted;
}

TEST_CASE("A rule allows what its verbs, groups and resources name", "[apiserver][rbac]") {
  const PolicyRule rule{{"get", "list"}, {"", "apps"}, {"pods", "deployments"}};
  struct Case {
    std::string_view verb, group, plural;
    bool allowed;
  };
  for (const auto& [verb, group, plural, allowed] :
       {Case{"get", "", "pods", true}, Case{"list", "apps", "deployments", true}, Case{"get", "apps", "pods", true},
        Case{"watch", "", "pods", false}, Case{"get", "batch", "pods", false}, Case{"get", "", "secrets", false},
        Case{"", "", "pods", false}, Case{"GET", "", "pods", false}, Case{"get", "", "pod", false}}) {
    INFO(verb << " " << group << " " << plural);
    REQUIRE(allows(rule, resource(verb, group, plural)) == allowed);
  }
}

TEST_CASE("Stars stand for everything, but a resource does not stand for its subresources", "[apiserver][rbac]") {
  const PolicyRule all{{"*"}, {"*"}, {"*"}};
  REQUIRE(allows(all, resource("anything", "any.group", "things", "x", "status")));
  REQUIRE_FALSE(allows(all, path("get", "/metrics")));
  const PolicyRule pods{{"*"}, {""}, {"pods"}};
  REQUIRE(allows(pods, resource("get", "", "pods")));
  REQUIRE_FALSE(allows(pods, resource("get", "", "pods", "a", "log")));
  const PolicyRule logs{{"get"}, {""}, {"pods/log"}};
  REQUIRE(allows(logs, resource("get", "", "pods", "a", "log")));
  REQUIRE_FALSE(allows(logs, resource("get", "", "pods", "a")));
  REQUIRE_FALSE(allows(logs, resource("get", "", "pods", "a", "status")));
  const PolicyRule scale{{"get"}, {"*"}, {"*/scale"}};
  REQUIRE(allows(scale, resource("get", "apps", "deployments", "a", "scale")));
  REQUIRE_FALSE(allows(scale, resource("get", "apps", "deployments", "a")));
  REQUIRE_FALSE(allows(scale, resource("get", "apps", "deployments", "a", "status")));
  // Only the whole resource can be a star.
  REQUIRE_FALSE(allows({{"get"}, {""}, {"pods/*"}}, resource("get", "", "pods", "a", "log")));
  REQUIRE_FALSE(allows({{"get"}, {""}, {"po*"}}, resource("get", "", "pods")));
}

TEST_CASE("Resource names bind a rule to objects", "[apiserver][rbac]") {
  const PolicyRule rule{{"*"}, {""}, {"secrets"}, {"a", "b"}};
  REQUIRE(allows(rule, resource("get", "", "secrets", "a")));
  REQUIRE(allows(rule, resource("list", "", "secrets", "b")));
  REQUIRE_FALSE(allows(rule, resource("get", "", "secrets", "c")));
  REQUIRE_FALSE(allows(rule, resource("list", "", "secrets")));
  REQUIRE_FALSE(allows(rule, resource("create", "", "secrets")));
  REQUIRE_FALSE(allows({{"get"}, {""}, {"secrets"}, {"*"}}, resource("get", "", "secrets", "a")));
}

TEST_CASE("URLs match whole, or up to a star at their end", "[apiserver][rbac]") {
  const PolicyRule rule{{"get"}, {}, {}, {}, {"/metrics", "/healthz/*"}};
  REQUIRE(allows(rule, path("get", "/metrics")));
  REQUIRE_FALSE(allows(rule, path("post", "/metrics")));
  REQUIRE_FALSE(allows(rule, path("get", "/metrics/")));
  REQUIRE(allows(rule, path("get", "/healthz/ping")));
  REQUIRE_FALSE(allows(rule, path("get", "/healthz")));
  REQUIRE_FALSE(allows(rule, resource("get", "", "pods")));
  REQUIRE(allows({{"*"}, {}, {}, {}, {"*"}}, path("put", "/any/thing")));
  REQUIRE_FALSE(allows({{"get"}, {}, {}, {}, {"/a*b"}}, path("get", "/axb")));
}

TEST_CASE("Rules that are held cover those that are granted, or the gap is named", "[apiserver][rbac][escalation]") {
  const auto missing = [](const PolicyRules& held, const PolicyRules& wanted) {
    std::string text;
    for (const auto& rule : missing_rules(held, wanted)) text += describe(rule);
    return text;
  };
  const PolicyRules reader{{{"get", "list"}, {""}, {"pods", "pods/log"}}};
  REQUIRE(missing(reader, reader).empty());
  REQUIRE(missing(reader, {{{"get"}, {""}, {"pods"}, {"a"}}}).empty());
  REQUIRE(missing(reader, {{{"get", "delete", "patch"}, {""}, {"pods"}}}) ==
          R"({APIGroups:[""], Resources:["pods"], Verbs:["delete" "patch"]})");
  REQUIRE(missing(reader, {{{"get"}, {"*"}, {"pods"}}}) == R"({APIGroups:["*"], Resources:["pods"], Verbs:["get"]})");
  REQUIRE(missing(reader, {{{"*"}, {""}, {"pods"}}}) == R"({APIGroups:[""], Resources:["pods"], Verbs:["*"]})");
  // Together they cover what none covers alone.
  REQUIRE(missing({{{"get"}, {""}, {"a"}}, {{"get"}, {""}, {"b"}}}, {{{"get"}, {""}, {"a", "b"}}}).empty());
  // A name is less than all names.
  REQUIRE(missing({{{"get"}, {""}, {"secrets"}, {"x"}}}, {{{"get"}, {""}, {"secrets"}}}) ==
          R"({APIGroups:[""], Resources:["secrets"], Verbs:["get"]})");
  REQUIRE(missing({{{"get"}, {""}, {"secrets"}, {"x"}}}, {{{"get"}, {""}, {"secrets"}, {"x", "y"}}}) ==
          R"({APIGroups:[""], Resources:["secrets"], ResourceNames:["y"], Verbs:["get"]})");
  REQUIRE(missing({{{"get"}, {"*"}, {"*/scale"}}}, {{{"get"}, {"apps"}, {"deployments/scale"}}}).empty());
  REQUIRE(missing({{{"get"}, {}, {}, {}, {"/a/*"}}}, {{{"get"}, {}, {}, {}, {"/a/b", "/a/*"}}}).empty());
  REQUIRE(missing({{{"get"}, {}, {}, {}, {"/a/*"}}}, {{{"get"}, {}, {}, {}, {"/b"}}}) ==
          R"({NonResourceURLs:["/b"], Verbs:["get"]})");
}

TEST_CASE("Rules of very many combinations take everything to be granted", "[apiserver][rbac][hostile]") {
  PolicyRule huge;
  for (int i = 0; i < 3000; ++i) {
    huge.verbs.push_back("v" + std::to_string(i));
    huge.groups.push_back("g" + std::to_string(i));
    huge.resources.push_back("r" + std::to_string(i));
  }
  REQUIRE(missing_rules({}, {huge}).size() == 1);
  REQUIRE(missing_rules({huge}, {huge}).size() == 1);
  REQUIRE(missing_rules({{{"*"}, {"*"}, {"*"}}}, {huge}).size() == 1);
  REQUIRE(missing_rules({{{"*"}, {"*"}, {"*"}}, {{"*"}, {}, {}, {}, {"*"}}}, {huge}).empty());
}

TEST_CASE("What takes too many comparisons is covered by everything alone", "[apiserver][rbac][hostile]") {
  PolicyRule wanted{{"get"}, {""}, {}};
  for (std::size_t i = 0; i < kMaxRuleParts; ++i) wanted.resources.push_back("r" + std::to_string(i));
  REQUIRE(missing_rules({}, {wanted}).size() == kMaxRuleParts);
  REQUIRE(missing_rules({{{"get"}, {""}, {"*"}}}, {wanted}).empty());
  PolicyRules held(kMaxRuleComparisons / kMaxRuleParts, {{"get"}, {""}, {"*"}});
  REQUIRE(missing_rules(held, {wanted}).size() == 1);
  held.push_back({{"*"}, {"*"}, {"*"}});
  held.push_back({{"*"}, {}, {}, {}, {"*"}});
  REQUIRE(missing_rules(held, {wanted}).empty());
}

TEST_CASE("Rules of broken roles are read as far as they are rules", "[apiserver][rbac]") {
  const auto rules = parse_rules(
      *json::parse(R"({"rules":[null,7,{"verbs":"get"},{"verbs":["get",5],"apiGroups":[""],"resources":["pods"]}]})"));
  REQUIRE(rules.size() == 4);
  REQUIRE_FALSE(allows(rules[0], resource("get", "", "pods")));
  REQUIRE(allows(rules[3], resource("get", "", "pods")));
  REQUIRE(parse_rules(*json::parse(R"({"rules":{}})")).empty());
  REQUIRE(parse_rules(*json::parse("[]")).empty());
}

}  // namespace
}  // namespace kyma::apiserver
