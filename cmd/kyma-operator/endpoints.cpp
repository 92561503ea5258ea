#include "cmd/kyma-operator/endpoints.hpp"

#include <filesystem>
#include <utility>
#include <vector>

#include "operator/base/log.hpp"
#include "operator/runtime/debug_log_level.hpp"
#include "operator/runtime/debug_profiles.hpp"
#include "operator/runtime/metrics_server.hpp"
#include "operator/runtime/router.hpp"

namespace kyma::cmd {
namespace {

const Logger kLog("daemon");

// pprof asks for the names of all addresses of a profile at once.
constexpr std::size_t kMaxDebugBody = 1024 * 1024;

bool is_loopback(const std::string& address) {
  const auto endpoint = http::parse_endpoint(address);
  if (!endpoint) return true;  // refused elsewhere
  return endpoint->host.starts_with("127.") || endpoint->host == "::1" || endpoint->host == "localhost";
}

http::Outcome<std::unique_ptr<runtime::ServingCertificate>> open_certificate(Clock& clock, const Options& options) {
  if (options.metrics_cert_path.empty()) return runtime::ServingCertificate::self_signed(clock);
  const std::filesystem::path directory = options.metrics_cert_path;
  return runtime::ServingCertificate::from_files(clock, directory / options.metrics_cert_name,
                                                 directory / options.metrics_cert_key);
}

}  // namespace

std::string Endpoints::open_one(std::unique_ptr<Endpoint>& endpoint, EndpointOptions options, http::Handler handler) {
  if (options.address == "0" || options.address.empty()) return {};
  auto opened = Endpoint::open(executor_, clock_, std::move(options), std::move(handler));
  if (!opened) return opened.error().message;
  endpoint = std::move(*opened);
  return {};
}

std::string Endpoints::open_metrics(const Options& options, EndpointSources& sources) {
  EndpointOptions endpoint{"metrics", options.metrics_bind_address, "--metrics-bind-address"};
  http::Handler handler = runtime::metrics_handler(sources.registry);
  if (options.metrics_secure) {
    auto certificate = open_certificate(clock_, options);
    if (!certificate) {
      return certificate.error().message + "; see --metrics-cert-path, or leave it out for a self-signed certificate";
    }
    certificate_ = std::move(*certificate);
    guard_ = std::make_unique<runtime::AccessGuard>(executor_, clock_, *sources.access_client);
    endpoint.tls = [this] { return certificate_->context(); };
    handler = guard_->guard(std::move(handler));
  }
  return open_one(metrics_, std::move(endpoint), std::move(handler));
}

std::string Endpoints::open_debug(const Options& options, EndpointSources& sources) {
  std::vector<runtime::Route> routes;
  routes.push_back({"/debug/manifests", "what charts were rendered to", std::move(sources.manifests)});
  routes.push_back({"/debug/pprof", "CPU and heap profiles", runtime::profiles_handler(clock_, sources.pool)});
  routes.push_back({"/debug/loglevel", "GET it, PUT another", runtime::log_level_handler()});
  EndpointOptions endpoint{"debug", options.debug_bind_address, "--debug-bind-address"};
  endpoint.max_body_bytes = kMaxDebugBody;
  endpoint.grace = Duration::zero();  // a profile of five minutes must not hold up the end
  return open_one(debug_, std::move(endpoint), runtime::route("/debug", std::move(routes)));
}

std::string Endpoints::open(const Options& options, EndpointSources sources) {
  if (std::string reason = open_metrics(options, sources); !reason.empty()) return reason;
  if (std::string reason = open_debug(options, sources); !reason.empty()) return reason;
  if (debug_ && !is_loopback(options.debug_bind_address)) {
    kLog.warning("The debug endpoint asks nobody who he is, and is open to more than this machine",
                 {{"address", options.debug_bind_address}});
  }
  return open_one(health_, {"health", options.health_probe_bind_address, "--health-probe-bind-address"},
                  runtime::health_handler(sources.health, sources.readiness));
}

void Endpoints::start() {
  for (Endpoint* endpoint : {metrics_.get(), health_.get(), debug_.get()}) {
    if (!endpoint) continue;
    endpoint->start();
    if (endpoint->secure()) {
      kLog.info("Serving", {{"secure", true}, {"endpoint", endpoint->name()}, {"address", endpoint->address()}});
    } else {
      kLog.info("Serving", {{"endpoint", endpoint->name()}, {"address", endpoint->address()}});
    }
  }
}

asio::awaitable<void> Endpoints::stop_debug() {
  if (debug_) co_await debug_->stop();
}

asio::awaitable<void> Endpoints::stop() {
  if (metrics_) co_await metrics_->stop();
  if (guard_) co_await guard_->stop();
  if (health_) co_await health_->stop();
}

}  // namespace kyma::cmd
