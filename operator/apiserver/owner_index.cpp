#include "operator/apiserver/owner_index.hpp"

namespace kyma::apiserver {

bool OwnerIndex::apply(Table& table, const Change& change) {
  const auto& object = *change.object;
  const bool gone = change.type == ChangeType::deleted;
  if (!gone && change.previous && change.previous->owners == object.owners) return false;
  const ObjectRef ref{&table, object.name_space, object.name};
  if (change.previous) {
    for (const auto& owner : change.previous->owners) {
      const auto found = dependents_.find(owner.uid);
      if (found == dependents_.end()) continue;
      found->second.erase(ref);
      if (found->second.empty()) dependents_.erase(found);
    }
  }
  if (gone) return false;
  for (const auto& owner : object.owners) dependents_[owner.uid].insert(ref);
  return !object.owners.empty();
}

std::vector<ObjectRef> OwnerIndex::dependents(const kube::Uid& owner) const {
  const auto found = dependents_.find(owner);
  if (found == dependents_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

}  // namespace kyma::apiserver
