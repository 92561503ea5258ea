// Where the API server is and who we are there: kubeconfig files and the in-cluster environment, as client-go reads
// them.
//
// Thread: none needed; loading blocks on files and belongs before the loop starts (or on a pool).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "operator/kube/meta/error.hpp"

namespace kyma::kube {

inline constexpr const char* kServiceAccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";

// A command that prints credentials (client.authentication.k8s.io). Never run by a shell.
struct ExecConfig {
  std::string command;  // a path, or a name that is looked up in $PATH
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;  // over the environment of this process; values are secret
  std::string api_version;                               // "client.authentication.k8s.io/v1" or /v1beta1
  std::string install_hint;                              // for people who lack the command
  bool provide_cluster_info = false;
  std::string cluster_extension;  // JSON that the cluster's entry holds for plugins; empty: none
};

// Who to be, on top of who we are; nobody when `user` is empty.
struct Impersonation {
  std::string user;
  std::string uid;
  std::vector<std::string> groups;
  std::map<std::string, std::vector<std::string>> extra;
};

// Everything a client needs. File references are already read; where the file is named too, it is read again when it
// changes (docs/decisions/0020).
struct ClusterConfig {
  std::string server;           // "https://127.0.0.1:6443"
  std::string ca_pem;           // empty: the system's roots
  std::string ca_file;          // where ca_pem comes from
  std::string tls_server_name;  // empty: the host of `server`
  bool insecure_skip_tls_verify = false;
  std::string proxy_url;  // empty: by $HTTPS_PROXY, $HTTP_PROXY and $NO_PROXY; may hold a secret
  std::string token;      // secret; preferred to name and password, and to the plugin's
  std::string token_file;
  std::string client_certificate_pem;
  std::string client_certificate_file;
  std::string client_key_pem;  // secret
  std::string client_key_file;
  std::string username;  // basic authentication
  std::string password;  // secret
  std::optional<ExecConfig> exec;
  Impersonation impersonation;
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
