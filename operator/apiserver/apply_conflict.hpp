// Conflicts of a server-side apply: fields that it would change and that are somebody else's, and the answer that says
// so, in Kubernetes' words, which kubectl and people look for.
//
// Thread: none needed.
#pragma once

#include <vector>

#include "operator/apiserver/managed_fields.hpp"
#include "operator/kube/meta/error.hpp"

namespace kyma::apiserver {

struct ApplyConflict {
  const ManagedEntry* entry;
  FieldSet fields;
};

// Which entries but the owner's have some of these fields.
std::vector<ApplyConflict> find_conflicts(const ManagedFields& managed, const FieldOwner& owner,
                                          const FieldSet& fields);

kube::Error apply_conflict(const std::vector<ApplyConflict>& conflicts);

}  // namespace kyma::apiserver
