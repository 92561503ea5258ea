// One resource in one API version, as the server serves it: names, abilities, rules, table.
//
// Thread: confined to one. Lifetime: shared; a request in flight keeps a resource that is no longer served.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/apiserver/object_schema.hpp"
#include "operator/apiserver/storage.hpp"
#include "operator/apiserver/table_printer.hpp"
#include "operator/apiserver/type_table.hpp"
#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/resource_type.hpp"

namespace kyma::apiserver {

struct Resource;

// What is particular to one resource in writing it. The defaults do nothing; the common rules are ObjectService's.
class Strategy {
 public:
  virtual ~Strategy() = default;

  // Kubernetes' words for what is wrong with the name; empty: nothing.
  virtual std::string check_name(std::string_view name) const;
  // Completes an object before it is validated. `old` is null on creation.
  virtual void prepare(json::Value& object, json::Allocator& allocator, const StoredObject* old) const;
  virtual void validate(const json::Value& object, const StoredObject* old,
                        std::vector<kube::StatusCause>& causes) const;
  // What the writer of a valid object should know.
  virtual void warn(const json::Value& object, std::vector<std::string>& warnings) const;
  // Whether it may be deleted at all.
  virtual std::optional<kube::Error> forbid_delete(const StoredObject& object) const;
  // Called when deletion begins; returns true when the object stays for a while, and has then been marked.
  virtual bool begin_delete(json::Value& object, json::Allocator& allocator) const;
  // True while something other than metadata.finalizers keeps a deleted object.
  virtual bool holds_deleted(const json::Value& object) const;
};

// Between what is stored and what one version of a resource shows, where they differ in more than apiVersion.
// Thread: immutable.
class Conversion {
 public:
  virtual ~Conversion() = default;

  // The apiVersion is changed too. What the other side cannot say is kept in annotations or lost, as in Kubernetes.
  virtual void to_stored(json::Value& object, json::Allocator& allocator) const = 0;
  virtual void from_stored(json::Value& object, json::Allocator& allocator) const = 0;
};

// Where an object keeps what a Scale says: ".spec.replicas". Empty: nowhere.
struct ScalePaths {
  std::string spec_path = ".spec.replicas";
  std::string status_path = ".status.replicas";
  std::string selector_path = ".spec.selector";  // a LabelSelector, or its text
};

struct Resource {
  kube::ResourceType type;
  std::string singular;
  std::string list_kind;
  std::vector<std::string> short_names = {};
  std::vector<std::string> categories = {};
  std::vector<std::string> selectable_fields = {};  // of a custom resource, besides those of metadata: "spec.colour"

  bool custom = false;                // defined by a CustomResourceDefinition
  bool has_status = false;            // serves /status; main and status writes leave each other's part alone
  bool has_generation = false;        // counts changes outside metadata and status
  bool unconditional_update = false;  // PUT without a resourceVersion is accepted
  bool status_on_create = false;      // a new object may bring its status along
  bool expires = false;               // events: removed some time after their last change
  bool accepts_creates = true;        // false while the definition is being deleted
  bool served = true;                 // false once removed from the registry: watches end
  bool create_only = false;           // a question: answered when it is created, never stored

  std::string deprecation = {};  // the warning that every answer carries; empty: none
  // The apiVersion as JSON text, quotes included; for objects that are stored in another version.
  std::string api_version_text = {};
  std::shared_ptr<const ObjectSchema> schema = {};    // null: anything goes
  std::string open_api_schema = {};                   // of a custom resource: its JSON text, for OpenAPI documents
  const TypeDef* definition = nullptr;                // of a built-in one: its type
  std::shared_ptr<const Conversion> conversion = {};  // null: objects are stored as they are shown
  std::optional<ScalePaths> scale = {};               // none: no /scale
  std::shared_ptr<const TablePrinter> printer = {};
  std::shared_ptr<const Strategy> strategy = {};
  Table* table = nullptr;
};

// Appends the object's text as this version of the resource shows it. The views live as long as both and `made`, which
// takes what had to be converted.
void append_text(const Resource& resource, const StoredObject& object, std::vector<std::string_view>& pieces,
                 std::deque<std::string>& made);
std::string text_of(const Resource& resource, const StoredObject& object);

using ResourcePtr = std::shared_ptr<Resource>;

}  // namespace kyma::apiserver
