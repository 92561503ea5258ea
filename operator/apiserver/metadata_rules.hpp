// The rules of ObjectMeta: which members there are, which of them only the server writes, and what is valid.
//
// Source: Kubernetes' ValidateObjectMeta and its wording. Thread: none needed.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "operator/apiserver/request_body.hpp"
#include "operator/apiserver/resource.hpp"
#include "operator/apiserver/stored_object.hpp"
#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

// Checks the types of the members and drops those that are unknown (reported), null or empty, and selfLink, which this
// server does not keep. Errors: bad_request; invalid (managedFields that make no sense).
kube::Outcome<void> normalise_metadata(const Resource& resource, json::Value& metadata, FieldProblems& problems);

// Sets what identifies an existing object from its stored version, whatever the request said.
void carry_over_identity(json::Value& metadata, const StoredObject& old, json::Allocator& allocator);

// As many causes as kube::invalid() puts into an answer: further ones need not be found.
inline constexpr std::size_t kMaxToldCauses = 500;

// Labels, annotations, finalizers and owner references. `old` is null on creation.
void validate_metadata(const json::Value& metadata, const StoredObject* old, std::vector<kube::StatusCause>& causes);

// Shorthands for causes in Kubernetes' form.
kube::StatusCause invalid_value(std::string field, std::string_view value, std::string_view why);
kube::StatusCause required_value(std::string field, std::string_view why);
kube::StatusCause forbidden_value(std::string field, std::string_view why);
kube::StatusCause unsupported_value(std::string field, std::string_view value, std::string_view supported);

}  // namespace kyma::apiserver
