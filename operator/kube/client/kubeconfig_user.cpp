#include "operator/kube/client/kubeconfig_user.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "operator/kube/client/exec_credential.hpp"

namespace kyma::kube {
namespace {

constexpr std::string_view kExecExtension = "client.authentication.k8s.io/exec";

std::string trimmed(std::string text) {
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  text.erase(0, std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text;
}

Outcome<void> read_certificate(const KubeconfigEntry& entry, ClusterConfig& config) {
  auto certificate = entry.data_or_file("client-certificate", config.client_certificate_file);
  if (!certificate) return certificate.error();
  auto key = entry.data_or_file("client-key", config.client_key_file);
  if (!key) return key.error();
  if (certificate->empty() != key->empty()) {
    return entry.error("client-certificate and client-key belong together; add the one that is missing");
  }
  config.client_certificate_pem = *std::move(certificate);
  config.client_key_pem = *std::move(key);
  return {};
}

Outcome<void> read_token(const KubeconfigEntry& entry, ClusterConfig& config) {
  config.token = entry.text("token");
  if (!entry.has("tokenFile")) return {};
  config.token_file = entry.path("tokenFile");
  auto token = entry.file("tokenFile");
  // The file is preferred to the token, which stands in for one that is not there yet.
  if (!token) return config.token.empty() ? Outcome<void>(token.error()) : Outcome<void>();
  const std::string content = trimmed(*std::move(token));
  if (!content.empty()) config.token = content;
  return config.token.empty() ? entry.error(fmt::format("tokenFile {} is empty", config.token_file)) : Outcome<void>();
}

// --- Credential plugins ----------------------------------------------------------------------------------------------

Outcome<void> check_version(const KubeconfigEntry& entry, std::string_view version) {
  if (version == kExecV1 || version == kExecV1Beta1) return {};
  const std::string remedy = fmt::format("set it to {} or {}, whichever the plugin speaks", kExecV1, kExecV1Beta1);
  if (version.empty()) return entry.error("apiVersion is missing; " + remedy);
  return entry.error(fmt::format("apiVersion \"{}\" is not supported; {}", version, remedy));
}

// Nobody sits at a daemon's terminal.
Outcome<void> check_interaction(const KubeconfigEntry& entry, std::string_view version) {
  const std::string mode = entry.text("interactiveMode");
  if (mode == "Never" || mode == "IfAvailable") return {};
  if (mode == "Always") {
    return entry.error("interactiveMode is Always, but there is nobody to answer; use a plugin that needs no terminal");
  }
  if (mode.empty() && version == kExecV1Beta1) return {};
  if (mode.empty()) return entry.error("interactiveMode is missing; set it to Never or IfAvailable");
  return entry.error(fmt::format("interactiveMode \"{}\" is unknown; set it to Never or IfAvailable", mode));
}

Outcome<void> read_environment(const KubeconfigEntry& entry, ExecConfig& exec) {
  const json::Value* variables = json::find(entry.value(), "env");
  if (!variables || variables->IsNull()) return {};
  if (!variables->IsArray()) return entry.error("env must be a list");
  for (const auto& variable : variables->GetArray()) {
    const std::string name(json::string_at(variable, {"name"}));
    if (name.empty() || name.find('=') != std::string::npos) return entry.error("an entry of env has no valid name");
    exec.env.emplace_back(name, json::string_at(variable, {"value"}));
  }
  return {};
}

// For a terminal or a log: without control characters, whoever wrote it.
std::string printable(std::string text) {
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) c = ' ';
  }
  return trimmed(std::move(text));
}

Outcome<void> read_exec(const KubeconfigEntry& entry, ClusterConfig& config) {
  ExecConfig exec;
  exec.command = entry.text("command");
  if (exec.command.empty()) return entry.error("command is missing; name the program that prints credentials");
  // A name alone is looked up in $PATH; a path is relative to the kubeconfig.
  if (exec.command.find('/') != std::string::npos) exec.command = entry.path("command");
  auto args = entry.texts("args");
  if (!args) return args.error();
  exec.args = *std::move(args);
  if (auto read = read_environment(entry, exec); !read) return read;
  exec.api_version = entry.text("apiVersion");
  if (auto checked = check_version(entry, exec.api_version); !checked) return checked;
  if (auto checked = check_interaction(entry, exec.api_version); !checked) return checked;
  exec.install_hint = printable(entry.text("installHint"));
  auto told = entry.flag("provideClusterInfo");
  if (!told) return told.error();
  exec.provide_cluster_info = *told;
  config.exec = std::move(exec);
  return {};
}

// --- Impersonation ---------------------------------------------------------------------------------------------------

Outcome<void> read_impersonation(const KubeconfigEntry& entry, Impersonation& impersonation) {
  impersonation.user = entry.text("as");
  impersonation.uid = entry.text("as-uid");
  auto groups = entry.texts("as-groups");
  if (!groups) return groups.error();
  impersonation.groups = *std::move(groups);
  if (entry.has("as-user-extra")) {
    const KubeconfigEntry extra = entry.below("as-user-extra");
    if (!extra.value().IsObject()) return extra.error("it must be a map of lists");
    for (const auto& member : extra.value().GetObject()) {
      const std::string key(json::view(member.name));
      auto values = extra.texts(key);
      if (!values) return values.error();
      impersonation.extra.emplace(key, *std::move(values));
    }
  }
  const bool more = !impersonation.uid.empty() || !impersonation.groups.empty() || !impersonation.extra.empty();
  if (impersonation.user.empty() && more) {
    return entry.error("as-uid, as-groups and as-user-extra need `as`; add the user to impersonate");
  }
  return {};
}

}  // namespace

Outcome<void> read_user(const KubeconfigEntry& entry, ClusterConfig& config) {
  if (entry.has("auth-provider")) {
    return entry.error(
        "`auth-provider` is not supported; use an exec plugin, a token, tokenFile or client certificate");
  }
  if (auto read = read_certificate(entry, config); !read) return read;
  if (auto read = read_token(entry, config); !read) return read;
  config.username = entry.text("username");
  config.password = entry.text("password");
  if (!config.token.empty() && !config.username.empty()) {
    return entry.error("a token and a username exclude each other; remove one of them");
  }
  if (entry.has("exec")) {
    if (auto read = read_exec(entry.below("exec"), config); !read) return read;
  }
  return read_impersonation(entry, config.impersonation);
}

std::string exec_extension(const json::Value& cluster) {
  const json::Value* extensions = json::find(cluster, "extensions");
  if (!extensions || !extensions->IsArray()) return {};
  for (const auto& entry : extensions->GetArray()) {
    if (json::string_at(entry, {"name"}) != kExecExtension) continue;
    const json::Value* extension = json::find(entry, "extension");
    return extension ? json::to_string(*extension) : std::string();
  }
  return {};
}

}  // namespace kyma::kube
