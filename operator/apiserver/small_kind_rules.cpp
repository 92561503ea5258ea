#include "operator/apiserver/small_kind_rules.hpp"

#include <fmt/format.h>

#include <set>

#include "operator/apiserver/metadata_rules.hpp"
#include "operator/apiserver/schema_cause.hpp"
#include "operator/kube/meta/names.hpp"

namespace kyma::apiserver {
namespace {

void begin_pending(json::Value& object, json::Allocator& allocator, const json::Value* old) {
  if (!old) json::set(object_at(object, "status", allocator), "phase", "Pending", allocator);
}

void validate_claim(const json::Value& claim, const json::Value* old, Causes& causes) {
  if (list_at(claim, {"spec", "accessModes"}).Empty()) {
    causes.push_back(required_value("spec.accessModes", "at least 1 access mode is required"));
  }
  if (json::find(claim, {"spec", "resources", "requests", "storage"}) == nullptr) {
    causes.push_back(required_value("spec.resources[storage]", ""));
  }
  require_unchanged(claim, old, "spec", {"accessModes", "storageClassName", "selector", "volumeMode"}, causes);
}

void validate_volume(const json::Value& volume, const json::Value*, Causes& causes) {
  if (list_at(volume, {"spec", "accessModes"}).Empty()) causes.push_back(required_value("spec.accessModes", ""));
  if (json::find(volume, {"spec", "capacity", "storage"}) == nullptr)
    causes.push_back(required_value("spec.capacity", ""));
}

// A container that names no limit gets the upper one, and asks for as much as its limit is.
void complete_limit_range(json::Value& object, json::Allocator& allocator, const json::Value*) {
  auto* limits = json::find(object, {"spec", "limits"});
  if (!limits || !limits->IsArray()) return;
  const auto fill = [&](json::Value& item, std::string_view member, std::string_view source) {
    const auto* values = json::find(item, source);
    if (!values || !values->IsObject()) return;
    const json::Value copy(*values, allocator);
    if (auto* target = object_or_null(item, member, allocator)) set_defaults(*target, copy, allocator);
  };
  for (auto& item : limits->GetArray()) {
    if (json::string_at(item, {"type"}) != "Container") continue;
    fill(item, "default", "max");
    fill(item, "defaultRequest", "default");
    fill(item, "defaultRequest", "min");
  }
}

void complete_network_policy(json::Value& policy, json::Allocator& allocator, const json::Value*) {
  auto* spec = json::find(policy, "spec");
  if (!spec || !spec->IsObject() || !list_at(*spec, {"policyTypes"}).Empty()) return;
  json::Value types(rapidjson::kArrayType);
  types.PushBack("Ingress", allocator);
  if (!list_at(*spec, {"egress"}).Empty()) types.PushBack("Egress", allocator);
  json::set(*spec, "policyTypes", std::move(types), allocator);
}

void validate_ingress(const json::Value& ingress, const json::Value*, Causes& causes) {
  if (!list_at(ingress, {"spec", "rules"}).Empty() || json::find(ingress, {"spec", "defaultBackend"})) return;
  causes.push_back(invalid_value("spec", "", "either `defaultBackend` or `rules` must be specified"));
}

void validate_budget(const json::Value& budget, const json::Value*, Causes& causes) {
  if (!json::find(budget, {"spec", "minAvailable"}) || !json::find(budget, {"spec", "maxUnavailable"})) return;
  causes.push_back(cause::invalid("spec", printed(*json::find(budget, "spec")),
                                  "minAvailable and maxUnavailable cannot be both set"));
}

void complete_autoscaler(json::Value& object, json::Allocator& allocator, const json::Value*) {
  auto* spec = json::find(object, "spec");
  if (!spec || !spec->IsObject() || !list_at(*spec, {"metrics"}).Empty()) return;
  static constexpr std::string_view kDefault =
      R"([{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":80}}}])";
  const auto metrics = json::parse(kDefault);
  json::set(*spec, "metrics", json::Value(*metrics, allocator), allocator);
}

void validate_autoscaler(const json::Value& object, const json::Value*, Causes& causes) {
  const auto least = json::int_at(object, {"spec", "minReplicas"}, 1);
  const auto most = json::int_at(object, {"spec", "maxReplicas"});
  if (most >= least) return;
  causes.push_back(
      cause::invalid("spec.maxReplicas", fmt::to_string(most), "must be greater than or equal to `minReplicas`"));
}

void validate_priority_class(const json::Value& object, const json::Value* old, Causes& causes) {
  constexpr std::int64_t kHighestOfUsers = 1'000'000'000;
  const auto name = json::string_at(object, {"metadata", "name"});
  const auto value = json::int_at(object, {"value"});
  if (name.starts_with("system-")) {
    causes.push_back(forbidden_value("metadata.name",
                                     "priority class names with 'system-' prefix are reserved for system use only"));
  } else if (value > kHighestOfUsers) {
    causes.push_back(forbidden_value(
        "value", fmt::format("maximum allowed value of a user defined priority is {}", kHighestOfUsers)));
  }
  require_unchanged(object, old, "", {"value", "preemptionPolicy"}, causes);
}

void validate_storage_class(const json::Value& object, const json::Value* old, Causes& causes) {
  require_unchanged(object, old, "", {"provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"}, causes);
}

void validate_webhooks(const json::Value& object, const json::Value*, Causes& causes) {
  std::set<std::string_view> names;
  std::size_t index = 0;
  for (const auto& webhook : list_at(object, {"webhooks"}).GetArray()) {
    const auto path = fmt::format("webhooks[{}]", index++);
    const auto name = json::string_at(webhook, {"name"});
    if (!names.insert(name).second) causes.push_back(cause::duplicate(path + ".name", go_quote(name)));
    const bool url = json::find(webhook, {"clientConfig", "url"}) != nullptr;
    const bool service = json::find(webhook, {"clientConfig", "service"}) != nullptr;
    if (url == service) {
      causes.push_back(required_value(path + ".clientConfig", "exactly one of url or service is required"));
    }
  }
}

void validate_signing_request(const json::Value& object, const json::Value* old, Causes& causes) {
  const auto signer = json::string_at(object, {"spec", "signerName"});
  if (signer.find('/') == std::string_view::npos) {
    causes.push_back(invalid_value("spec.signerName", signer, "must be a fully qualified name: example.com/signer"));
  }
  require_unchanged(object, old, "", {"spec"}, causes);
}

}  // namespace

KindRules claim_rules() { return {nullptr, begin_pending, validate_claim}; }
KindRules volume_rules() { return {nullptr, begin_pending, validate_volume}; }
KindRules limit_range_rules() { return {nullptr, complete_limit_range, nullptr}; }
KindRules network_policy_rules() { return {nullptr, complete_network_policy, nullptr}; }
KindRules ingress_rules() { return {nullptr, nullptr, validate_ingress}; }
KindRules disruption_budget_rules() { return {nullptr, nullptr, validate_budget}; }
KindRules autoscaler_rules() { return {nullptr, complete_autoscaler, validate_autoscaler}; }
KindRules priority_class_rules() { return {nullptr, nullptr, validate_priority_class}; }
KindRules storage_class_rules() { return {nullptr, nullptr, validate_storage_class}; }
KindRules webhook_rules() { return {nullptr, nullptr, validate_webhooks}; }
KindRules signing_request_rules() { return {nullptr, nullptr, validate_signing_request}; }

}  // namespace kyma::apiserver
