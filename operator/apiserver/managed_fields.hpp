// metadata.managedFields: who owns which fields of an object, and since when.
//
// Guarantees: entries are identified, sorted, limited and written as Kubernetes does it; an entry without fields is no
// entry. What the server owns alone (name, uid, resourceVersion and the like) is in no entry. Thread: a value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/apiserver/field_set.hpp"
#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

enum class Operation { apply, update };

// Of the entries of ordinary writes more are not kept: the oldest are folded into one.
inline constexpr std::size_t kMostUpdateEntries = 10;
// More than any object has; those that a client sends are refused.
inline constexpr std::size_t kMostEntries = 1000;
// As Kubernetes limits the names of field managers.
inline constexpr std::size_t kMaxManagerBytes = 128;

// Who owns fields. Two entries are of one owner when all but the time is equal; of one that applies, whatever its
// apiVersion.
struct FieldOwner {
  std::string manager;
  Operation operation = Operation::update;
  std::string api_version;
  std::string subresource = {};

  bool same_as(const FieldOwner& other) const noexcept;
};

struct ManagedEntry {
  FieldOwner owner;
  std::string time = {};  // RFC 3339; may be empty
  FieldSet fields = {};
};

class ManagedFields {
 public:
  // What a client sent or the server stored: absent, empty and [{}] have no entries. The causes of what is wrong else.
  static boost::system::result<ManagedFields, std::vector<kube::StatusCause>> read(const json::Value* list);
  // Sets the member of the metadata, or removes it when there are no entries.
  void write(json::Value& metadata, json::Allocator& allocator) const;

  bool empty() const noexcept { return entries_.empty(); }
  std::vector<ManagedEntry>& entries() noexcept { return entries_; }
  const std::vector<ManagedEntry>& entries() const noexcept { return entries_; }
  // Null when the owner has no entry.
  ManagedEntry* find(const FieldOwner& owner) noexcept;
  ManagedEntry& find_or_add(const FieldOwner& owner);

  // Takes these fields from all.
  void release(const FieldSet& fields);
  // Drops what is no client's to own, empty entries and, of too many, the oldest.
  void tidy();

 private:
  void fold_oldest();

  std::vector<ManagedEntry> entries_;
};

// What is the server's alone.
const FieldSet& server_fields();

// True for [{}], by which a client asks for ownership to be forgotten.
bool asks_for_reset(const json::Value& managed_fields) noexcept;

// What is wrong with the name of a field manager, in Kubernetes' words; empty: nothing.
std::string check_manager(std::string_view name);
// The name for a client that gives none: its User-Agent up to the first "/".
std::string manager_of_agent(std::string_view user_agent);

}  // namespace kyma::apiserver
