#include "operator/kube/client/config.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include "operator/base/base64.hpp"
#include "operator/kube/client/files.hpp"
#include "operator/kube/client/kubeconfig.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::kube {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

bool exists(const std::string& path) {
  std::error_code problem;
  return fs::exists(path, problem);
}

Outcome<void> add_file(Kubeconfig& merged, const std::string& path) {
  auto text = read_file(path);
  if (!text) return text.error();
  std::error_code problem;
  const fs::path absolute = fs::absolute(path, problem);
  return merged.add(*text, absolute.parent_path().string(), path);
}

Outcome<ClusterConfig> load_file(const std::string& path, const std::string& context) {
  Kubeconfig only;
  if (auto added = add_file(only, path); !added) return added.error();
  return only.resolve(context);
}

// $KUBECONFIG: files that do not exist are passed over.
Outcome<ClusterConfig> load_list(const std::string& list, const std::string& context) {
  Kubeconfig merged;
  std::string_view rest = list;
  while (!rest.empty()) {
    const std::string path(rest.substr(0, rest.find(':')));
    rest.remove_prefix(std::min(rest.size(), path.size() + 1));
    if (path.empty() || !exists(path)) continue;
    if (auto added = add_file(merged, path); !added) return added.error();
  }
  if (merged.sources().empty()) {
    return configuration_error(
        fmt::format("none of the files in $KUBECONFIG exists: {}; correct it or give --kubeconfig", list));
  }
  return merged.resolve(context);
}

// JSON's quoting is YAML's too.
std::string yaml_string(std::string_view text) { return json::Writer().string(text).str(); }

void add_line(std::string& yaml, std::string_view key, const std::string& value) {
  if (!value.empty()) yaml += fmt::format("    {}: {}\n", key, yaml_string(value));
}

}  // namespace

Outcome<ClusterConfig> parse_kubeconfig(const std::string& yaml, const std::string& directory,
                                        const std::string& context, const std::string& source) {
  Kubeconfig only;
  if (auto added = only.add(yaml, directory, source); !added) return added.error();
  return only.resolve(context);
}

Outcome<ClusterConfig> in_cluster_config(const std::string& directory) {
  const std::string host = environment("KUBERNETES_SERVICE_HOST");
  const std::string port = environment("KUBERNETES_SERVICE_PORT");
  if (host.empty() || port.empty()) {
    return configuration_error(
        "this is no pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set; give --kubeconfig");
  }
  ClusterConfig config;
  config.source = "in-cluster";
  const bool ipv6 = host.find(':') != std::string::npos;
  config.server = ipv6 ? fmt::format("https://[{}]:{}", host, port) : fmt::format("https://{}:{}", host, port);
  config.token_file = directory + "/token";
  auto token = read_file(config.token_file);
  if (!token) {
    return configuration_error(
        fmt::format("in-cluster: {}; mount the service account's token (automountServiceAccountToken) or give "
                    "--kubeconfig",
                    token.error().message));
  }
  token->erase(token->find_last_not_of(" \t\r\n") + 1);
  config.token = *std::move(token);
  config.ca_file = directory + "/ca.crt";
  auto authority = read_file(config.ca_file);
  if (!authority) return configuration_error(fmt::format("in-cluster: {}", authority.error().message));
  config.ca_pem = *std::move(authority);
  // Who runs outside of any namespace's pod keeps the default.
  if (auto name_space = read_file(directory + "/namespace"); name_space && !name_space->empty()) {
    name_space->erase(name_space->find_last_not_of(" \t\r\n") + 1);
    config.default_namespace = *std::move(name_space);
  }
  return config;
}

Outcome<ClusterConfig> load_config(const ConfigOptions& options) {
  if (!options.kubeconfig.empty()) return load_file(options.kubeconfig, options.context);
  if (const auto list = environment("KUBECONFIG"); !list.empty()) return load_list(list, options.context);

  const std::string home = environment("HOME");
  const std::string personal = home.empty() ? "" : home + "/.kube/config";
  const bool has_personal = !personal.empty() && exists(personal);
  if (!environment("KUBERNETES_SERVICE_HOST").empty() && !environment("KUBERNETES_SERVICE_PORT").empty()) {
    auto config = in_cluster_config();
    if (config || !has_personal) return config;
  }
  if (has_personal) return load_file(personal, options.context);
  return configuration_error(fmt::format(
      "no cluster is configured: neither --kubeconfig nor $KUBECONFIG is given, this is no pod, and {} does "
      "not exist",
      personal.empty() ? "$HOME/.kube/config" : personal));
}

Outcome<void> write_kubeconfig(const std::string& path, const ClusterConfig& config, const std::string& cluster_name) {
  const std::string name = yaml_string(cluster_name);
  std::string yaml = fmt::format("apiVersion: v1\nkind: Config\ncurrent-context: {}\nclusters:\n", name);
  yaml += fmt::format("- name: {}\n  cluster:\n", name);
  add_line(yaml, "server", config.server);
  add_line(yaml, "certificate-authority-data", encode_base64(config.ca_pem));
  add_line(yaml, "tls-server-name", config.tls_server_name);
  if (config.insecure_skip_tls_verify) yaml += "    insecure-skip-tls-verify: true\n";

  yaml += fmt::format("contexts:\n- name: {0}\n  context:\n    cluster: {0}\n    user: {0}\n", name);
  add_line(yaml, "namespace", config.default_namespace);

  std::string user;
  add_line(user, "client-certificate-data", encode_base64(config.client_certificate_pem));
  add_line(user, "client-key-data", encode_base64(config.client_key_pem));
  if (config.token_file.empty()) {
    add_line(user, "token", config.token);
  } else {
    add_line(user, "tokenFile", config.token_file);
  }
  add_line(user, "username", config.username);
  add_line(user, "password", config.password);
  yaml += fmt::format("users:\n- name: {}\n  user:{}{}", name, user.empty() ? " {}" : "", "\n");
  yaml += user;
  return write_file_atomically(path, yaml);
}

}  // namespace kyma::kube
