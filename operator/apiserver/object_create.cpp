// ObjectService: reading and creating.
#include <fmt/format.h>

#include <utility>

#include "operator/apiserver/api_errors.hpp"
#include "operator/apiserver/metadata_rules.hpp"
#include "operator/apiserver/object_owners.hpp"
#include "operator/apiserver/object_write.hpp"
#include "operator/base/uuid.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::apiserver {
namespace {

// As Kubernetes': no vowels, so that no words come about; no digits that look like letters.
constexpr std::string_view kNameAlphabet = "bcdfghjklmnpqrstvwxz2456789";
constexpr std::size_t kGeneratedSuffix = 5;
constexpr std::size_t kMaxGeneratedPrefix = 63 - kGeneratedSuffix;
constexpr int kGenerateAttempts = 8;

}  // namespace

const Strategy& strategy_of(const Resource& resource) noexcept {
  static const Strategy kDefault;
  return resource.strategy ? *resource.strategy : kDefault;
}

std::vector<kube::StatusCause> validate_object(const Resource& resource, const json::Value& object,
                                               const StoredObject* old) {
  std::vector<kube::StatusCause> causes;
  const auto& metadata = *json::find(object, "metadata");
  if (!old) {
    const auto name = json::string_at(metadata, {"name"});
    if (name.empty()) {
      causes.push_back(required_value("metadata.name", "name or generateName is required"));
    } else if (auto why = strategy_of(resource).check_name(name); !why.empty()) {
      causes.push_back(invalid_value("metadata.name", name, why));
    }
  }
  validate_metadata(metadata, old, causes);
  if (resource.schema && !resource.conversion) {
    auto more = resource.schema->validate(object);
    causes.insert(causes.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  strategy_of(resource).validate(object, old, causes);
  return causes;
}

std::vector<kube::StatusCause> to_stored_form(const Resource& resource, json::Value& object,
                                              json::Allocator& allocator) {
  if (!resource.conversion) return {};
  auto causes = resource.schema->validate(object);
  if (causes.empty()) resource.conversion->to_stored(object, allocator);
  return causes;
}

ObjectService::ObjectService(Clock& clock, Storage& storage, Registry& registry, std::uint64_t seed)
    : clock_(clock), storage_(storage), registry_(registry), namespaces_(storage.table("namespaces")), random_(seed) {}

kube::Outcome<ObjectPtr> ObjectService::read(const Resource& resource, std::string_view name_space,
                                             std::string_view name) const {
  auto object = resource.table->read(storage_key(name_space, name));
  if (!object) return kube::not_found(resource.type, name);
  return object;
}

kube::Outcome<ObjectPtr> ObjectService::get(const Resource& resource, std::string_view name_space,
                                            std::string_view name) const {
  auto object = resource.table->get(storage_key(name_space, name));
  if (!object) return kube::not_found(resource.type, name);
  return object;
}

kube::Outcome<void> ObjectService::check_namespace(const Resource& resource, std::string_view name_space,
                                                   std::string_view name) const {
  if (!resource.type.namespaced) return {};
  static const kube::ResourceType kNamespaces{"", "v1", "Namespace", "namespaces", false};
  const auto found = namespaces_.get(storage_key({}, name_space));
  if (!found) return kube::not_found(kNamespaces, name_space);
  if (!found->deletion) return {};
  auto error =
      forbidden(resource.type, name,
                fmt::format("unable to create new content in namespace {} because it is being terminated", name_space));
  error.causes.push_back(
      {"NamespaceTerminating", fmt::format("namespace {} is being terminated", name_space), "metadata.namespace"});
  return error;
}

kube::Outcome<void> ObjectService::prepare_new(const Resource& resource, std::string_view name_space,
                                               json::Document& object, FieldProblems& problems) {
  auto& allocator = object.GetAllocator();
  auto& metadata = *json::find(object, "metadata");
  if (auto normal = normalise_metadata(resource, metadata, problems); !normal) return normal;
  const auto own_namespace = json::string_at(metadata, {"namespace"});
  if (!own_namespace.empty() && own_namespace != name_space) {
    return kube::bad_request("the namespace of the provided object does not match the namespace sent on the request");
  }
  if (metadata.HasMember("resourceVersion")) {
    return kube::bad_request("resourceVersion should not be set on objects to be created");
  }
  if (auto exists = check_namespace(resource, name_space, json::string_at(metadata, {"name"})); !exists) return exists;
  if (resource.type.namespaced) json::set(metadata, "namespace", name_space, allocator);
  for (const char* member : {"generation", "deletionTimestamp", "deletionGracePeriodSeconds"}) {
    metadata.RemoveMember(member);
  }
  json::set(metadata, "uid", new_uid(), allocator);
  json::set(metadata, "creationTimestamp", kube::format_time(clock_.wall_now()), allocator);
  if (resource.has_generation) json::set(metadata, "generation", json::Value(1), allocator);
  if (resource.has_status && !resource.status_on_create) object.RemoveMember("status");
  return {};
}

kube::Outcome<Written> ObjectService::create(const Resource& resource, std::string_view name_space,
                                             std::string_view body, const WriteOptions& options) {
  FieldProblems problems;
  auto object = parse_resource_object(resource, body, problems);
  if (!object) return object.error();
  return create_object(resource, name_space, {std::move(*object), std::move(problems)}, options);
}

kube::Outcome<Written> ObjectService::create_object(const Resource& resource, std::string_view name_space,
                                                    NewObject made, const WriteOptions& options) {
  auto& [object, problems, owners_known] = made;
  if (!resource.accepts_creates) {
    auto error = method_not_allowed(resource.type, "create");
    error.message = "create not allowed while custom resource definition is terminating";
    return error;
  }
  if (auto ready = prepare_new(resource, name_space, object, problems); !ready) return ready.error();
  auto& allocator = object.GetAllocator();
  if (resource.schema) {
    for (const auto& path : resource.schema->prune(object))
      problems.push_back(fmt::format("unknown field \"{}\"", path));
  }
  Written written;
  if (auto judged = judge_fields(resource, options.validation, problems, written.warnings); !judged) {
    return judged.error();
  }
  if (resource.schema) resource.schema->apply_defaults(object, allocator);
  const bool generate = name_object(object);
  if (!owners_known && is_tracked_from_creation(object, options)) {
    track_creation(resource, object, options, clock_.wall_now());
  }
  if (auto causes = to_stored_form(resource, object, allocator); !causes.empty()) {
    return kube::invalid(resource.type, json::string_at(object, {"metadata", "name"}), std::move(causes));
  }
  strategy_of(resource).prepare(object, allocator, nullptr);
  auto& metadata = *json::find(object, "metadata");
  if (auto causes = validate_object(resource, object, nullptr); !causes.empty()) {
    return kube::invalid(resource.type, json::string_at(metadata, {"name"}), std::move(causes));
  }
  if (options.guard) {
    if (auto allowed = options.guard(object, nullptr); !allowed) return allowed.error();
  }
  strategy_of(resource).warn(object, written.warnings);
  auto stored = store_new(resource, object, generate, options);
  if (!stored) return stored;
  written.object = std::move(stored->object);
  return written;
}

bool ObjectService::name_object(json::Document& object) {
  auto& metadata = *json::find(object, "metadata");
  if (metadata.HasMember("name") || !metadata.HasMember("generateName")) return false;
  const std::string prefix(json::string_at(metadata, {"generateName"}));
  json::set(metadata, "name", generated_name(prefix), object.GetAllocator());
  return true;
}

kube::Outcome<Written> ObjectService::store_new(const Resource& resource, json::Document& object, bool generated,
                                                const WriteOptions& options) {
  auto& metadata = *json::find(object, "metadata");
  const std::string prefix(json::string_at(metadata, {"generateName"}));
  for (int attempt = 1;; ++attempt) {
    auto draft = encode_object(object, object.GetAllocator(), nullptr, kMaxObjectBytes);
    if (!draft) return object_too_large();
    if (options.dry_run) {
      if (resource.table->get(draft->key())) return kube::already_exists(resource.type, draft->name);
      stamp(*draft, storage_.revision());
      return Written{std::move(draft)};
    }
    auto stored = resource.table->create(std::move(draft));
    if (stored) return Written{std::move(*stored)};
    const auto taken = json::string_at(metadata, {"name"});
    if (!generated) return kube::already_exists(resource.type, taken);
    if (attempt == kGenerateAttempts) return no_generated_name(resource.type, taken);
    json::set(metadata, "name", generated_name(prefix), object.GetAllocator());
  }
}

std::string ObjectService::new_uid() {
  // Unique, not secret.
  const auto high = random_();
  return random_uuid(high, random_());
}

std::string ObjectService::generated_name(std::string_view prefix) {
  std::string name(prefix.substr(0, kMaxGeneratedPrefix));
  for (std::size_t i = 0; i < kGeneratedSuffix; ++i) name += kNameAlphabet[random_() % kNameAlphabet.size()];
  return name;
}

}  // namespace kyma::apiserver
