// The verbs on single objects, without HTTP: what a request means for an object, its checks and its storage.
//
// Guarantees: every write is judged and accepted at once, so that no other request comes between its checks and its
// effect (Storage::settle() tells when it is safe and visible); a write that changes nothing stores nothing and gives
// the current object; status and the rest of an object are written apart where the resource has a status subresource;
// identity and creation time never change. Thread: confined to one. Lifetime: shorter than storage's and registry's.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "operator/apiserver/registry.hpp"
#include "operator/apiserver/request_body.hpp"
#include "operator/apiserver/resource.hpp"
#include "operator/apiserver/storage.hpp"
#include "operator/base/clock.hpp"
#include "operator/kube/meta/error.hpp"

namespace kyma::apiserver {

enum class Part { main, status };
enum class PatchType { merge, json, strategic, apply };
enum class Propagation { unspecified, background, foreground, orphan };

// Has the last word on a write: sees the object as it is to be stored; `old` is null on creation.
using WriteGuard = std::function<kube::Outcome<void>(const json::Value& object, const StoredObject* old)>;

struct WriteOptions {
  bool dry_run = false;
  FieldValidation validation = FieldValidation::warn;
  WriteGuard guard = {};  // none: nothing more is asked
  // Who writes, for the ownership of fields: fieldManager, or the client's name where that is not given.
  std::string manager = {};
  std::string_view user_agent = {};
  std::string_view subresource = {};
  // Of server-side apply: whether fields of others are taken, and whether the object may be created.
  bool force = false;
  std::function<kube::Outcome<void>()> may_create = {};  // none: it may
};

struct Written {
  ObjectPtr object;
  std::vector<std::string> warnings = {};
  bool created = false;  // by server-side apply
};

struct DeleteRequest {
  Preconditions preconditions = {};
  Propagation propagation = Propagation::unspecified;
  bool dry_run = false;
};

struct Deleted {
  ObjectPtr object;  // its last state, or the state in which it waits for its finalizers
  bool gone = true;
};

class ObjectService {
 public:
  ObjectService(Clock& clock, Storage& storage, Registry& registry, std::uint64_t seed);

  // What readers see, and the newest object, which a write begins with.
  kube::Outcome<ObjectPtr> read(const Resource& resource, std::string_view name_space, std::string_view name) const;
  kube::Outcome<ObjectPtr> get(const Resource& resource, std::string_view name_space, std::string_view name) const;
  kube::Outcome<Written> create(const Resource& resource, std::string_view name_space, std::string_view body,
                                const WriteOptions& options);
  kube::Outcome<Written> update(const Resource& resource, std::string_view name_space, std::string_view name, Part part,
                                std::string_view body, const WriteOptions& options);
  kube::Outcome<Written> patch(const Resource& resource, std::string_view name_space, std::string_view name, Part part,
                               PatchType type, std::string_view body, const WriteOptions& options);
  // Server-side apply: what the body (JSON or YAML) names becomes so and belongs to options.manager.
  kube::Outcome<Written> apply(const Resource& resource, std::string_view name_space, std::string_view name, Part part,
                               const std::string& body, const WriteOptions& options);
  kube::Outcome<Deleted> remove(const Resource& resource, std::string_view name_space, std::string_view name,
                                const DeleteRequest& request);

  // For the server's own work: changes an object without the checks of a request. `change` edits the document and
  // returns false to leave it. An object that is being deleted goes when nothing holds it any more.
  using Change = std::function<bool(json::Value& object, json::Allocator& allocator)>;
  kube::Outcome<ObjectPtr> edit(const Resource& resource, const ObjectPtr& current, const Change& change);

  Storage& storage() noexcept { return storage_; }
  Registry& registry() noexcept { return registry_; }
  Clock& clock() noexcept { return clock_; }

 private:
  struct Update;
  struct NewObject;

  kube::Outcome<void> check_namespace(const Resource& resource, std::string_view name_space,
                                      std::string_view name) const;
  kube::Outcome<void> prepare_new(const Resource& resource, std::string_view name_space, json::Document& object,
                                  FieldProblems& problems);
  kube::Outcome<Written> create_object(const Resource& resource, std::string_view name_space, NewObject object,
                                       const WriteOptions& options);
  kube::Outcome<Written> create_applied(const Resource& resource, std::string_view name_space, NewObject applied,
                                        const WriteOptions& options);
  kube::Outcome<Written> store_new(const Resource& resource, json::Document& object, bool generated,
                                   const WriteOptions& options);
  kube::Outcome<Written> store_update(Update& update);
  kube::Outcome<ObjectPtr> commit_update(const Resource& resource, const ObjectPtr& old, json::Document& object,
                                         bool dry_run);
  // Makes the name from generateName where there is none; true when it did.
  bool name_object(json::Document& object);
  std::string new_uid();
  std::string generated_name(std::string_view prefix);

  Clock& clock_;
  Storage& storage_;
  Registry& registry_;
  Table& namespaces_;
  std::mt19937_64 random_;
};

// The rules for one resource; a resource without any has those of Strategy itself.
const Strategy& strategy_of(const Resource& resource) noexcept;

// From what the resource shows to what is stored, where these differ; checked before, since only then the schema fits.
std::vector<kube::StatusCause> to_stored_form(const Resource& resource, json::Value& object,
                                              json::Allocator& allocator);

// The causes of everything that is wrong with a complete object.
std::vector<kube::StatusCause> validate_object(const Resource& resource, const json::Value& object,
                                               const StoredObject* old);

}  // namespace kyma::apiserver
