#include "operator/apiserver/last_applied.hpp"

#include <string>

#include "operator/apiserver/field_walk.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::string_view kAnnotation = "kubectl.kubernetes.io/last-applied-configuration";

std::string_view annotation_of(const json::Value& object) {
  return json::string_at(object, {"metadata", "annotations", kAnnotation});
}

}  // namespace

FieldSet last_applied_fields(const MergeType& type, const json::Value& object) {
  const auto text = annotation_of(object);
  if (text.empty()) return {};
  const auto applied = json::parse(text);
  if (!applied || !applied->IsObject()) return {};
  const auto change = compare_fields(type, object, *applied);
  return fields_of(type, *applied) - (change.added | change.modified | change.removed);
}

void renew_last_applied(json::Value& object, const json::Value& applied, json::Allocator& allocator) {
  if (annotation_of(object).empty()) return;
  json::Document copy;
  copy.CopyFrom(applied, copy.GetAllocator());
  if (auto* annotations = json::find(copy, {"metadata", "annotations"})) {
    if (annotations->IsObject()) annotations->RemoveMember(json::make_string(kAnnotation, copy.GetAllocator()));
  }
  json::set(*json::find(object, {"metadata", "annotations"}), kAnnotation, json::canonical(copy) + "\n", allocator);
}

}  // namespace kyma::apiserver
