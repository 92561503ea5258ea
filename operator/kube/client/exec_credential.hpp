// The protocol of exec credential plugins, sans-I/O: what a plugin is told, and what it answers.
//
// Source: client.authentication.k8s.io/v1 and v1beta1 (ExecCredential), as client-go reads them.
// Errors: unauthorized; they say what is wrong with an answer and never repeat it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "operator/base/time.hpp"
#include "operator/kube/client/config.hpp"
#include "operator/kube/meta/error.hpp"

namespace kyma::kube {

inline constexpr std::string_view kExecV1 = "client.authentication.k8s.io/v1";
inline constexpr std::string_view kExecV1Beta1 = "client.authentication.k8s.io/v1beta1";

struct ExecCredential {
  std::string token;            // secret; may be empty when there is a certificate
  std::string certificate_pem;  // with its key, or neither
  std::string key_pem;          // secret
  std::optional<WallTime> expires;
};

// The value of KUBERNETES_EXEC_INFO. The cluster is told only when `exec` says so.
std::string exec_info(const ExecConfig& exec, const ClusterConfig& cluster);

Outcome<ExecCredential> parse_exec_credential(std::string_view output, std::string_view api_version);

}  // namespace kyma::kube
