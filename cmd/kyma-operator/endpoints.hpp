// The daemon's HTTP endpoints: metrics, health and debug; each is there unless its address is 0.
//
// With --metrics-secure metrics are served over TLS to those whom the API server lets get /metrics. Health is for
// probes and stays open; debug is for whoever is on this machine (or comes by `kubectl port-forward`), and a warning is
// logged when others can reach it. Thread: the loop's. Lifetime: shorter than what the handlers refer to; once started,
// co_await stop_debug() and stop() before it goes.
#pragma once

#include <memory>
#include <string>

#include "cmd/kyma-operator/endpoint.hpp"
#include "cmd/kyma-operator/options.hpp"
#include "operator/kube/client/client.hpp"
#include "operator/runtime/access_guard.hpp"
#include "operator/runtime/health.hpp"
#include "operator/runtime/serving_certificate.hpp"

namespace kyma::cmd {

// What the endpoints show.
struct EndpointSources {
  metrics::Registry& registry;
  const runtime::HealthChecks& health;
  const runtime::HealthChecks& readiness;
  http::Handler manifests;      // of /debug/manifests
  asio::any_io_executor pool;   // for what blocks
  kube::Client* access_client;  // asks who may scrape; null without --metrics-secure
};

class Endpoints {
 public:
  Endpoints(asio::any_io_executor executor, Clock& clock) : executor_(std::move(executor)), clock_(clock) {}

  // Binds all addresses. Returns the reason why it failed, or nothing.
  std::string open(const Options& options, EndpointSources sources);
  void start();
  // What uses the pool ends.
  asio::awaitable<void> stop_debug();
  asio::awaitable<void> stop();

  // Null when they are off.
  const Endpoint* metrics() const noexcept { return metrics_.get(); }

 private:
  std::string open_metrics(const Options& options, EndpointSources& sources);
  std::string open_debug(const Options& options, EndpointSources& sources);
  std::string open_one(std::unique_ptr<Endpoint>& endpoint, EndpointOptions options, http::Handler handler);

  asio::any_io_executor executor_;
  Clock& clock_;
  std::unique_ptr<runtime::ServingCertificate> certificate_;  // null: metrics are plain
  std::unique_ptr<runtime::AccessGuard> guard_;               // the same
  std::unique_ptr<Endpoint> metrics_;
  std::unique_ptr<Endpoint> health_;
  std::unique_ptr<Endpoint> debug_;
};

}  // namespace kyma::cmd
