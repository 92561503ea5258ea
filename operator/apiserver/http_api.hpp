// The front door: authentication, routes, metrics, and the answers that are about the server itself.
//
// Guarantees: nothing but /healthz, /livez, /readyz and /version is answered without a valid credential; every request
// is counted; unknown paths are 404 Status objects. Thread: confined to one. Lifetime: longer than its exchanges.
#pragma once

#include <memory>

#include "operator/apiserver/authentication.hpp"
#include "operator/apiserver/discovery.hpp"
#include "operator/apiserver/exchange.hpp"
#include "operator/apiserver/open_api.hpp"
#include "operator/apiserver/request_limiter.hpp"
#include "operator/apiserver/resource_handler.hpp"
#include "operator/apiserver/server_metrics.hpp"
#include "operator/base/clock.hpp"
#include "operator/base/metrics.hpp"

namespace kyma::apiserver {

class HttpApi {
 public:
  struct Parts {
    Clock& clock;
    Authenticator& authenticator;
    ResourceHandler& resources;
    Registry& registry;
    ServerMetrics& server_metrics;
    metrics::Registry& metrics;
    RequestLimiter* limiter = nullptr;  // null: nothing is limited
  };

  explicit HttpApi(const Parts& parts);

  asio::awaitable<void> serve(http::Request& request, http::ResponseWriter& writer);
  // Makes /readyz fail, while what is running ends.
  void begin_shutdown() noexcept { shutting_down_ = true; }

 private:
  asio::awaitable<void> dispatch(Exchange& exchange);
  asio::awaitable<void> dispatch_limited(Exchange& exchange);
  asio::awaitable<void> dispatch_authenticated(Exchange& exchange);
  // A throw in a handler is a bug: logged, and answered with 500.
  asio::awaitable<void> dispatch_safely(Exchange& exchange);
  asio::awaitable<void> serve_health(Exchange& exchange);
  asio::awaitable<void> serve_document(Exchange& exchange);

  Parts parts_;
  Discovery discovery_;
  OpenApi open_api_;
  bool shutting_down_ = false;
};

}  // namespace kyma::apiserver
