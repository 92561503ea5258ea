// The roles and bindings that a cluster has from the start, and that clients and charts rely on: cluster-admin,
// admin/edit/view (aggregated from labelled roles), discovery, health, token review.
//
// Source: Kubernetes' bootstrap policy, without the parts that are about nodes and controllers.
#pragma once

#include <string>
#include <vector>

namespace kyma::apiserver {

// JSON objects, in the order in which they are to be created; made only where they do not exist.
std::vector<std::string> bootstrap_policy();

}  // namespace kyma::apiserver
