// What makes a CustomResourceDefinition valid, in Kubernetes' words.
#pragma once

#include <vector>

#include "operator/apiserver/stored_object.hpp"
#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

// `old` is null on creation. The shape (types, required members) has been checked before.
void validate_crd(const json::Value& crd, const StoredObject* old, std::vector<kube::StatusCause>& causes);

}  // namespace kyma::apiserver
