#include "operator/apiserver/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace kyma::apiserver {
namespace {

// What can be selected by besides metadata.name and metadata.namespace, as in Kubernetes.
constexpr std::array<std::string_view, 13> kEventFields = {"involvedObject.kind",
                                                           "involvedObject.namespace",
                                                           "involvedObject.name",
                                                           "involvedObject.uid",
                                                           "involvedObject.apiVersion",
                                                           "involvedObject.resourceVersion",
                                                           "involvedObject.fieldPath",
                                                           "reason",
                                                           "reportingComponent",
                                                           "source",
                                                           "type",
                                                           "source.component",
                                                           "reportingController"};

constexpr std::array<std::string_view, 7> kPodFields = {
    "spec.nodeName", "spec.restartPolicy", "spec.schedulerName",      "spec.serviceAccountName",
    "status.phase",  "status.podIP",       "status.nominatedNodeName"};

// Bytes of JSON that are parsed in the time of one comparison.
constexpr std::size_t kTextPerComparison = 16;

bool is_metadata_field(std::string_view field) { return field == "metadata.name" || field == "metadata.namespace"; }

bool is_selectable(const Resource& resource, std::string_view field) {
  if (is_metadata_field(field)) return true;
  if (resource.custom) {
    const auto& own = resource.selectable_fields;
    return std::find(own.begin(), own.end(), field) != own.end();
  }
  if (!resource.type.group.empty()) return false;
  if (resource.type.plural == "events") {
    return std::find(kEventFields.begin(), kEventFields.end(), field) != kEventFields.end();
  }
  if (resource.type.plural == "pods") {
    return std::find(kPodFields.begin(), kPodFields.end(), field) != kPodFields.end();
  }
  if (resource.type.plural == "services") return field == "spec.clusterIP" || field == "spec.type";
  if (resource.type.plural == "secrets") return field == "type";
  return resource.type.plural == "namespaces" && (field == "status.phase" || field == "name");
}

// As a selector writes it: a text, a whole number or a truth value; anything else is none. `made` keeps what is no
// text.
std::string_view value_at(const json::Value& object, std::string_view path, std::string& made) {
  const json::Value* value = &object;
  while (value && !path.empty()) {
    const auto end = path.find('.');
    value = json::find(*value, path.substr(0, end));
    path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
  }
  if (!value) return {};
  if (value->IsString()) return json::view(*value);
  if (value->IsInt64()) return made = fmt::to_string(value->GetInt64());
  if (value->IsBool()) return value->GetBool() ? "true" : "false";
  return {};
}

}  // namespace

kube::Outcome<Selection> Selection::parse(const Resource& resource, std::string_view name_space,
                                          std::string_view label_selector, std::string_view field_selector) {
  Selection selection;
  selection.name_space_ = name_space;
  if (!label_selector.empty()) {
    auto labels = kube::LabelSelector::parse(label_selector);
    if (!labels) return labels.error();
    selection.labels_ = std::move(*labels);
  }
  if (!field_selector.empty()) {
    auto fields = kube::FieldSelector::parse(field_selector);
    if (!fields) return fields.error();
    selection.fields_ = std::move(*fields);
  }
  for (const auto& term : selection.fields_.terms()) {
    if (!is_selectable(resource, term.field)) {
      return kube::bad_request(fmt::format("field label not supported: {}", term.field));
    }
    if (!is_metadata_field(term.field)) selection.needs_text_ = true;
  }
  return selection;
}

std::size_t Selection::work(const StoredObject& object) const noexcept {
  const std::size_t terms = 1 + labels_.size() + fields_.terms().size();
  return needs_text_ ? terms + object.json.size() / kTextPerComparison : terms;
}

bool Selection::matches(const StoredObject& object) const {
  if (!name_space_.empty() && object.name_space.view() != name_space_) return false;
  if (!labels_.empty()) {
    std::string_view value;
    const auto lookup = [&](std::string_view key) -> const std::string_view* {
      const auto found = std::lower_bound(object.labels.begin(), object.labels.end(), key,
                                          [](const auto& label, std::string_view k) { return label.first.view() < k; });
      if (found == object.labels.end() || found->first != key) return nullptr;
      value = found->second.view();
      return &value;
    };
    if (!labels_.matches(lookup)) return false;
  }
  if (fields_.empty()) return true;
  json::Document document;
  if (needs_text_) {
    if (auto parsed = json::parse(object.json)) document = std::move(*parsed);
  }
  std::string made;
  return fields_.matches([&](std::string_view field) -> std::string_view {
    if (field == "metadata.name" || field == "name") return object.name.view();
    if (field == "metadata.namespace") return object.name_space.view();
    return value_at(document, field, made);
  });
}

}  // namespace kyma::apiserver
