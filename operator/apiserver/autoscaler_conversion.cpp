#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "operator/apiserver/conversions.hpp"
#include "operator/apiserver/kind_rules.hpp"
#include "operator/apiserver/typed_schema.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::string_view kMetrics = "autoscaling.alpha.kubernetes.io/metrics";
constexpr std::string_view kBehavior = "autoscaling.alpha.kubernetes.io/behavior";
constexpr std::string_view kLoad = "targetCPUUtilizationPercentage";
constexpr std::string_view kCurrentLoad = "currentCPUUtilizationPercentage";

// The one metric that v1 has a member for.
bool is_processor_load(const json::Value& metric) {
  return json::string_at(metric, {"type"}) == "Resource" && json::string_at(metric, {"resource", "name"}) == "cpu" &&
         (json::find(metric, {"resource", "target", "averageUtilization"}) ||
          json::find(metric, {"resource", "current", "averageUtilization"}));
}

json::Value processor_metric(std::string_view part, const json::Value& load, json::Allocator& allocator) {
  json::Value values(rapidjson::kObjectType);
  if (part == "target") json::set(values, "type", "Utilization", allocator);
  json::set(values, "averageUtilization", json::Value(load, allocator), allocator);
  json::Value resource(rapidjson::kObjectType);
  json::set(resource, "name", "cpu", allocator);
  json::set(resource, part, std::move(values), allocator);
  json::Value metric(rapidjson::kObjectType);
  json::set(metric, "type", "Resource", allocator);
  json::set(metric, "resource", std::move(resource), allocator);
  return metric;
}

// The list of metrics in v2 becomes one number in v1; what is left of it stays in the list.
void take_load(json::Value& parent, std::string_view list, std::string_view part, std::string_view number,
               json::Allocator& allocator) {
  auto* metrics = json::find(parent, list);
  if (!metrics || !metrics->IsArray()) return;
  for (auto metric = metrics->Begin(); metric != metrics->End(); ++metric) {
    const auto* load = json::find(*metric, {"resource", part, "averageUtilization"});
    if (!is_processor_load(*metric) || !load) continue;
    json::Value copy(*load, allocator);
    metrics->Erase(metric);
    json::set(parent, number, std::move(copy), allocator);
    return;
  }
}

void give_load(json::Value& parent, std::string_view list, std::string_view part, std::string_view number,
               json::Allocator& allocator) {
  const auto* load = json::find(parent, number);
  if (!load) return;
  auto metric = processor_metric(part, *load, allocator);
  parent.RemoveMember(json::Value(rapidjson::StringRef(number.data(), number.size())));
  auto* metrics = json::find(parent, list);
  if (!metrics || !metrics->IsArray()) {
    json::set(parent, list, json::Value(rapidjson::kArrayType), allocator);
    metrics = json::find(parent, list);
  }
  metrics->PushBack(std::move(metric), allocator);
}

// A member that v1 does not have, as text in an annotation.
void to_annotation(json::Value& object, std::string_view member, std::string_view annotation,
                   json::Allocator& allocator) {
  auto* spec = json::find(object, "spec");
  const auto* value = spec ? json::find(*spec, member) : nullptr;
  if (!value) return;
  const auto text = json::to_string(*value);
  const bool empty = value->IsArray() && value->Empty();
  spec->RemoveMember(json::Value(rapidjson::StringRef(member.data(), member.size())));
  if (empty) return;
  auto& metadata = object_at(object, "metadata", allocator);
  json::set(object_at(metadata, "annotations", allocator), annotation, text, allocator);
}

// The member of a spec as v2 takes it, without what v2 does not know; nothing when v2 would refuse it.
std::optional<json::Value> accepted_by_v2(std::string_view member, const json::Value& value,
                                          json::Allocator& allocator) {
  static const TypedSchema kSpec(
      *TypeTable::instance().find("io.k8s.api.autoscaling.v2", "HorizontalPodAutoscalerSpec"));
  json::Value spec(rapidjson::kObjectType);
  json::set(spec, member, json::Value(value, allocator), allocator);
  kSpec.prune(spec);
  const auto causes = kSpec.validate(spec);
  const bool refused =
      std::any_of(causes.begin(), causes.end(), [&](const auto& cause) { return cause.field.starts_with(member); });
  auto* kept = json::find(spec, member);
  return refused || !kept ? std::nullopt : std::optional<json::Value>(std::move(*kept));
}

void from_annotation(json::Value& object, std::string_view member, std::string_view annotation,
                     json::Allocator& allocator) {
  auto* annotations = json::find(object, {"metadata", "annotations"});
  const auto* text = annotations ? json::find(*annotations, annotation) : nullptr;
  if (!text || !text->IsString()) return;
  const auto value = json::parse(json::view(*text));
  annotations->RemoveMember(json::Value(rapidjson::StringRef(annotation.data(), annotation.size())));
  if (annotations->ObjectEmpty()) json::find(object, "metadata")->RemoveMember("annotations");
  // Somebody else's annotation that says something else is dropped, as Kubernetes does.
  auto accepted = value ? accepted_by_v2(member, *value, allocator) : std::nullopt;
  if (accepted) json::set(object_at(object, "spec", allocator), member, std::move(*accepted), allocator);
}

class AutoscalerConversion final : public Conversion {
 public:
  void to_stored(json::Value& object, json::Allocator& allocator) const override {
    json::set(object, "apiVersion", "autoscaling/v2", allocator);
    from_annotation(object, "metrics", kMetrics, allocator);
    from_annotation(object, "behavior", kBehavior, allocator);
    if (auto* spec = json::find(object, "spec"); spec && spec->IsObject()) {
      give_load(*spec, "metrics", "target", kLoad, allocator);
    }
    if (auto* status = json::find(object, "status"); status && status->IsObject()) {
      give_load(*status, "currentMetrics", "current", kCurrentLoad, allocator);
    }
  }

  void from_stored(json::Value& object, json::Allocator& allocator) const override {
    json::set(object, "apiVersion", "autoscaling/v1", allocator);
    if (auto* spec = json::find(object, "spec"); spec && spec->IsObject()) {
      take_load(*spec, "metrics", "target", kLoad, allocator);
    }
    to_annotation(object, "metrics", kMetrics, allocator);
    to_annotation(object, "behavior", kBehavior, allocator);
    auto* status = json::find(object, "status");
    if (!status || !status->IsObject()) return;
    take_load(*status, "currentMetrics", "current", kCurrentLoad, allocator);
    // v1 has no place for these.
    status->RemoveMember("currentMetrics");
    status->RemoveMember("conditions");
  }
};

}  // namespace

std::shared_ptr<const Conversion> make_autoscaler_conversion() { return std::make_shared<AutoscalerConversion>(); }

}  // namespace kyma::apiserver
