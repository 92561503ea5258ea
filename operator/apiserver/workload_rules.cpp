#include "operator/apiserver/workload_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "operator/apiserver/metadata_rules.hpp"
#include "operator/apiserver/pod_rules.hpp"
#include "operator/apiserver/schema_cause.hpp"

namespace kyma::apiserver {
namespace {

json::Value* spec_of(json::Value& object) {
  auto* spec = json::find(object, "spec");
  return spec && spec->IsObject() ? spec : nullptr;
}

void complete_template(json::Value& spec, json::Allocator& allocator) {
  if (auto* pod = json::find(spec, {"template", "spec"})) complete_pod_spec(*pod, allocator);
}

// The member that holds the limits of a rolling update, when that is the strategy.
json::Value* rolling_update(json::Value& spec, std::string_view strategy, json::Allocator& allocator) {
  auto* how = json::find(spec, strategy);
  if (!how || json::string_at(*how, {"type"}) != "RollingUpdate") return nullptr;
  return object_or_null(*how, "rollingUpdate", allocator);
}

void complete_deployment(json::Value& object, json::Allocator& allocator, const json::Value*) {
  auto* spec = spec_of(object);
  if (!spec) return;
  complete_template(*spec, allocator);
  if (auto* rolling = rolling_update(*spec, "strategy", allocator)) {
    set_default(*rolling, "maxSurge", "25%", allocator);
    set_default(*rolling, "maxUnavailable", "25%", allocator);
  }
}

void complete_stateful_set(json::Value& object, json::Allocator& allocator, const json::Value*) {
  auto* spec = spec_of(object);
  if (!spec) return;
  complete_template(*spec, allocator);
  if (auto* rolling = rolling_update(*spec, "updateStrategy", allocator)) {
    set_default(*rolling, "partition", json::Value(0), allocator);
  }
}

void complete_daemon_set(json::Value& object, json::Allocator& allocator, const json::Value*) {
  auto* spec = spec_of(object);
  if (!spec) return;
  complete_template(*spec, allocator);
  if (auto* rolling = rolling_update(*spec, "updateStrategy", allocator)) {
    set_default(*rolling, "maxSurge", json::Value(0), allocator);
    set_default(*rolling, "maxUnavailable", json::Value(1), allocator);
  }
}

void complete_replica_set(json::Value& object, json::Allocator& allocator, const json::Value*) {
  if (auto* spec = spec_of(object)) complete_template(*spec, allocator);
}

// What names no pods by itself goes by the labels of its template.
void complete_replication_controller(json::Value& object, json::Allocator& allocator, const json::Value*) {
  auto* spec = spec_of(object);
  if (!spec) return;
  complete_template(*spec, allocator);
  const auto* labels = json::find(*spec, {"template", "metadata", "labels"});
  if (!labels || !labels->IsObject() || labels->ObjectEmpty()) return;
  const json::Value copy(*labels, allocator);
  const auto fill = [&](json::Value& parent, std::string_view member) {
    auto* own = object_or_null(parent, member, allocator);
    if (own && own->ObjectEmpty()) own->CopyFrom(copy, allocator);
  };
  fill(*spec, "selector");
  if (auto* metadata = json::find(object, "metadata")) fill(*metadata, "labels");
}

void complete_pod_template(json::Value& object, json::Allocator& allocator, const json::Value*) {
  complete_template(object, allocator);
}

void validate_selector(const json::Value& spec, Causes& causes) {
  const auto& selector = *json::find(spec, "selector");
  if (selector_text(selector).empty()) {
    causes.push_back(
        cause::invalid("spec.selector", printed(selector), "an empty selector is invalid: it would select all pods"));
    return;
  }
  const auto* labels = json::find(spec, {"template", "metadata", "labels"});
  if (selects(selector, labels)) return;
  causes.push_back(cause::invalid("spec.template.metadata.labels", labels ? printed(*labels) : "null",
                                  "`selector` does not match template `labels`"));
}

void validate_workload(const json::Value& object, const json::Value* old, Causes& causes) {
  const auto* spec = json::find(object, "spec");
  if (!spec) {
    causes.push_back(required_value("spec", ""));
    return;
  }
  validate_selector(*spec, causes);
  require_unchanged(object, old, "spec", {"selector"}, causes);
  const auto* pod = json::find(*spec, {"template", "spec"});
  if (!pod) {
    causes.push_back(required_value("spec.template.spec.containers", ""));
    return;
  }
  validate_pod_spec(*pod, "spec.template.spec", causes, json::find(*spec, "volumeClaimTemplates"));
  if (const auto policy = json::string_at(*pod, {"restartPolicy"}); policy != "Always") {
    causes.push_back(unsupported_value("spec.template.spec.restartPolicy", policy, "\"Always\""));
  }
}

void validate_deployment(const json::Value& object, const json::Value* old, Causes& causes) {
  validate_workload(object, old, causes);
  if (json::string_at(object, {"spec", "strategy", "type"}) != "Recreate") return;
  if (json::find(object, {"spec", "strategy", "rollingUpdate"})) {
    causes.push_back(
        forbidden_value("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'"));
  }
}

bool has_labels(const json::Value* labels, const json::Value& wanted) {
  if (!labels) return wanted.ObjectEmpty();
  return std::all_of(wanted.MemberBegin(), wanted.MemberEnd(), [&](const auto& member) {
    const auto* value = json::find(*labels, json::view(member.name));
    return value && json::equal(*value, member.value);
  });
}

// Everything but these members is as it was created.
void validate_stateful_set(const json::Value& object, const json::Value* old, Causes& causes) {
  validate_workload(object, old, causes);
  const auto* is = json::find(object, "spec");
  const auto* was = old ? json::find(*old, "spec") : nullptr;
  if (!is || !was) return;
  for (const std::string_view member : {"podManagementPolicy", "selector", "serviceName", "volumeClaimTemplates"}) {
    if (same_member(*is, *was, member)) continue;
    causes.push_back(forbidden_value(
        "spec",
        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
        "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"));
    return;
  }
}

void validate_replication_controller(const json::Value& object, const json::Value*, Causes& causes) {
  const auto* spec = json::find(object, "spec");
  const auto* pod = spec ? json::find(*spec, {"template", "spec"}) : nullptr;
  if (!pod) {
    causes.push_back(required_value("spec.template", ""));
    return;
  }
  const auto* selector = json::find(*spec, "selector");
  const auto* labels = json::find(*spec, {"template", "metadata", "labels"});
  if (!selector || selector->ObjectEmpty()) {
    causes.push_back(required_value("spec.selector", ""));
  } else if (!has_labels(labels, *selector)) {
    causes.push_back(cause::invalid("spec.template.metadata.labels", labels ? printed(*labels) : "null",
                                    "`selector` does not match template `labels`"));
  }
  validate_pod_spec(*pod, "spec.template.spec", causes);
}

void validate_pod_template(const json::Value& object, const json::Value*, Causes& causes) {
  const auto* pod = json::find(object, {"template", "spec"});
  if (pod)
    validate_pod_spec(*pod, "template.spec", causes);
  else
    causes.push_back(required_value("template.spec.containers", ""));
}

}  // namespace

KindRules deployment_rules() { return {nullptr, complete_deployment, validate_deployment}; }
KindRules stateful_set_rules() { return {nullptr, complete_stateful_set, validate_stateful_set}; }
KindRules daemon_set_rules() { return {nullptr, complete_daemon_set, validate_workload}; }
KindRules replica_set_rules() { return {nullptr, complete_replica_set, validate_workload}; }
KindRules replication_controller_rules() {
  return {nullptr, complete_replication_controller, validate_replication_controller};
}
KindRules pod_template_rules() { return {nullptr, complete_pod_template, validate_pod_template}; }

}  // namespace kyma::apiserver
