#include "operator/kube/client/kubeconfig.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/asio/ip/address.hpp>

#include <utility>

#include "operator/http/proxy.hpp"
#include "operator/kube/client/files.hpp"
#include "operator/kube/client/kubeconfig_user.hpp"
#include "operator/kube/meta/yaml.hpp"

namespace kyma::kube {
namespace {

std::string names_of(const auto& entries) {
  std::string names;
  for (const auto& [name, entry] : entries) names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", name);
  return names.empty() ? "none" : names;
}

// Without TLS whoever carries the bytes can read them; only this machine itself is trusted with that.
bool keeps_secrets(const http::ServerUrl& server) {
  const std::string& host = server.endpoint.host;
  if (server.tls || host == "localhost") return true;
  error_code not_literal;
  const auto address = asio::ip::make_address(host, not_literal);
  return !not_literal && address.is_loopback();
}

Outcome<void> read_cluster(const KubeconfigEntry& entry, ClusterConfig& config) {
  config.server = entry.text("server");
  if (config.server.empty()) return entry.error("it has no server; set it to the API server's URL");
  if (auto url = http::parse_server_url(config.server); !url) return entry.error(url.error().message);
  config.tls_server_name = entry.text("tls-server-name");
  config.proxy_url = entry.text("proxy-url");
  if (!config.proxy_url.empty()) {
    if (auto proxy = http::parse_proxy_url(config.proxy_url); !proxy) return entry.error(proxy.error().message);
  }

  auto insecure = entry.flag("insecure-skip-tls-verify");
  if (!insecure) return insecure.error();
  config.insecure_skip_tls_verify = *insecure;
  auto authority = entry.data_or_file("certificate-authority", config.ca_file);
  if (!authority) return authority.error();
  config.ca_pem = *std::move(authority);
  if (config.insecure_skip_tls_verify && !config.ca_pem.empty()) {
    return entry.error("insecure-skip-tls-verify and certificate-authority exclude each other; remove one of them");
  }
  return {};
}

}  // namespace

Outcome<void> Kubeconfig::add(const std::string& yaml, const std::string& directory, const std::string& source) {
  sources_.push_back(source);
  const auto document = parse_yaml(yaml);
  if (!document) return configuration_error(fmt::format("{}: {}", source, document.error().message));
  if (document->IsNull()) return {};
  if (!document->IsObject()) return configuration_error(fmt::format("{}: this is no kubeconfig", source));
  if (current_context_.empty()) current_context_ = json::string_at(*document, {"current-context"});

  const auto take = [&](std::string_view list, std::string_view kind, Entries& into) -> Outcome<void> {
    const json::Value* found = json::find(*document, list);
    if (!found || found->IsNull()) return {};
    if (!found->IsArray()) return configuration_error(fmt::format("{}: {} must be a list", source, list));
    for (const auto& item : found->GetArray()) {
      const std::string name(json::string_at(item, {"name"}));
      const json::Value* value = json::find(item, kind);
      if (name.empty()) return configuration_error(fmt::format("{}: an entry of {} has no name", source, list));
      Entry entry{json::Document(), directory, source};
      if (value) entry.value.CopyFrom(*value, entry.value.GetAllocator());
      into.try_emplace(name, std::move(entry));
    }
    return {};
  };
  if (auto taken = take("clusters", "cluster", clusters_); !taken) return taken;
  if (auto taken = take("users", "user", users_); !taken) return taken;
  return take("contexts", "context", contexts_);
}

std::string Kubeconfig::sources() const { return fmt::format("{}", fmt::join(sources_, ", ")); }

Outcome<const Kubeconfig::Entry*> Kubeconfig::choose_context(const std::string& wanted, std::string& name) const {
  name = wanted.empty() ? current_context_ : wanted;
  if (name.empty()) {
    return configuration_error(
        fmt::format("{}: no context is current; choose one of {} with --context or `kubectl "
                    "config use-context`",
                    sources(), names_of(contexts_)));
  }
  const auto found = contexts_.find(name);
  if (found == contexts_.end()) {
    return configuration_error(fmt::format("{}: there is no context \"{}\"; choose one of {} with --context", sources(),
                                           name, names_of(contexts_)));
  }
  return &found->second;
}

Outcome<const Kubeconfig::Entry*> Kubeconfig::find(const Entries& entries, std::string_view kind,
                                                   const std::string& name, const std::string& context) const {
  const auto found = entries.find(name);
  if (found != entries.end()) return &found->second;
  return configuration_error(fmt::format("{}: context \"{}\" names the {} \"{}\", which does not exist; there are {}",
                                         sources(), context, kind, name, names_of(entries)));
}

Outcome<ClusterConfig> Kubeconfig::resolve(const std::string& wanted) const {
  std::string name;
  const auto context = choose_context(wanted, name);
  if (!context) return context.error();
  const json::Document& chosen = (*context)->value;

  ClusterConfig config;
  config.source = fmt::format("{}, context \"{}\"", (*context)->source, name);
  if (const auto given = json::string_at(chosen, {"namespace"}); !given.empty()) config.default_namespace = given;

  const std::string cluster_name(json::string_at(chosen, {"cluster"}));
  const auto cluster = find(clusters_, "cluster", cluster_name, name);
  if (!cluster) return cluster.error();
  const KubeconfigEntry cluster_reader((*cluster)->value, (*cluster)->directory,
                                       fmt::format("{}: cluster \"{}\"", (*cluster)->source, cluster_name));
  if (auto read = read_cluster(cluster_reader, config); !read) return read.error();

  // A cluster may let anybody in: no user is no error.
  const std::string user_name(json::string_at(chosen, {"user"}));
  if (user_name.empty()) return config;
  // As client-go does, which then goes on as nobody.
  if (const auto url = http::parse_server_url(config.server); url && !keeps_secrets(*url)) return config;
  const auto user = find(users_, "user", user_name, name);
  if (!user) return user.error();
  const KubeconfigEntry user_reader((*user)->value, (*user)->directory,
                                    fmt::format("{}: user \"{}\"", (*user)->source, user_name));
  if (auto read = read_user(user_reader, config); !read) return read.error();
  if (config.exec) config.exec->cluster_extension = exec_extension((*cluster)->value);
  return config;
}

}  // namespace kyma::kube
