#include "operator/apiserver/object_owners.hpp"

#include <utility>

#include "operator/apiserver/object_write.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::string_view kServer = "kube-apiserver";  // what Kubernetes' own controllers in the server are called

json::Value& metadata_of(json::Value& object) { return *json::find(object, "metadata"); }

const json::Value* managed_fields_of(const json::Value& object) {
  return json::find(object, {"metadata", "managedFields"});
}

// What a request says of owners counts when it says something; who does not know the field deletes nothing by it.
ManagedFields owners_after(const json::Value& before, const json::Value& after) {
  auto said = ManagedFields::read(managed_fields_of(after));
  if (said && !said->empty()) return std::move(*said);
  return owners_of(before);
}

// All but what a version and the times of entries are.
json::Document without_times(const json::Value& object) {
  json::Document copy;
  copy.CopyFrom(object, copy.GetAllocator());
  metadata_of(copy).RemoveMember("resourceVersion");
  if (auto* entries = json::find(copy, {"metadata", "managedFields"})) {
    for (auto& entry : entries->GetArray()) entry.RemoveMember("time");
  }
  return copy;
}

}  // namespace

const MergeType& merge_type_of(const Resource& resource) {
  return resource.schema ? resource.schema->merge_type() : MergeType::deduced();
}

ManagedFields owners_of(const json::Value& object) {
  auto known = ManagedFields::read(managed_fields_of(object));
  return known ? std::move(*known) : ManagedFields();
}

FieldOwner writer_of(const Resource& resource, const WriteOptions& options) {
  return {options.manager.empty() ? manager_of_agent(options.user_agent) : options.manager, Operation::update,
          resource.type.api_version(), std::string(options.subresource)};
}

FieldOwner own_writer(const Resource& resource) {
  return {std::string(kServer), Operation::update, resource.type.api_version()};
}

bool is_tracked_from_creation(const json::Value& object, const WriteOptions& options) {
  return !options.manager.empty() || managed_fields_of(object) != nullptr;
}

void track_creation(const Resource& resource, json::Document& object, const WriteOptions& options, WallTime now) {
  auto& metadata = metadata_of(object);
  if (const auto* said = json::find(metadata, "managedFields"); said && asks_for_reset(*said)) {
    metadata.RemoveMember("managedFields");
    return;
  }
  const json::Value nothing(rapidjson::kObjectType);
  auto managed = owners_after(nothing, object);
  track_write(managed, merge_type_of(resource), nothing, object, writer_of(resource, options), kube::format_time(now));
  managed.write(metadata, object.GetAllocator());
}

bool is_tracked(const StoredObject& old, const json::Value& object) {
  return old.tracked || managed_fields_of(object) != nullptr;
}

void track_update(const Resource& resource, const StoredObject& old, json::Document& object, const FieldOwner& writer,
                  WallTime now) {
  auto& metadata = metadata_of(object);
  if (const auto* said = json::find(metadata, "managedFields"); said && asks_for_reset(*said)) {
    metadata.RemoveMember("managedFields");
    return;
  }
  const auto before = shown_copy_of(resource, old);
  auto managed = owners_after(before, object);
  track_write(managed, merge_type_of(resource), before, object, writer, kube::format_time(now));
  managed.write(metadata, object.GetAllocator());
}

void keep_times(const StoredObject& old, json::Document& object) {
  const auto before = copy_of(old);
  const auto* entries = managed_fields_of(before);
  if (!entries || !managed_fields_of(object)) return;
  if (!json::equal(without_times(before), without_times(object))) return;
  json::set(metadata_of(object), "managedFields", json::Value(*entries, object.GetAllocator()), object.GetAllocator());
}

}  // namespace kyma::apiserver
