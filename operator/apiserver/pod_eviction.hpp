// The subresource "eviction" of pods, as `kubectl drain` uses it: a deletion that disruption budgets may refuse.
//
// Budgets are taken at their status, which nothing here keeps up to date but whoever plays their controller. Pods that
// do not run (Pending, Succeeded, Failed, being deleted) go whatever their budget says. Source of the rules and the
// words: Kubernetes' pods/eviction. Thread: confined to one.
#pragma once

#include <string_view>

#include "operator/apiserver/exchange.hpp"
#include "operator/apiserver/object_service.hpp"

namespace kyma::apiserver {

bool is_pod_eviction(const RequestInfo& info) noexcept;

// exchange.request.body is an Eviction in JSON. Errors: not_found, bad_request, conflict (preconditions),
// too_many_requests (a budget does not allow it now), internal_error (more than one budget).
kube::Outcome<void> evict_pod(ObjectService& objects, const Resource& pods, const Exchange& exchange);

}  // namespace kyma::apiserver
