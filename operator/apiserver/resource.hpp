// One resource in one API version, as the server serves it: names, abilities, rules, table.
//
// Thread: confined to one. Lifetime: shared; a request in flight keeps a resource that is no longer served.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/apiserver/schema_validator.hpp"
#include "operator/apiserver/storage.hpp"
#include "operator/apiserver/table_printer.hpp"
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
  // Whether it may be deleted at all.
  virtual std::optional<kube::Error> forbid_delete(const StoredObject& object) const;
  // Called when deletion begins; returns true when the object stays for a while, and has then been marked.
  virtual bool begin_delete(json::Value& object, json::Allocator& allocator) const;
  // True while something other than metadata.finalizers keeps a deleted object.
  virtual bool holds_deleted(const json::Value& object) const;
};

struct Resource {
  kube::ResourceType type;
  std::string singular;
  std::string list_kind;
  std::vector<std::string> short_names = {};
  std::vector<std::string> categories = {};

  bool custom = false;                // defined by a CustomResourceDefinition
  bool has_status = false;            // serves /status; main and status writes leave each other's part alone
  bool has_generation = false;        // counts changes outside metadata and status
  bool unconditional_update = false;  // PUT without a resourceVersion is accepted
  bool expires = false;               // events: removed some time after their last change
  bool accepts_creates = true;        // false while the definition is being deleted
  bool served = true;                 // false once removed from the registry: watches end

  // The apiVersion as JSON text, quotes included; for objects that are stored in another version.
  std::string api_version_text = {};
  std::optional<Schema> schema = {};  // none: anything goes
  std::string open_api_schema = {};   // its JSON text, for OpenAPI documents
  std::shared_ptr<const TablePrinter> printer = {};
  std::shared_ptr<const Strategy> strategy = {};
  Table* table = nullptr;
};

// Appends the object's text as this version of the resource shows it. The views live as long as both.
void append_text(const Resource& resource, const StoredObject& object, std::vector<std::string_view>& pieces);
std::string text_of(const Resource& resource, const StoredObject& object);

using ResourcePtr = std::shared_ptr<Resource>;

}  // namespace kyma::apiserver
