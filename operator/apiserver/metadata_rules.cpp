#include "operator/apiserver/metadata_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "operator/apiserver/managed_fields.hpp"
#include "operator/apiserver/object_members.hpp"
#include "operator/apiserver/schema_cause.hpp"
#include "operator/kube/meta/names.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::size_t kMaxAnnotationBytes = 256 * 1024;

enum class Shape { text, time, integer, string_map, string_list, objects, managed, dropped };

struct MetadataField {
  std::string_view name;
  Shape shape;
};

constexpr std::array kFields = {
    MetadataField{"name", Shape::text},
    MetadataField{"generateName", Shape::text},
    MetadataField{"namespace", Shape::text},
    MetadataField{"uid", Shape::text},
    MetadataField{"resourceVersion", Shape::text},
    MetadataField{"generation", Shape::integer},
    MetadataField{"creationTimestamp", Shape::time},
    MetadataField{"deletionTimestamp", Shape::time},
    MetadataField{"deletionGracePeriodSeconds", Shape::integer},
    MetadataField{"labels", Shape::string_map},
    MetadataField{"annotations", Shape::string_map},
    MetadataField{"ownerReferences", Shape::objects},
    MetadataField{"finalizers", Shape::string_list},
    MetadataField{"managedFields", Shape::managed},
    MetadataField{"selfLink", Shape::dropped},
};

std::string_view go_type(const json::Value& value) {
  if (value.IsString()) return "string";
  if (value.IsBool()) return "bool";
  if (value.IsNumber()) return "number";
  return value.IsArray() ? "array" : "object";
}

kube::Error wrong_type(const Resource& resource, std::string_view field, const json::Value& value,
                       std::string_view wanted) {
  return kube::bad_request(fmt::format(
      "{} in version \"{}\" cannot be handled as a {}: json: cannot unmarshal {} into Go struct field ObjectMeta.{} of "
      "type {}",
      resource.type.kind, resource.type.version, resource.type.kind, go_type(value), field, wanted));
}

// The Go type that the value should have had; empty when it has it.
std::string_view expected_type(const MetadataField& field, const json::Value& value) {
  switch (field.shape) {
    case Shape::text: return value.IsString() ? "" : "string";
    case Shape::time: return value.IsString() && kube::parse_time(json::view(value)) ? "" : "time";
    case Shape::integer: return value.IsInt64() ? "" : "int64";
    case Shape::string_map: return value.IsObject() ? "" : "map[string]string";
    case Shape::string_list: return value.IsArray() ? "" : "[]string";
    case Shape::objects: return value.IsArray() ? "" : "[]v1.OwnerReference";
    case Shape::managed: return value.IsArray() ? "" : "[]v1.ManagedFieldsEntry";
    case Shape::dropped: break;
  }
  return "";
}

kube::Outcome<void> check_elements(const Resource& resource, const MetadataField& field, const json::Value& value) {
  if (field.shape == Shape::managed) {
    if (auto managed = ManagedFields::read(&value); !managed) return kube::invalid(resource.type, "", managed.error());
  }
  if (field.shape == Shape::string_map) {
    for (const auto& member : value.GetObject()) {
      if (!member.value.IsString()) return wrong_type(resource, field.name, member.value, "string");
    }
  } else if (field.shape == Shape::string_list) {
    for (const auto& element : value.GetArray()) {
      if (!element.IsString()) return wrong_type(resource, field.name, element, "string");
    }
  }
  return {};
}

// A member of one owner reference; false when nobody knows it.
kube::Outcome<bool> check_reference_member(const Resource& resource, const json::Value::Member& member) {
  const auto key = json::view(member.name);
  const bool text = key == "apiVersion" || key == "kind" || key == "name" || key == "uid";
  const bool flag = key == "controller" || key == "blockOwnerDeletion";
  if (!text && !flag) return false;
  if (member.value.IsNull()) return true;
  if (text && !member.value.IsString()) {
    return wrong_type(resource, fmt::format("ownerReferences.{}", key), member.value, "string");
  }
  if (flag && !member.value.IsBool()) {
    return wrong_type(resource, fmt::format("ownerReferences.{}", key), member.value, "bool");
  }
  return true;
}

void add_unknown(FieldProblems& problems, const FieldPath& path) {
  if (problems.size() < kMaxNamedFields) problems.push_back(fmt::format("unknown field \"{}\"", path.str()));
}

kube::Outcome<void> check_owner_references(const Resource& resource, json::Value& references, FieldProblems& problems) {
  const FieldPath root;
  const FieldPath metadata(root, "metadata");
  const FieldPath list(metadata, "ownerReferences");
  std::size_t index = 0;
  kube::Outcome<void> checked;
  for (auto& reference : references.GetArray()) {
    if (!reference.IsObject()) return wrong_type(resource, "ownerReferences", reference, "v1.OwnerReference");
    const FieldPath path(list, index++);
    keep_members(reference, [&](const auto& member) {
      const auto known = check_reference_member(resource, member);
      if (!known) checked = known.error();
      if (known && !*known) add_unknown(problems, FieldPath(path, json::view(member.name)));
      return known && *known && !member.value.IsNull();
    });
    if (!checked) return checked;
  }
  return {};
}

bool is_empty_value(const json::Value& value) {
  if (value.IsNull()) return true;
  if (value.IsString()) return value.GetStringLength() == 0;
  if (value.IsObject()) return value.ObjectEmpty();
  return value.IsArray() && value.Empty();
}

// No answer holds more.
bool enough(const std::vector<kube::StatusCause>& causes) { return causes.size() >= kMaxToldCauses; }

void validate_labels(const json::Value& labels, std::vector<kube::StatusCause>& causes) {
  for (const auto& label : labels.GetObject()) {
    if (enough(causes)) return;
    const auto key = json::view(label.name);
    if (auto why = kube::check_label_key(key); !why.empty())
      causes.push_back(invalid_value("metadata.labels", key, why));
    const auto value = json::view(label.value);
    if (auto why = kube::check_label_value(value); !why.empty()) {
      causes.push_back(invalid_value("metadata.labels", value, why));
    }
  }
}

void validate_annotations(const json::Value& annotations, std::vector<kube::StatusCause>& causes) {
  std::size_t bytes = 0;
  for (const auto& annotation : annotations.GetObject()) {
    const auto key = json::view(annotation.name);
    std::string lower(key);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
    if (auto why = kube::check_label_key(lower); !why.empty() && !enough(causes)) {
      causes.push_back(invalid_value("metadata.annotations", key, why));
    }
    bytes += key.size() + annotation.value.GetStringLength();
  }
  if (bytes > kMaxAnnotationBytes) {
    causes.push_back({"FieldValueTooLong", fmt::format("Too long: may not be more than {} bytes", kMaxAnnotationBytes),
                      "metadata.annotations"});
  }
}

void validate_finalizers(const json::Value& finalizers, const StoredObject* old,
                         std::vector<kube::StatusCause>& causes) {
  std::unordered_set<std::string_view> known;
  if (old) known.insert(old->finalizers.begin(), old->finalizers.end());
  std::vector<std::string_view> added;
  for (const auto& element : finalizers.GetArray()) {
    if (enough(causes)) return;
    const auto finalizer = json::view(element);
    if (auto why = kube::check_label_key(finalizer); !why.empty()) {
      causes.push_back(invalid_value("metadata.finalizers", finalizer, why));
    }
    if (old && old->deletion && !known.contains(finalizer)) added.push_back(finalizer);
  }
  if (!added.empty()) {
    causes.push_back(forbidden_value(
        "metadata.finalizers",
        fmt::format("no new finalizers can be added if the object is being deleted, found new finalizers "
                    "[]string{{\"{}\"}}",
                    fmt::join(added, "\", \""))));
  }
}

void validate_owner_references(const json::Value& references, std::vector<kube::StatusCause>& causes) {
  std::string_view controller;
  bool has_controller = false;
  std::size_t index = 0;
  for (const auto& reference : references.GetArray()) {
    if (enough(causes)) return;
    const auto field = [&](std::string_view member) {
      return fmt::format("metadata.ownerReferences[{}].{}", index, member);
    };
    for (const std::string_view member : {"apiVersion", "kind", "name", "uid"}) {
      if (json::string_at(reference, {member}).empty()) {
        causes.push_back(invalid_value(
            field(member), "", fmt::format("{} must not be empty", member == "apiVersion" ? "version" : member)));
      }
    }
    const auto* flag = json::find(reference, "controller");
    if (flag && flag->IsBool() && flag->GetBool()) {
      const auto name = json::string_at(reference, {"name"});
      if (has_controller) {
        causes.push_back(invalid_value(
            "metadata.ownerReferences", "[]",
            fmt::format(
                "Only one reference can have Controller set to true. Found \"true\" in references for {} and {}",
                controller, name)));
      }
      has_controller = true;
      controller = name;
    }
    ++index;
  }
}

// False when there is nothing to keep of this member of the metadata.
kube::Outcome<bool> keep_metadata(const Resource& resource, json::Value::Member& member, FieldProblems& problems) {
  const auto key = json::view(member.name);
  const auto field = std::find_if(kFields.begin(), kFields.end(), [&](const auto& f) { return f.name == key; });
  if (field == kFields.end()) {
    const FieldPath root;
    const FieldPath metadata(root, "metadata");
    add_unknown(problems, FieldPath(metadata, key));
  }
  if (field == kFields.end() || field->shape == Shape::dropped || is_empty_value(member.value)) return false;
  if (const auto wanted = expected_type(*field, member.value); !wanted.empty()) {
    return wrong_type(resource, key, member.value, wanted);
  }
  if (auto checked = check_elements(resource, *field, member.value); !checked) return checked.error();
  if (field->shape == Shape::objects) {
    if (auto checked = check_owner_references(resource, member.value, problems); !checked) return checked.error();
  }
  return true;
}

}  // namespace

kube::StatusCause invalid_value(std::string field, std::string_view value, std::string_view why) {
  return {"FieldValueInvalid", fmt::format("Invalid value: \"{}\": {}", value, why), std::move(field)};
}

kube::StatusCause required_value(std::string field, std::string_view why) {
  return {"FieldValueRequired", why.empty() ? "Required value" : fmt::format("Required value: {}", why),
          std::move(field)};
}

kube::StatusCause forbidden_value(std::string field, std::string_view why) {
  return {"FieldValueForbidden", fmt::format("Forbidden: {}", why), std::move(field)};
}

kube::StatusCause unsupported_value(std::string field, std::string_view value, std::string_view supported) {
  return {"FieldValueNotSupported", fmt::format("Unsupported value: \"{}\": supported values: {}", value, supported),
          std::move(field)};
}

kube::Outcome<void> normalise_metadata(const Resource& resource, json::Value& metadata, FieldProblems& problems) {
  if (!metadata.IsObject()) {
    return kube::bad_request(fmt::format("{} in version \"{}\" cannot be handled as a {}: metadata must be an object",
                                         resource.type.kind, resource.type.version, resource.type.kind));
  }
  kube::Outcome<void> checked;
  keep_members(metadata, [&](auto& member) {
    if (!checked) return true;
    auto kept = keep_metadata(resource, member, problems);
    if (!kept) checked = kept.error();
    return kept && *kept;
  });
  return checked;
}

void carry_over_identity(json::Value& metadata, const StoredObject& old, json::Allocator& allocator) {
  json::set(metadata, "name", old.name.view(), allocator);
  if (old.name_space.empty())
    metadata.RemoveMember("namespace");
  else
    json::set(metadata, "namespace", old.name_space.view(), allocator);
  json::set(metadata, "uid", old.uid.str(), allocator);
  if (old.created) json::set(metadata, "creationTimestamp", kube::format_time(*old.created), allocator);
  if (old.generation > 0)
    json::set(metadata, "generation", json::Value(old.generation), allocator);
  else
    metadata.RemoveMember("generation");
  if (old.deletion) {
    json::set(metadata, "deletionTimestamp", kube::format_time(*old.deletion), allocator);
    json::set(metadata, "deletionGracePeriodSeconds", json::Value(0), allocator);
  } else {
    metadata.RemoveMember("deletionTimestamp");
    metadata.RemoveMember("deletionGracePeriodSeconds");
  }
}

void validate_metadata(const json::Value& metadata, const StoredObject* old, std::vector<kube::StatusCause>& causes) {
  if (const auto* labels = json::find(metadata, "labels")) validate_labels(*labels, causes);
  if (const auto* annotations = json::find(metadata, "annotations")) validate_annotations(*annotations, causes);
  if (const auto* references = json::find(metadata, "ownerReferences")) validate_owner_references(*references, causes);
  if (const auto* finalizers = json::find(metadata, "finalizers")) validate_finalizers(*finalizers, old, causes);
}

}  // namespace kyma::apiserver
