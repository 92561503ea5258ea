// Deletes what has lost its owners, in the background: Kubernetes' garbage collection by ownerReferences.
//
// Guarantees: an object whose owners (by uid) are all gone is deleted; one that has another owner left loses only the
// reference; an owner in another namespace does not exist, and one of an unknown kind is given the benefit of the
// doubt; deletion with Foreground waits for blocking dependents, with Orphan frees them first. Work is done in small
// batches with the loop free in between. Lifetime: run() ends before the object goes. Thread: confined to one.
#pragma once

#include <cstddef>
#include <deque>
#include <unordered_set>
#include <variant>

#include "operator/apiserver/object_service.hpp"
#include "operator/apiserver/owner_index.hpp"
#include "operator/base/condition.hpp"

namespace kyma::apiserver {

class GarbageCollector {
 public:
  // Observes the storage from now on; it must be empty of dependents still.
  explicit GarbageCollector(ObjectService& objects);

  asio::awaitable<void> run();
  // What waits to be looked at.
  std::size_t backlog() const noexcept { return work_.size(); }

 private:
  struct OwnerGone {
    kube::Uid uid;
  };
  struct OwnerDeleting {
    ObjectRef owner;
  };
  struct Dependent {
    ObjectRef object;
    kube::Uid gone_owner;  // known not to exist, even if its kind is no longer served; empty: none
  };
  using Work = std::variant<OwnerGone, OwnerDeleting, Dependent>;
  enum class OwnerState { present, deleting_foreground, absent };

  void on_change(Table& table, const Change& change);
  void push(Work work);
  void push_owner(const ObjectRef& owner);
  void wake_owners(const StoredObject& dependent);
  void expand(const OwnerGone& work);
  void advance_deletion(const OwnerDeleting& work);
  void orphan_dependents(const Resource& resource, const ObjectPtr& owner);
  void delete_dependents(const Resource& resource, const ObjectPtr& owner);
  void judge(const Dependent& work);
  OwnerState state_of(const StoredObject& dependent, const kube::OwnerReference& owner, const kube::Uid& gone) const;
  bool can_wait_for_dependents(const StoredObject& object) const;
  ObjectRef find_owner(const StoredObject& dependent, const kube::OwnerReference& owner) const;

  ObjectService& objects_;
  OwnerIndex index_;
  std::deque<Work> work_;
  std::unordered_set<ObjectRef, ObjectRefHash> queued_owners_;  // of the OwnerDeleting in work_: each at most once
  Condition wake_;
};

}  // namespace kyma::apiserver
