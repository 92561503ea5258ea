// ObjectService: server-side apply.
#include <fmt/format.h>

#include <utility>

#include "operator/apiserver/last_applied.hpp"
#include "operator/apiserver/merge_apply.hpp"
#include "operator/apiserver/metadata_rules.hpp"
#include "operator/apiserver/object_members.hpp"
#include "operator/apiserver/object_owners.hpp"
#include "operator/apiserver/object_write.hpp"
#include "operator/kube/meta/time.hpp"
#include "operator/kube/meta/yaml.hpp"

namespace kyma::apiserver {
namespace {

// Most clients send JSON, which is YAML too.
kube::Outcome<json::Document> parse_configuration(const std::string& body, FieldProblems& problems) {
  auto document = json::parse(body);
  if (!document) document = kube::parse_yaml_object(body);
  if (!document) return kube::bad_request(fmt::format("error decoding YAML: {}", document.error().message));
  if (!document->IsObject()) return kube::bad_request("error decoding YAML: the configuration must be an object");
  drop_duplicate_fields(*document, problems);
  if (auto fits = check_size(body, *document); !fits) return fits.error();
  return std::move(*document);
}

kube::Error untypable(const Resource& resource, const json::Value& applied, std::string_view why) {
  return kube::bad_request(fmt::format("failed to create typed patch object ({}/{}; {}, Kind={}): {}",
                                       json::string_at(applied, {"metadata", "namespace"}),
                                       json::string_at(applied, {"metadata", "name"}), resource.type.api_version(),
                                       resource.type.kind, why));
}

// Metadata with what the path says of it.
kube::Outcome<void> complete_metadata(const Resource& resource, std::string_view name_space, std::string_view name,
                                      json::Document& applied, FieldProblems& problems) {
  auto& allocator = applied.GetAllocator();
  if (const auto* present = json::find(applied, "metadata"); !present || present->IsNull()) {
    json::set(applied, "metadata", json::Value(rapidjson::kObjectType), allocator);
  }
  auto& metadata = *json::find(applied, "metadata");
  if (const auto* managed = json::find(metadata, "managedFields"); managed && !managed->IsNull()) {
    return kube::bad_request("metadata.managedFields must be nil");
  }
  if (auto normal = normalise_metadata(resource, metadata, problems); !normal) return normal;
  if (auto same = check_path(metadata, name_space, name); !same) return same;
  json::set(metadata, "name", name, allocator);
  if (resource.type.namespaced) json::set(metadata, "namespace", name_space, allocator);
  return {};
}

// Only what is written through this part of the object counts.
void confine_to(const Resource& resource, Part part, json::Value& applied) {
  if (part == Part::main) {
    if (resource.has_status) applied.RemoveMember("status");
    return;
  }
  keep_members(applied, [](const auto& member) {
    const auto name = json::view(member.name);
    return name == "apiVersion" || name == "kind" || name == "metadata" || name == "status";
  });
  keep_members(*json::find(applied, "metadata"), [](const auto& member) {
    const auto name = json::view(member.name);
    return name == "name" || name == "namespace" || name == "uid" || name == "resourceVersion";
  });
}

kube::Outcome<void> check_configuration(const Resource& resource, json::Value& applied) {
  if (resource.schema) {
    const auto unknown = resource.schema->prune(applied);
    if (!unknown.empty()) {
      return untypable(resource, applied, fmt::format(".{}: field not declared in schema", unknown.front()));
    }
  }
  const auto wrong = check_applied(merge_type_of(resource), applied);
  if (!wrong.empty()) return untypable(resource, applied, wrong);
  return {};
}

// An object that is there owns its fields itself until somebody applies.
void adopt(ManagedFields& managed, const Resource& resource, const json::Value& object, const WriteOptions& options,
           std::string_view time) {
  static constexpr std::string_view kBeforeFirstApply = "before-first-apply";
  const json::Value nothing(rapidjson::kObjectType);
  track_write(managed, merge_type_of(resource), nothing, object,
              {std::string(kBeforeFirstApply), Operation::update, resource.type.api_version(),
               std::string(options.subresource)},
              time);
}

kube::Outcome<void> apply_to(ManagedFields& managed, const Resource& resource, json::Document& object,
                             const json::Value& applied, const WriteOptions& options, std::string time) {
  auto& allocator = object.GetAllocator();
  const auto& type = merge_type_of(resource);
  Application application{
      type,
      applied,
      {options.manager, Operation::apply, resource.type.api_version(), std::string(options.subresource)},
      std::move(time),
      options.force};
  const bool by_kubectl = options.manager == kKubectlManager;
  if (by_kubectl) application.free_fields = last_applied_fields(type, object);
  if (auto done = apply_configuration(managed, object, allocator, application); !done) return done;
  if (by_kubectl) renew_last_applied(object, applied, allocator);
  managed.write(*json::find(object, "metadata"), allocator);
  return {};
}

}  // namespace

kube::Outcome<Written> ObjectService::apply(const Resource& resource, std::string_view name_space,
                                            std::string_view name, Part part, const std::string& body,
                                            const WriteOptions& options) {
  FieldProblems problems;
  auto applied = parse_configuration(body, problems);
  if (!applied) return applied.error();
  if (auto fits = check_type(resource, *applied); !fits) return fits.error();
  if (auto done = complete_metadata(resource, name_space, name, *applied, problems); !done) return done.error();
  confine_to(resource, part, *applied);
  if (auto good = check_configuration(resource, *applied); !good) return good.error();

  auto old = get(resource, name_space, name);
  if (!old) {
    if (!options.subresource.empty()) return old.error();
    return create_applied(resource, name_space, {std::move(*applied), std::move(problems)}, options);
  }
  Update change{resource, *old, shown_copy_of(resource, **old), part, options, std::move(problems), true};
  if (auto holds = check_preconditions(resource, **old, *json::find(*applied, "metadata"), false); !holds) {
    return holds.error();
  }
  const auto time = kube::format_time(clock_.wall_now());
  auto managed = owners_of(change.object);
  if (managed.empty()) adopt(managed, resource, change.object, options, time);
  if (auto done = apply_to(managed, resource, change.object, *applied, options, time); !done) return done.error();
  // Labels that were emptied are none.
  if (auto normal = normalise_metadata(resource, *json::find(change.object, "metadata"), change.problems); !normal) {
    return normal.error();
  }
  return store_update(change);
}

kube::Outcome<Written> ObjectService::create_applied(const Resource& resource, std::string_view name_space,
                                                     NewObject applied, const WriteOptions& options) {
  if (options.may_create) {
    if (auto allowed = options.may_create(); !allowed) return allowed.error();
  }
  const auto& metadata = *json::find(applied.object, "metadata");
  const auto name = json::string_at(metadata, {"name"});
  for (const char* member : {"uid", "resourceVersion"}) {
    const auto wanted = json::string_at(metadata, {member});
    if (wanted.empty()) continue;
    return kube::conflict(
        resource.type, name,
        fmt::format("{0} mismatch: the provided object specified {0} {1}, and no existing object was found", member,
                    wanted));
  }
  NewObject made{json::Document(rapidjson::kObjectType), std::move(applied.problems), true};
  json::set(made.object, "metadata", json::Value(rapidjson::kObjectType), made.object.GetAllocator());
  ManagedFields managed;
  if (auto done =
          apply_to(managed, resource, made.object, applied.object, options, kube::format_time(clock_.wall_now()));
      !done) {
    return done.error();
  }
  auto written = create_object(resource, name_space, std::move(made), options);
  if (written) written->created = true;
  return written;
}

}  // namespace kyma::apiserver
