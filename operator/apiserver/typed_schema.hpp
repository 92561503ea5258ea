// The schema of a built-in type: what TypeTable says about it, applied to objects.
//
// Guarantees: as Kubernetes' decoder, a member that is null counts as absent, and so does an empty text where there is
// a default; what is unknown is taken out and reported. Deliberately not done: defaults within lists that clients
// replace as a whole. They would make the live list differ from the one in a manifest for ever, and `kubectl apply`
// would send it again each time. Lifetime: refers to the TypeTable. Thread: immutable.
#pragma once

#include "operator/apiserver/object_schema.hpp"
#include "operator/apiserver/type_table.hpp"

namespace kyma::apiserver {

class TypedSchema final : public ObjectSchema {
 public:
  explicit TypedSchema(const TypeDef& type) : type_(type) {}

  std::vector<std::string> prune(json::Value& object) const override;
  void apply_defaults(json::Value& object, json::Allocator& allocator) const override;
  std::vector<kube::StatusCause> validate(const json::Value& object) const override;
  const MergeType& merge_type() const override { return merge_type_of(type_); }

 private:
  const TypeDef& type_;
};

}  // namespace kyma::apiserver
