// What is known of an object's members: unknown ones are taken out, missing ones get their defaults, wrong ones are
// named. One interface for the schemas of CustomResourceDefinitions (Schema) and for built-in types (TypedSchema).
// Thread: implementations are immutable.
#pragma once

#include <string>
#include <vector>

#include "operator/apiserver/merge_type.hpp"
#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

class ObjectSchema {
 public:
  virtual ~ObjectSchema() = default;

  // Removes the members that the schema does not know, apart from apiVersion, kind and metadata; returns the paths
  // ("spec.foo") of the first kMaxNamedFields, sorted as they were found.
  virtual std::vector<std::string> prune(json::Value& object) const = 0;
  virtual void apply_defaults(json::Value& object, json::Allocator& allocator) const = 0;
  virtual std::vector<kube::StatusCause> validate(const json::Value& object) const = 0;
  // How objects are merged, and their fields owned.
  virtual const MergeType& merge_type() const = 0;
};

}  // namespace kyma::apiserver
