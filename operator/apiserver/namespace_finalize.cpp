#include "operator/apiserver/namespace_finalize.hpp"

#include <utility>

#include "operator/apiserver/kind_rules.hpp"
#include "operator/apiserver/metadata_rules.hpp"
#include "operator/apiserver/object_write.hpp"

namespace kyma::apiserver {
namespace {

json::Value finalizers_of(const json::Value& name_space, json::Allocator& allocator) {
  json::Value finalizers(rapidjson::kArrayType);
  for (const auto& finalizer : list_at(name_space, {"spec", "finalizers"}).GetArray()) {
    if (finalizer.IsString()) finalizers.PushBack(json::Value(finalizer, allocator), allocator);
  }
  return finalizers;
}

}  // namespace

bool serves_finalize(const Resource& resource) noexcept {
  return resource.type.group.empty() && resource.type.plural == "namespaces";
}

kube::Outcome<Written> finalize_namespace(ObjectService& objects, const Resource& resource, std::string_view name,
                                          std::string_view body, const WriteOptions& options) {
  const auto current = objects.get(resource, {}, name);
  if (!current) return current.error();
  FieldProblems problems;
  auto wanted = parse_resource_object(resource, body, problems);
  if (!wanted) return wanted.error();
  auto& metadata = *json::find(*wanted, "metadata");
  if (auto normal = normalise_metadata(resource, metadata, problems); !normal) return normal.error();
  if (auto same = check_path(metadata, {}, name); !same) return same.error();
  if (auto holds = check_preconditions(resource, **current, metadata, false); !holds) return holds.error();
  if (options.dry_run) return Written{*current};
  auto changed = objects.edit(resource, *current, [&](json::Value& object, json::Allocator& allocator) {
    json::set(object_at(object, "spec", allocator), "finalizers", finalizers_of(*wanted, allocator), allocator);
    return true;
  });
  if (!changed) return changed.error();
  return Written{std::move(*changed)};
}

}  // namespace kyma::apiserver
