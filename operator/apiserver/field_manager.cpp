#include "operator/apiserver/field_manager.hpp"

#include <utility>
#include <vector>

#include "operator/apiserver/apply_conflict.hpp"
#include "operator/apiserver/field_walk.hpp"
#include "operator/apiserver/merge_apply.hpp"

namespace kyma::apiserver {
namespace {

json::Document copy_of(const json::Value& value) {
  json::Document copy;
  copy.CopyFrom(value, copy.GetAllocator());
  return copy;
}

FieldSet fields_without(const MergeType& type, const json::Value& value, const FieldSet& removed) {
  auto copy = copy_of(value);
  remove_fields(type, copy, removed);
  return with_named_members(type, fields_of(type, copy));
}

FieldSet owned_by_anybody(const ManagedFields& managed) {
  std::vector<FieldSet> sets;
  for (const auto& entry : managed.entries()) sets.push_back(entry.fields);
  return united(std::move(sets));
}

// Takes out of the object what `last` named, but nothing that has an owner now, and nothing that never was in `last`.
void drop_fields(const MergeType& type, json::Value& object, const FieldSet& last, const FieldSet& owned) {
  const auto all = with_named_members(type, fields_of(type, object));
  const auto named = with_named_members(type, last);
  // A member that goes takes all that is in it along: what of that is somebody's stays.
  const auto left = fields_without(type, object, named);
  const auto kept = fields_without(type, object, all - (left | with_named_members(type, owned)));
  remove_fields(type, object, (all - kept) & named);
}

}  // namespace

void track_write(ManagedFields& managed, const MergeType& type, const json::Value& before, const json::Value& after,
                 const FieldOwner& writer, std::string_view time) {
  const auto change = compare_fields(type, before, after);
  const auto taken = (change.added | change.modified) - server_fields();
  managed.release(taken | change.removed);
  if (!taken.empty()) {
    auto& entry = managed.find_or_add(writer);
    entry.fields = entry.fields | taken;
    entry.time = time;
  }
  managed.tidy();
}

kube::Outcome<void> apply_configuration(ManagedFields& managed, json::Value& object, json::Allocator& allocator,
                                        const Application& application) {
  const auto& type = application.type;
  json::Value merged(object, allocator);
  merge_applied(type, merged, application.configuration, allocator);

  auto next = managed;
  auto& own = next.find_or_add(application.owner);
  const auto last = std::exchange(own.fields, fields_of(type, application.configuration) - server_fields());
  if (const auto dropped = last - own.fields; !dropped.empty()) {
    drop_fields(type, merged, last, owned_by_anybody(next) | server_fields());
  }

  const auto change = compare_fields(type, object, merged);
  const auto taken = (change.added | change.modified) - server_fields();
  if (!application.force) {
    const auto conflicts = find_conflicts(next, application.owner, taken - application.free_fields);
    if (!conflicts.empty()) return apply_conflict(conflicts);
  }
  auto mine = std::exchange(own.fields, {});
  next.release(taken | change.removed);
  const bool same_owner = own.owner.api_version == application.owner.api_version;
  if (!same_owner || mine != last || !taken.empty() || !change.removed.empty()) own.time = application.time;
  own.fields = std::move(mine);
  own.owner = application.owner;
  next.tidy();
  managed = std::move(next);
  object = std::move(merged);
  return {};
}

}  // namespace kyma::apiserver
