// The resources that exist without a CustomResourceDefinition: what Kubernetes' own API has of them, as far as
// operators and kubectl need it (namespaces, configmaps, secrets, serviceaccounts, events, leases,
// customresourcedefinitions).
#pragma once

#include "operator/apiserver/registry.hpp"
#include "operator/apiserver/storage.hpp"
#include "operator/base/clock.hpp"

namespace kyma::apiserver {

void add_built_in_resources(Registry& registry, Storage& storage, Clock& clock);

// The types that the server itself works with.
const kube::ResourceType& namespace_type();
const kube::ResourceType& crd_type();

}  // namespace kyma::apiserver
