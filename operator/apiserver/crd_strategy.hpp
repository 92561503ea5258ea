// The rules for CustomResourceDefinitions: defaults, validation, and the status that follows from the spec.
#pragma once

#include <memory>

#include "operator/apiserver/registry.hpp"
#include "operator/apiserver/resource.hpp"
#include "operator/base/clock.hpp"

namespace kyma::apiserver {

// Both must outlive the strategy.
std::shared_ptr<const Strategy> make_crd_strategy(const Registry& registry, Clock& clock);

// Brings acceptedNames, storedVersions and the conditions NamesAccepted and Established in line with the spec and the
// names that others hold. True when something changed.
bool refresh_crd_status(json::Value& crd, json::Allocator& allocator, const Registry& registry, WallTime now);

}  // namespace kyma::apiserver
