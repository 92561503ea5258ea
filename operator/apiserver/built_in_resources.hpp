// The resources that exist without a CustomResourceDefinition: the kinds that manifests of operators and charts consist
// of. They are stored, defaulted, validated and shown as Kubernetes does it, but nothing works on them: no controller
// makes pods of a Deployment, no webhook is called, no packet reaches a Service.
#pragma once

#include "operator/apiserver/api_switches.hpp"
#include "operator/apiserver/registry.hpp"
#include "operator/apiserver/storage.hpp"
#include "operator/base/clock.hpp"

namespace kyma::apiserver {

// Those in group versions that the switches turn off are left out.
void add_built_in_resources(Registry& registry, Storage& storage, Clock& clock, const ApiSwitches& switches = {});

// The types that the server itself works with.
const kube::ResourceType& namespace_type();
const kube::ResourceType& crd_type();

}  // namespace kyma::apiserver
