#include "operator/apiserver/rbac_bootstrap.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace kyma::apiserver {
namespace {

constexpr std::string_view kMetadata =
    R"("labels":{{"kubernetes.io/bootstrapping":"rbac-defaults"{}}},"annotations":{{"rbac.authorization.kubernetes.io/autoupdate":"true"}})";

struct ClusterRole {
  std::string_view name;
  std::string_view rules;
  std::string_view aggregated_into = {};  // "edit": part of the role of that name
};

constexpr std::string_view kRead = R"("verbs":["get","list","watch"])";
constexpr std::string_view kWrite = R"("verbs":["create","delete","deletecollection","patch","update"])";

// What users of a namespace work with, secrets and access rights apart.
constexpr std::string_view kCoreResources =
    R"("configmaps","endpoints","events","persistentvolumeclaims","pods","replicationcontrollers","replicationcontrollers/scale","serviceaccounts","services")";
constexpr std::string_view kAppResources =
    R"("daemonsets","deployments","deployments/scale","replicasets","replicasets/scale","statefulsets","statefulsets/scale")";
constexpr std::string_view kNetworkResources = R"("ingresses","networkpolicies")";

std::string workload_rules(std::string_view verbs) {
  std::string rules;
  for (const auto& [group, resources] : {std::pair{std::string_view(""), kCoreResources},
                                         {std::string_view("apps"), kAppResources},
                                         {std::string_view("autoscaling"), R"("horizontalpodautoscalers")"},
                                         {std::string_view("batch"), R"("cronjobs","jobs")"},
                                         {std::string_view("networking.k8s.io"), kNetworkResources},
                                         {std::string_view("policy"), R"("poddisruptionbudgets")"}}) {
    rules += fmt::format(R"({}{{"apiGroups":["{}"],"resources":[{}],{}}})", rules.empty() ? "" : ",", group, resources,
                         verbs);
  }
  return rules;
}

std::string view_rules() {
  return fmt::format(
      R"({},{{"apiGroups":[""],"resources":["bindings","limitranges","namespaces","namespaces/status","pods/log","pods/status","resourcequotas","resourcequotas/status"],{}}})",
      workload_rules(kRead), kRead);
}

std::string edit_rules() {
  return fmt::format(
      R"({},{{"apiGroups":[""],"resources":["pods/attach","pods/exec","pods/portforward","pods/proxy","secrets","services/proxy"],{}}},)"
      R"({{"apiGroups":[""],"resources":["secrets"],{}}},{{"apiGroups":[""],"resources":["serviceaccounts"],"verbs":["impersonate"]}},)"
      R"({{"apiGroups":[""],"resources":["serviceaccounts/token"],"verbs":["create"]}},)"
      R"({{"apiGroups":["coordination.k8s.io"],"resources":["leases"],"verbs":["create","delete","deletecollection","get","list","patch","update","watch"]}})",
      workload_rules(kWrite), kWrite, kRead);
}

constexpr std::string_view kAdminRules =
    R"({"apiGroups":["authorization.k8s.io"],"resources":["localsubjectaccessreviews"],"verbs":["create"]},)"
    R"({"apiGroups":["rbac.authorization.k8s.io"],"resources":["rolebindings","roles"],"verbs":["create","delete","deletecollection","get","list","patch","update","watch"]})";

constexpr std::array kClusterRoles{
    ClusterRole{"cluster-admin",
                R"({"apiGroups":["*"],"resources":["*"],"verbs":["*"]},{"nonResourceURLs":["*"],"verbs":["*"]})"},
    ClusterRole{
        "system:discovery",
        R"({"nonResourceURLs":["/api","/api/*","/apis","/apis/*","/healthz","/livez","/openapi","/openapi/*","/readyz","/version","/version/"],"verbs":["get"]})"},
    ClusterRole{
        "system:basic-user",
        R"({"apiGroups":["authorization.k8s.io"],"resources":["selfsubjectaccessreviews","selfsubjectrulesreviews"],"verbs":["create"]},)"
        R"({"apiGroups":["authentication.k8s.io"],"resources":["selfsubjectreviews"],"verbs":["create"]})"},
    ClusterRole{"system:public-info-viewer",
                R"({"nonResourceURLs":["/healthz","/livez","/readyz","/version","/version/"],"verbs":["get"]})"},
    ClusterRole{
        "system:service-account-issuer-discovery",
        R"({"nonResourceURLs":["/.well-known/openid-configuration","/.well-known/openid-configuration/","/openid/v1/jwks","/openid/v1/jwks/"],"verbs":["get"]})"},
    ClusterRole{
        "system:monitoring",
        R"({"nonResourceURLs":["/healthz","/healthz/*","/livez","/livez/*","/metrics","/metrics/slis","/readyz","/readyz/*"],"verbs":["get"]})"},
    ClusterRole{"system:auth-delegator",
                R"({"apiGroups":["authentication.k8s.io"],"resources":["tokenreviews"],"verbs":["create"]},)"
                R"({"apiGroups":["authorization.k8s.io"],"resources":["subjectaccessreviews"],"verbs":["create"]})"},
    ClusterRole{"system:aggregate-to-admin", kAdminRules, "admin"},
};

struct Binding {
  std::string_view name;
  std::array<std::string_view, 2> groups;
};

constexpr std::array kBindings{
    Binding{"cluster-admin", {"system:masters"}},
    Binding{"system:discovery", {"system:authenticated"}},
    Binding{"system:basic-user", {"system:authenticated"}},
    Binding{"system:public-info-viewer", {"system:authenticated", "system:unauthenticated"}},
    Binding{"system:service-account-issuer-discovery", {"system:serviceaccounts"}},
    Binding{"system:monitoring", {"system:monitoring"}},
};

std::string metadata(std::string_view name, std::string_view more_labels) {
  return fmt::format(R"({{"name":"{}",{}}})", name, fmt::format(kMetadata, more_labels));
}

std::string aggregation_label(std::string_view role) {
  return role.empty() ? std::string() : fmt::format(R"(,"rbac.authorization.k8s.io/aggregate-to-{}":"true")", role);
}

std::string cluster_role(const ClusterRole& role) {
  return fmt::format(
      R"({{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{},"rules":[{}]}})",
      metadata(role.name, aggregation_label(role.aggregated_into)), role.rules);
}

// A role that is the sum of those labelled for it; `part_of`: and is itself a part of another.
std::string aggregated_role(std::string_view name, std::string_view part_of) {
  return fmt::format(
      R"({{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{},"aggregationRule":{{"clusterRoleSelectors":[{{"matchLabels":{{"rbac.authorization.k8s.io/aggregate-to-{}":"true"}}}}]}},"rules":[]}})",
      metadata(name, aggregation_label(part_of)), name);
}

std::string binding(const Binding& each) {
  std::string subjects;
  for (const auto group : each.groups) {
    if (group.empty()) continue;
    subjects += fmt::format(R"({}{{"apiGroup":"rbac.authorization.k8s.io","kind":"Group","name":"{}"}})",
                            subjects.empty() ? "" : ",", group);
  }
  return fmt::format(
      R"({{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{},"subjects":[{}],"roleRef":{{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"{}"}}}})",
      metadata(each.name, {}), subjects, each.name);
}

}  // namespace

std::vector<std::string> bootstrap_policy() {
  std::vector<std::string> objects;
  for (const auto& role : kClusterRoles) objects.push_back(cluster_role(role));
  objects.push_back(cluster_role({"system:aggregate-to-edit", edit_rules(), "edit"}));
  objects.push_back(cluster_role({"system:aggregate-to-view", view_rules(), "view"}));
  objects.push_back(aggregated_role("admin", {}));
  objects.push_back(aggregated_role("edit", "admin"));
  objects.push_back(aggregated_role("view", "edit"));
  for (const auto& each : kBindings) objects.push_back(binding(each));
  return objects;
}

}  // namespace kyma::apiserver
