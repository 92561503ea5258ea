#include "operator/apiserver/built_in_resources.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "operator/apiserver/built_in_strategies.hpp"
#include "operator/apiserver/conversions.hpp"
#include "operator/apiserver/crd_strategy.hpp"
#include "operator/apiserver/pod_rules.hpp"
#include "operator/apiserver/rbac_strategies.hpp"
#include "operator/apiserver/service_strategy.hpp"
#include "operator/apiserver/small_kind_rules.hpp"
#include "operator/apiserver/type_table.hpp"
#include "operator/apiserver/typed_schema.hpp"
#include "operator/apiserver/workload_rules.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::string_view kAll = "all";  // the category that `kubectl get all` shows

// What a kind has beyond its type.
struct BuiltIn {
  kube::ResourceType type;
  std::vector<std::string> short_names = {};
  std::shared_ptr<const Strategy> strategy = {};
  std::shared_ptr<const Conversion> conversion = {};
  std::string stored_as = {};  // the table, when it is not the kind's own
  bool in_all = false;
  bool has_status = false;
  bool status_on_create = false;
  bool has_generation = false;
  std::optional<ScalePaths> scale = {};
  bool unconditional_update = true;
  bool expires = false;
};

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return result;
}

ResourcePtr make_resource(BuiltIn built_in, Storage& storage) {
  auto resource = std::make_shared<Resource>();
  const auto& type = built_in.type;
  resource->definition = TypeTable::instance().find(type_package(type.group, type.version), type.kind);
  if (!resource->definition) throw std::logic_error("no type for the built-in kind " + type.kind);
  resource->schema = std::make_shared<TypedSchema>(*resource->definition);
  resource->singular = lower(type.kind);
  resource->list_kind = type.kind + "List";
  resource->short_names = std::move(built_in.short_names);
  if (built_in.in_all) resource->categories.emplace_back(kAll);
  resource->api_version_text = fmt::format("\"{}\"", type.api_version());
  resource->printer = TablePrinter::for_built_in(type.group, type.plural);
  resource->strategy = std::move(built_in.strategy);
  resource->conversion = std::move(built_in.conversion);
  resource->has_status = built_in.has_status;
  resource->status_on_create = built_in.status_on_create;
  resource->has_generation = built_in.has_generation;
  resource->scale = std::move(built_in.scale);
  resource->unconditional_update = built_in.unconditional_update;
  resource->expires = built_in.expires;
  resource->table = &storage.table(built_in.stored_as.empty() ? type.group_resource() : built_in.stored_as);
  resource->type = std::move(built_in.type);
  return resource;
}

using Kinds = std::vector<BuiltIn>;

void add_core(Kinds& kinds, Storage& storage) {
  kinds.push_back(
      {.type = namespace_type(), .short_names = {"ns"}, .strategy = make_namespace_strategy(), .has_status = true});
  kinds.push_back(
      {.type = {"", "v1", "ConfigMap", "configmaps"}, .short_names = {"cm"}, .strategy = make_config_map_strategy()});
  kinds.push_back({.type = {"", "v1", "Secret", "secrets"}, .strategy = make_secret_strategy()});
  kinds.push_back({.type = {"", "v1", "ServiceAccount", "serviceaccounts"}, .short_names = {"sa"}});
  kinds.push_back({.type = {"", "v1", "Event", "events"},
                   .short_names = {"ev"},
                   .strategy = make_event_strategy(),
                   .expires = true});
  kinds.push_back({.type = {"", "v1", "Service", "services"},
                   .short_names = {"svc"},
                   .strategy = make_service_strategy(storage),
                   .in_all = true,
                   .has_status = true});
  kinds.push_back({.type = {"", "v1", "Pod", "pods"},
                   .short_names = {"po"},
                   .strategy = make_pod_strategy(),
                   .in_all = true,
                   .has_status = true});
  // Its selector is no LabelSelector, and a Scale does without.
  kinds.push_back({.type = {"", "v1", "ReplicationController", "replicationcontrollers"},
                   .short_names = {"rc"},
                   .strategy = make_strategy(replication_controller_rules()),
                   .in_all = true,
                   .has_status = true,
                   .has_generation = true,
                   .scale = ScalePaths{.selector_path = ""}});
  kinds.push_back({.type = {"", "v1", "PodTemplate", "podtemplates"}, .strategy = make_strategy(pod_template_rules())});
  kinds.push_back({.type = {"", "v1", "Endpoints", "endpoints"}, .short_names = {"ep"}});
  kinds.push_back({.type = {"", "v1", "Node", "nodes", false},
                   .short_names = {"no"},
                   .has_status = true,
                   .status_on_create = true});
  kinds.push_back({.type = {"", "v1", "PersistentVolumeClaim", "persistentvolumeclaims"},
                   .short_names = {"pvc"},
                   .strategy = make_strategy(claim_rules()),
                   .has_status = true});
  kinds.push_back({.type = {"", "v1", "PersistentVolume", "persistentvolumes", false},
                   .short_names = {"pv"},
                   .strategy = make_strategy(volume_rules()),
                   .has_status = true});
  kinds.push_back(
      {.type = {"", "v1", "ResourceQuota", "resourcequotas"}, .short_names = {"quota"}, .has_status = true});
  kinds.push_back({.type = {"", "v1", "LimitRange", "limitranges"},
                   .short_names = {"limits"},
                   .strategy = make_strategy(limit_range_rules())});
}

void add_workloads(Kinds& kinds) {
  const auto add = [&](std::string group, std::string kind, std::string plural, std::string short_name, bool scales,
                       const KindRules& rules) {
    kinds.push_back({.type = {std::move(group), "v1", std::move(kind), std::move(plural)},
                     .short_names = {},
                     .strategy = make_strategy(rules),
                     .in_all = true,
                     .has_status = true,
                     .has_generation = true,
                     .scale = scales ? std::optional<ScalePaths>(std::in_place) : std::nullopt});
    if (!short_name.empty()) kinds.back().short_names.push_back(std::move(short_name));
  };
  add("apps", "Deployment", "deployments", "deploy", true, deployment_rules());
  add("apps", "StatefulSet", "statefulsets", "sts", true, stateful_set_rules());
  add("apps", "DaemonSet", "daemonsets", "ds", false, daemon_set_rules());
  add("apps", "ReplicaSet", "replicasets", "rs", true, replica_set_rules());
  add("batch", "Job", "jobs", "", false, job_rules());
  add("batch", "CronJob", "cronjobs", "cj", false, cron_job_rules());
  kinds.push_back({.type = {"apps", "v1", "ControllerRevision", "controllerrevisions"}});
}

void add_rbac(Kinds& kinds) {
  const std::string group = "rbac.authorization.k8s.io";
  kinds.push_back({.type = {group, "v1", "Role", "roles"}, .strategy = make_role_strategy(false)});
  kinds.push_back({.type = {group, "v1", "ClusterRole", "clusterroles", false}, .strategy = make_role_strategy(true)});
  kinds.push_back(
      {.type = {group, "v1", "RoleBinding", "rolebindings"}, .strategy = make_role_binding_strategy(false)});
  kinds.push_back({.type = {group, "v1", "ClusterRoleBinding", "clusterrolebindings", false},
                   .strategy = make_role_binding_strategy(true)});
}

void add_networking(Kinds& kinds) {
  const std::string group = "networking.k8s.io";
  kinds.push_back({.type = {group, "v1", "NetworkPolicy", "networkpolicies"},
                   .short_names = {"netpol"},
                   .strategy = make_strategy(network_policy_rules()),
                   .has_generation = true});
  kinds.push_back({.type = {group, "v1", "Ingress", "ingresses"},
                   .short_names = {"ing"},
                   .strategy = make_strategy(ingress_rules()),
                   .has_status = true,
                   .has_generation = true});
  kinds.push_back({.type = {group, "v1", "IngressClass", "ingressclasses", false}, .has_generation = true});
  kinds.push_back({.type = {"discovery.k8s.io", "v1", "EndpointSlice", "endpointslices"}, .has_generation = true});
}

void add_autoscaling(Kinds& kinds) {
  for (const std::string version : {"v1", "v2"}) {
    kinds.push_back({.type = {"autoscaling", version, "HorizontalPodAutoscaler", "horizontalpodautoscalers"},
                     .short_names = {"hpa"},
                     .strategy = make_strategy(autoscaler_rules()),
                     .conversion = version == "v1" ? make_autoscaler_conversion() : nullptr,
                     .in_all = true,
                     .has_status = true});
  }
}

void add_small_groups(Kinds& kinds) {
  kinds.push_back({.type = {"coordination.k8s.io", "v1", "Lease", "leases"}, .unconditional_update = false});
  kinds.push_back({.type = {"events.k8s.io", "v1", "Event", "events"},
                   .short_names = {"ev"},
                   .strategy = make_event_strategy(),
                   .conversion = make_event_conversion(),
                   .stored_as = "events",
                   .expires = true});
  kinds.push_back({.type = {"policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets"},
                   .short_names = {"pdb"},
                   .strategy = make_strategy(disruption_budget_rules()),
                   .has_status = true,
                   .has_generation = true});
  kinds.push_back({.type = {"scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", false},
                   .short_names = {"pc"},
                   .strategy = make_strategy(priority_class_rules()),
                   .has_generation = true});
  kinds.push_back({.type = {"storage.k8s.io", "v1", "StorageClass", "storageclasses", false},
                   .short_names = {"sc"},
                   .strategy = make_strategy(storage_class_rules())});
  kinds.push_back(
      {.type = {"certificates.k8s.io", "v1", "CertificateSigningRequest", "certificatesigningrequests", false},
       .short_names = {"csr"},
       .strategy = make_strategy(signing_request_rules()),
       .has_status = true});
  const std::string admission = "admissionregistration.k8s.io";
  for (const std::string kind : {"Validating", "Mutating"}) {
    kinds.push_back(
        {.type = {admission, "v1", kind + "WebhookConfiguration", lower(kind) + "webhookconfigurations", false},
         .strategy = make_strategy(webhook_rules()),
         .has_generation = true});
  }
}

}  // namespace

const kube::ResourceType& namespace_type() {
  static const kube::ResourceType kType{"", "v1", "Namespace", "namespaces", false};
  return kType;
}

const kube::ResourceType& crd_type() {
  static const kube::ResourceType kType{"apiextensions.k8s.io", "v1", "CustomResourceDefinition",
                                        "customresourcedefinitions", false};
  return kType;
}

void add_built_in_resources(Registry& registry, Storage& storage, Clock& clock, const ApiSwitches& switches) {
  Kinds kinds;
  add_core(kinds, storage);
  add_workloads(kinds);
  add_rbac(kinds);
  add_networking(kinds);
  add_autoscaling(kinds);
  add_small_groups(kinds);
  kinds.push_back({.type = crd_type(),
                   .short_names = {"crd", "crds"},
                   .strategy = make_crd_strategy(registry, clock),
                   .has_status = true,
                   .has_generation = true,
                   .unconditional_update = false});
  for (auto& kind : kinds) {
    if (switches.serves(kind.type.api_version())) registry.add(make_resource(std::move(kind), storage));
  }
}

}  // namespace kyma::apiserver
