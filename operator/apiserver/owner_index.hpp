// Who depends on whom: from an owner's uid to the objects that name it in their ownerReferences.
//
// Kept up to date change by change, never by scanning. Thread: confined to one.
#pragma once

#include <cstddef>
#include <functional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "operator/apiserver/storage.hpp"
#include "operator/base/interned_string.hpp"

namespace kyma::apiserver {

// An object, wherever it is; cheap to copy and compare.
struct ObjectRef {
  Table* table = nullptr;
  InternedString name_space;
  InternedString name;

  ObjectPtr get() const { return table->get(storage_key(name_space, name)); }
  friend bool operator==(const ObjectRef&, const ObjectRef&) = default;
};

struct ObjectRefHash {
  std::size_t operator()(const ObjectRef& ref) const noexcept {
    return std::hash<const void*>()(ref.table) ^ (ref.name_space.hash() * 31) ^ (ref.name.hash() * 17);
  }
};

struct UidHash {
  std::size_t operator()(const kube::Uid& uid) const { return std::hash<std::string>()(uid.str()); }
};

class OwnerIndex {
 public:
  // Returns true when the object's owners are new or changed.
  bool apply(Table& table, const Change& change);

  bool has_dependents(const kube::Uid& owner) const { return dependents_.contains(owner); }
  // A copy, since handling them changes the index.
  std::vector<ObjectRef> dependents(const kube::Uid& owner) const;
  std::size_t owners() const noexcept { return dependents_.size(); }

 private:
  using Refs = std::unordered_set<ObjectRef, ObjectRefHash>;

  std::unordered_map<kube::Uid, Refs, UidHash> dependents_;
};

}  // namespace kyma::apiserver
