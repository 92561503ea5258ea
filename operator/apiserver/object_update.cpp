// ObjectService: changing what exists.
#include <fmt/format.h>

#include <utility>

#include "operator/apiserver/api_errors.hpp"
#include "operator/apiserver/json_patch.hpp"
#include "operator/apiserver/metadata_rules.hpp"
#include "operator/apiserver/object_members.hpp"
#include "operator/apiserver/object_owners.hpp"
#include "operator/apiserver/object_write.hpp"
#include "operator/apiserver/strategic_merge_patch.hpp"
#include "operator/kube/meta/merge_patch.hpp"

namespace kyma::apiserver {

namespace {

constexpr std::string_view kModified =
    "the object has been modified; please apply your changes to the latest version and try again";

// Of a patch to the status no metadata is kept, so what it says there is looked at before it is dropped.
kube::Outcome<void> check_status_preconditions(const Resource& resource, const StoredObject& old, Part part,
                                               const json::Value& object) {
  const auto* metadata = json::find(object, "metadata");
  if (!metadata || part != Part::status) return {};
  return check_preconditions(resource, old, *metadata, false);
}

kube::Outcome<void> check_identity(const StoredObject& old, const json::Value& metadata) {
  if (json::string_at(metadata, {"name"}).empty()) {
    return kube::bad_request("the name of the object (metadata.name) must be given");
  }
  return check_path(metadata, old.name_space, old.name);
}

// Of the new object, only the status counts: everything else stays as it was.
json::Document with_status_of(const Resource& resource, const StoredObject& old, const json::Value& object) {
  auto result = shown_copy_of(resource, old);
  const auto* status = json::find(object, "status");
  if (!status) {
    result.RemoveMember("status");
  } else {
    json::Value copy(*status, result.GetAllocator());
    json::set(result, "status", std::move(copy), result.GetAllocator());
  }
  return result;
}

void restore_status(const Resource& resource, json::Document& object, const StoredObject& old) {
  auto& allocator = object.GetAllocator();
  if (old.status_text.empty()) {
    object.RemoveMember("status");
  } else if (resource.conversion) {
    const auto before = shown_copy_of(resource, old);
    json::set(object, "status", json::Value(*json::find(before, "status"), allocator), allocator);
  } else {
    json::set(object, "status", parse_stored(old.text(old.status_text), allocator), allocator);
  }
}

// A merge patch reduced to what this part of the object may change.
void confine(json::Value& patch, Part part) {
  if (part == Part::main) {
    patch.RemoveMember("status");
    return;
  }
  keep_members(patch, [](const auto& member) { return json::view(member.name) == "status"; });
}

}  // namespace

json::Document copy_of(const StoredObject& object) {
  json::Document document;
  static_cast<json::Value&>(document) = parse_stored(object.json, document.GetAllocator());
  return document;
}

json::Document shown_copy_of(const Resource& resource, const StoredObject& object) {
  auto document = copy_of(object);
  auto& allocator = document.GetAllocator();
  if (resource.conversion) resource.conversion->from_stored(document, allocator);
  json::set(document, "apiVersion", resource.type.api_version(), allocator);
  return document;
}

kube::Outcome<void> check_preconditions(const Resource& resource, const StoredObject& old, const json::Value& metadata,
                                        bool needs_revision) {
  const auto uid = json::string_at(metadata, {"uid"});
  if (!uid.empty() && kube::Uid(uid) != old.uid) {
    return kube::conflict(
        resource.type, old.name,
        fmt::format("Precondition failed: UID in precondition: {}, UID in object meta: {}", uid, old.uid.str()));
  }
  const auto version = json::string_at(metadata, {"resourceVersion"});
  if (version.empty() || version == "0") {
    if (!needs_revision || resource.unconditional_update) return {};
    return kube::invalid(
        resource.type, old.name,
        {{"FieldValueInvalid", "Invalid value: 0x0: must be specified for an update", "metadata.resourceVersion"}});
  }
  const auto revision = parse_revision(version);
  if (!revision) {
    return kube::invalid(resource.type, old.name,
                         {invalid_value("metadata.resourceVersion", version, "must be a number")});
  }
  if (*revision != old.revision) return kube::conflict(resource.type, old.name, kModified);
  return {};
}

kube::Outcome<void> check_path(const json::Value& metadata, std::string_view name_space, std::string_view name) {
  const auto own_name = json::string_at(metadata, {"name"});
  if (!own_name.empty() && own_name != name) {
    return kube::bad_request(
        fmt::format("the name of the object ({}) does not match the name on the URL ({})", own_name, name));
  }
  const auto own_namespace = json::string_at(metadata, {"namespace"});
  if (!own_namespace.empty() && own_namespace != name_space) {
    return kube::bad_request("the namespace of the provided object does not match the namespace sent on the request");
  }
  return {};
}

kube::Outcome<Written> ObjectService::update(const Resource& resource, std::string_view name_space,
                                             std::string_view name, Part part, std::string_view body,
                                             const WriteOptions& options) {
  auto old = get(resource, name_space, name);
  if (!old) return old.error();
  FieldProblems problems;
  auto object = parse_resource_object(resource, body, problems);
  if (!object) return object.error();
  auto& metadata = *json::find(*object, "metadata");
  if (auto normal = normalise_metadata(resource, metadata, problems); !normal) return normal.error();
  if (auto same = check_identity(**old, metadata); !same) return same.error();
  if (auto holds = check_preconditions(resource, **old, metadata, true); !holds) return holds.error();
  if (part == Part::status) {
    *object = with_status_of(resource, **old, *object);
  } else if (resource.has_status) {
    restore_status(resource, *object, **old);
  }
  Update change{resource, std::move(*old), std::move(*object), part, options, std::move(problems)};
  return store_update(change);
}

kube::Outcome<Written> ObjectService::patch(const Resource& resource, std::string_view name_space,
                                            std::string_view name, Part part, PatchType type, std::string_view body,
                                            const WriteOptions& options) {
  auto old = get(resource, name_space, name);
  if (!old) return old.error();
  Update change{resource, *old, shown_copy_of(resource, **old), part, options};
  auto& object = change.object;
  auto& allocator = object.GetAllocator();
  if (type == PatchType::json) {
    if (auto applied = apply_json_patch(object, body, change.problems); !applied) return applied.error();
    if (!object.IsObject()) return kube::bad_request("the patched object must be a JSON object");
    if (auto holds = check_status_preconditions(resource, **old, part, object); !holds) return holds.error();
    // Values that the patch brought are in the patched object now.
    if (part == Part::status)
      object = with_status_of(resource, **old, object);
    else if (resource.has_status)
      restore_status(resource, object, **old);
  } else {
    auto patch = parse_object(body, change.problems);
    if (!patch) return patch.error();
    if (auto holds = check_status_preconditions(resource, **old, part, *patch); !holds) return holds.error();
    if (resource.has_status) confine(*patch, part);
    if (type == PatchType::merge)
      kube::apply_merge_patch(object, *patch, allocator);
    else if (auto merged = apply_strategic_merge_patch(object, *patch, resource.definition, allocator); !merged)
      return merged.error();
    // Its directives reach what it does not name.
    if (type == PatchType::strategic && part == Part::main && resource.has_status) {
      restore_status(resource, object, **old);
    }
  }
  if (auto fits = check_type(resource, object); !fits) return fits.error();
  if (part == Part::main) {
    auto* metadata = json::find(object, "metadata");
    if (!metadata) return kube::bad_request("metadata cannot be removed");
    if (auto normal = normalise_metadata(resource, *metadata, change.problems); !normal) return normal.error();
    if (auto same = check_identity(**old, *metadata); !same) return same.error();
    if (auto holds = check_preconditions(resource, **old, *metadata, false); !holds) return holds.error();
  }
  return store_update(change);
}

kube::Outcome<Written> ObjectService::store_update(Update& update) {
  const auto& resource = update.resource;
  auto& object = update.object;
  auto& allocator = object.GetAllocator();
  carry_over_identity(*json::find(object, "metadata"), *update.old, allocator);
  if (resource.schema) {
    for (const auto& path : resource.schema->prune(object)) {
      update.problems.push_back(fmt::format("unknown field \"{}\"", path));
    }
  }
  Written written;
  if (auto judged = judge_fields(resource, update.options.validation, update.problems, written.warnings); !judged) {
    return judged.error();
  }
  if (resource.schema) resource.schema->apply_defaults(object, allocator);
  if (!update.owners_known && is_tracked(*update.old, object)) {
    track_update(resource, *update.old, object, writer_of(resource, update.options), clock_.wall_now());
  }
  if (auto causes = to_stored_form(resource, object, allocator); !causes.empty()) {
    return kube::invalid(resource.type, update.old->name, std::move(causes));
  }
  strategy_of(resource).prepare(object, allocator, update.old.get());
  if (update.old->tracked) keep_times(*update.old, object);
  if (auto causes = validate_object(resource, object, update.old.get()); !causes.empty()) {
    return kube::invalid(resource.type, update.old->name, std::move(causes));
  }
  if (update.options.guard) {
    if (auto allowed = update.options.guard(object, update.old.get()); !allowed) return allowed.error();
  }
  if (update.part == Part::main) strategy_of(resource).warn(object, written.warnings);
  auto stored = commit_update(resource, update.old, object, update.options.dry_run);
  if (!stored) return stored.error();
  written.object = std::move(*stored);
  return written;
}

kube::Outcome<ObjectPtr> ObjectService::commit_update(const Resource& resource, const ObjectPtr& old,
                                                      json::Document& object, bool dry_run) {
  auto& allocator = object.GetAllocator();
  auto draft = encode_object(object, allocator, old.get(), kMaxObjectBytes);
  if (!draft) return object_too_large();
  const bool reencoded = draft->api_version != old->api_version;
  if (!reencoded && same_but_revision(*draft, *old)) {
    if (!old->deletion || !old->finalizers.empty() || strategy_of(resource).holds_deleted(object)) return old;
  }
  if (resource.has_generation && !same_desired_state(*draft, *old)) {
    json::set(*json::find(object, "metadata"), "generation", json::Value(old->generation + 1), allocator);
    draft = encode_object(object, allocator, nullptr, kMaxObjectBytes);
    if (!draft) return object_too_large();
  }
  const bool goes = draft->deletion && draft->finalizers.empty() && !strategy_of(resource).holds_deleted(object);
  if (dry_run) {
    stamp(*draft, old->revision);
    return ObjectPtr(std::move(draft));
  }
  const Preconditions unchanged{old->revision, std::nullopt};
  auto stored = goes ? resource.table->remove(old->key(), unchanged) : resource.table->update(draft, unchanged);
  if (!stored) return kube::conflict(resource.type, old->name, kModified);
  if (!goes) return std::move(*stored);
  // Watchers see the last state that was stored, whoever removed the last finalizer sees that it is off.
  stamp(*draft, (*stored)->revision);
  return ObjectPtr(std::move(draft));
}

kube::Outcome<ObjectPtr> ObjectService::edit(const Resource& resource, const ObjectPtr& current, const Change& change) {
  auto object = copy_of(*current);
  if (!change(object, object.GetAllocator())) return current;
  if (current->tracked && !resource.conversion) {
    track_update(resource, *current, object, own_writer(resource), clock_.wall_now());
  }
  return commit_update(resource, current, object, false);
}

}  // namespace kyma::apiserver
