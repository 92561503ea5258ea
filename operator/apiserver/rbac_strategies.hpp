// The rules for Role, ClusterRole, RoleBinding and ClusterRoleBinding as stored objects; what they allow is decided
// elsewhere. Source: the validation of rbac.authorization.k8s.io/v1 in Kubernetes. Thread: immutable.
#pragma once

#include <memory>

#include "operator/apiserver/resource.hpp"

namespace kyma::apiserver {

// `cluster`: ClusterRole, whose rules may name URLs.
std::shared_ptr<const Strategy> make_role_strategy(bool cluster);
// `cluster`: ClusterRoleBinding, which refers to cluster roles only.
std::shared_ptr<const Strategy> make_role_binding_strategy(bool cluster);

}  // namespace kyma::apiserver
