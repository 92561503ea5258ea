// A structural OpenAPI v3 schema of a CustomResourceDefinition, compiled once and then applied to objects.
//
// Guarantees: what Kubernetes accepts, prunes, defaults and says, in its words. A valid object is validated without
// allocating. No object, however deep, and no pattern, however clever, makes it crash or take more than linear time.
// Not done: CEL rules (x-kubernetes-validations are accepted and not evaluated), ratcheting of invalid old objects.
// Lifetime: keeps nothing of the schema document. Thread: immutable, any thread.
#pragma once

#include <boost/system/result.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "operator/apiserver/object_schema.hpp"
#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

class SchemaBudget;
struct SchemaNode;

// Why a schema cannot be served: causes for the CustomResourceDefinition's 422.
struct SchemaErrors {
  std::vector<kube::StatusCause> causes;
};
[[noreturn]] void throw_exception_from_error(const SchemaErrors& errors, const boost::source_location& location);

class Schema final : public ObjectSchema {
 public:
  // `open_api_v3_schema` is the value of `schema.openAPIV3Schema`; `field` names it in the causes
  // ("spec.versions[0].schema.openAPIV3Schema").
  static boost::system::result<Schema, SchemaErrors> compile(const json::Value& open_api_v3_schema,
                                                             std::string_view field);
  // One of several schemas that have a budget together: what is beyond it is named once, in the first error.
  static boost::system::result<Schema, SchemaErrors> compile(const json::Value& open_api_v3_schema,
                                                             std::string_view field, SchemaBudget& budget);

  // The order in which the API server applies them to a created or updated object: prune, apply_defaults, validate.

  // Removes what the schema does not name and returns the paths removed ("spec.foo", "spec.components[0].bar"), which
  // fieldValidation=Strict turns into `unknown field "spec.foo"`. apiVersion, kind and metadata are never removed.
  std::vector<std::string> prune(json::Value& object) const override;
  // Fills in `default` wherever a member is absent (or null where null is not allowed).
  void apply_defaults(json::Value& object, json::Allocator& allocator) const override;
  // Empty when the object is valid. A cause's message is as the API words it: `Invalid value: "string": spec.x in body
  // must be of type integer: "string"`, `Required value`.
  std::vector<kube::StatusCause> validate(const json::Value& object) const override;
  const MergeType& merge_type() const override { return *merge_type_; }

 private:
  explicit Schema(std::shared_ptr<const SchemaNode> root);

  std::shared_ptr<const SchemaNode> root_;
  std::shared_ptr<const MergeTypes> merge_types_;
  const MergeType* merge_type_;  // one of merge_types_
};

}  // namespace kyma::apiserver
