// Where the API server is and who we are there: kubeconfig files and the in-cluster environment, as client-go reads
// them.
//
// Thread: none needed; loading blocks on files and belongs before the loop starts (or on a pool).
#pragma once

#include <optional>
#include <string>

#include "operator/kube/meta/error.hpp"

namespace kyma::kube {

inline constexpr const char* kServiceAccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";

// Everything a client needs; file references are already read, except token_file, which is re-read.
struct ClusterConfig {
  std::string server;           // "https://127.0.0.1:6443"
  std::string ca_pem;           // empty: the system's roots
  std::string tls_server_name;  // empty: the host of `server`
  bool insecure_skip_tls_verify = false;
  std::string token;  // secret
  std::string token_file;
  std::string client_certificate_pem;
  std::string client_key_pem;                 // secret
  std::string username;                       // basic authentication
  std::string password;                       // secret
  std::string default_namespace = "default";  // the context's
  std::string source;                         // for messages: the file and context, or "in-cluster"
};

struct ConfigOptions {
  std::string kubeconfig;  // the flag's file; empty: $KUBECONFIG, else in-cluster, else ~/.kube/config
  std::string context;     // empty: the current one
};

// Errors: configuration, naming the file, the entry and the remedy.
Outcome<ClusterConfig> load_config(const ConfigOptions& options);
// One kubeconfig text; relative file references are resolved against `directory`.
Outcome<ClusterConfig> parse_kubeconfig(const std::string& yaml, const std::string& directory,
                                        const std::string& context, const std::string& source);

// The environment of a pod: $KUBERNETES_SERVICE_HOST and _PORT, and the service account's files in `directory`.
Outcome<ClusterConfig> in_cluster_config(const std::string& directory = kServiceAccountDirectory);

// Writes a kubeconfig with one cluster, user and context; the file gets mode 0600 and replaces an older one atomically.
Outcome<void> write_kubeconfig(const std::string& path, const ClusterConfig& config, const std::string& cluster_name);

}  // namespace kyma::kube
