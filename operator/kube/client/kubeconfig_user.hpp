// The user of a kubeconfig: certificates, tokens, passwords, credential plugins, impersonation.
//
// Source of the rules: client-go's AuthInfo and what it refuses. Errors: configuration, never with a secret.
#pragma once

#include <string>

#include "operator/kube/client/config.hpp"
#include "operator/kube/client/kubeconfig_entry.hpp"

namespace kyma::kube {

Outcome<void> read_user(const KubeconfigEntry& entry, ClusterConfig& config);
// What a cluster's entry holds for credential plugins (extension client.authentication.k8s.io/exec), as JSON; empty:
// nothing.
std::string exec_extension(const json::Value& cluster);

}  // namespace kyma::kube
