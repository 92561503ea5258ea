// ObjectService: deleting.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "operator/apiserver/finalizers.hpp"
#include "operator/apiserver/object_service.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::apiserver {
namespace {

kube::Outcome<void> check_preconditions(const Resource& resource, const StoredObject& object,
                                        const Preconditions& preconditions) {
  if (preconditions.uid && *preconditions.uid != object.uid) {
    return kube::conflict(
        resource.type, object.name,
        fmt::format(
            "the UID in the precondition ({}) does not match the UID in record ({}). The object might have been "
            "deleted and then recreated",
            preconditions.uid->str(), object.uid.str()));
  }
  if (preconditions.revision && *preconditions.revision != object.revision) {
    return kube::conflict(
        resource.type, object.name,
        fmt::format(
            "the ResourceVersion in the precondition ({}) does not match the ResourceVersion in record ({}). The "
            "object might have been modified",
            *preconditions.revision, object.revision));
  }
  return {};
}

// The finalizers that the object has once it is being deleted this way.
std::vector<std::string> finalizers_for(const StoredObject& object, Propagation propagation) {
  std::vector<std::string> result;
  for (const auto& finalizer : object.finalizers) {
    const bool collector = finalizer == kOrphanFinalizer || finalizer == kForegroundFinalizer;
    if (!collector || propagation == Propagation::unspecified) result.push_back(finalizer.str());
  }
  if (propagation == Propagation::orphan) result.emplace_back(kOrphanFinalizer);
  if (propagation == Propagation::foreground) result.emplace_back(kForegroundFinalizer);
  return result;
}

}  // namespace

kube::Outcome<Deleted> ObjectService::remove(const Resource& resource, std::string_view name_space,
                                             std::string_view name, const DeleteRequest& request) {
  auto found = get(resource, name_space, name);
  if (!found) return found.error();
  const auto& object = *found;
  if (auto holds = check_preconditions(resource, *object, request.preconditions); !holds) return holds.error();
  const auto& strategy = strategy_of(resource);
  if (auto why_not = strategy.forbid_delete(*object)) return *why_not;
  const auto finalizers = finalizers_for(*object, request.propagation);

  // Most objects go at once, and need not be looked into for that.
  if (finalizers.empty() && !resource.strategy) {
    if (request.dry_run) return Deleted{object};
    auto removed = resource.table->remove(object->key(), {object->revision, std::nullopt});
    return Deleted{*std::move(removed)};
  }

  json::Document document;
  auto& allocator = document.GetAllocator();
  static_cast<json::Value&>(document) = parse_stored(object->json, allocator);
  auto& metadata = *json::find(document, "metadata");
  json::Value list(rapidjson::kArrayType);
  for (const auto& finalizer : finalizers) list.PushBack(json::make_string(finalizer, allocator), allocator);
  if (finalizers.empty())
    metadata.RemoveMember("finalizers");
  else
    json::set(metadata, "finalizers", std::move(list), allocator);
  if (!object->deletion) {
    json::set(metadata, "deletionTimestamp", kube::format_time(clock_.wall_now()), allocator);
    json::set(metadata, "deletionGracePeriodSeconds", json::Value(0), allocator);
    if (object->generation > 0) json::set(metadata, "generation", json::Value(object->generation + 1), allocator);
  }
  // The strategy may move metadata within the document.
  const bool held = strategy.begin_delete(document, allocator);
  const bool stays = held || json::find(document, {"metadata", "finalizers"}) != nullptr;
  if (request.dry_run) return Deleted{object, !stays};
  if (!stays) return Deleted{*resource.table->remove(object->key(), {object->revision, std::nullopt})};
  auto draft = encode_object(document, allocator);
  if (same_but_revision(*draft, *object)) return Deleted{object, false};
  return Deleted{*resource.table->update(std::move(draft), {object->revision, std::nullopt}), false};
}

}  // namespace kyma::apiserver
