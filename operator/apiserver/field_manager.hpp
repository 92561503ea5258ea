// What writes mean for the ownership of fields: ordinary ones take what they change, server-side apply claims what it
// names and refuses to change what belongs to others.
//
// Source: Kubernetes' field manager and the rules of structured-merge-diff. Objects and their schema in one version;
// entries of other versions are taken for the same fields. Thread: none needed.
#pragma once

#include <string>

#include "operator/apiserver/managed_fields.hpp"
#include "operator/apiserver/merge_type.hpp"
#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

// An ordinary write: the fields that it adds or changes are the writer's, those that it removes are nobody's. What
// changes nothing leaves everything as it was.
void track_write(ManagedFields& managed, const MergeType& type, const json::Value& before, const json::Value& after,
                 const FieldOwner& writer, std::string_view time);

struct Application {
  const MergeType& type;
  const json::Value& configuration;  // that has passed check_applied()
  FieldOwner owner;
  std::string time;
  bool force = false;  // take what belongs to others
  // Fields that are taken without force, whoever has them.
  FieldSet free_fields = {};
};

// Server-side apply: merges the configuration into `object`, takes out what the owner's last configuration named and
// this one does not (unless somebody else owns it), and makes the fields the owner's. Applying the same again changes
// nothing. Error: conflict (fields of others would change); object and managed are then as they were.
kube::Outcome<void> apply_configuration(ManagedFields& managed, json::Value& object, json::Allocator& allocator,
                                        const Application& application);

}  // namespace kyma::apiserver
