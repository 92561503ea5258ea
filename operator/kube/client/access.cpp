#include "operator/kube/client/access.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "operator/http/url.hpp"

namespace kyma::kube {
namespace {

// The configuration's, else the environment's.
http::Outcome<std::optional<http::Proxy>> proxy_for(const ClusterConfig& config, const http::ServerUrl& server) {
  if (config.proxy_url.empty()) return http::choose_proxy(http::ProxyEnvironment::of_process(), server);
  auto proxy = http::parse_proxy_url(config.proxy_url);
  if (!proxy) return proxy.error();
  return std::optional<http::Proxy>(*std::move(proxy));
}

std::shared_ptr<Credentials> make_credentials(Clock& clock, const ClusterConfig& config,
                                              std::shared_ptr<ClusterTls> tls, std::shared_ptr<CredentialLoads> loads,
                                              ProcessRunner runner) {
  if (!runner) runner = [&clock](ProcessRequest request) { return run_process(clock, std::move(request)); };
  return std::make_shared<Credentials>(clock, config, std::move(tls), std::move(loads), std::move(runner));
}

}  // namespace

Outcome<Access> open_access(Clock& clock, const ClusterConfig& config, ProcessRunner runner,
                            metrics::Registry* metrics) {
  const auto problem = [&](std::string_view what) {
    return Error{Reason::configuration, 0,
                 config.source.empty() ? std::string(what) : fmt::format("{}: {}", config.source, what)};
  };
  auto url = http::parse_server_url(config.server);
  if (!url) return problem(url.error().message);
  auto proxy = proxy_for(config, *url);
  if (!proxy) return problem(proxy.error().message);
  const bool secure_proxy = *proxy && (*proxy)->kind == http::Proxy::Kind::https;

  auto loads = std::make_shared<CredentialLoads>(metrics);
  std::shared_ptr<ClusterTls> tls;
  if (url->tls || secure_proxy) {
    ClusterTls::Names names;
    names.server = config.tls_server_name.empty() ? url->endpoint.host : config.tls_server_name;
    if (secure_proxy) names.proxy = (*proxy)->endpoint.host;
    auto made = ClusterTls::make(clock, config, std::move(names), loads);
    if (!made) return problem(made.error().message);
    tls = *std::move(made);
  }
  Access access;
  access.route.server = url->endpoint;
  if (url->tls) access.route.tls = [tls] { return tls->context(); };
  if (secure_proxy) access.route.proxy_tls = [tls] { return tls->proxy_context(); };
  access.route.proxy = *std::move(proxy);
  access.credentials = make_credentials(clock, config, std::move(tls), std::move(loads), std::move(runner));
  return access;
}

Access make_access_without_route(Clock& clock, const ClusterConfig& config, ProcessRunner runner,
                                 metrics::Registry* metrics) {
  Access access;
  access.credentials =
      make_credentials(clock, config, nullptr, std::make_shared<CredentialLoads>(metrics), std::move(runner));
  return access;
}

}  // namespace kyma::kube
