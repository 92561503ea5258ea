// The front door: access, routes, metrics, and the answers that are about the server itself.
//
// Guarantees: nothing is answered that AccessControl did not admit; every request is counted; unknown paths are 404
// Status objects. Thread: confined to one. Lifetime: longer than its exchanges.
#pragma once

#include <memory>

#include "operator/apiserver/access_control.hpp"
#include "operator/apiserver/audit_log.hpp"
#include "operator/apiserver/discovery.hpp"
#include "operator/apiserver/exchange.hpp"
#include "operator/apiserver/open_api.hpp"
#include "operator/apiserver/request_limiter.hpp"
#include "operator/apiserver/resource_handler.hpp"
#include "operator/apiserver/review_handler.hpp"
#include "operator/apiserver/server_metrics.hpp"
#include "operator/base/clock.hpp"
#include "operator/base/metrics.hpp"

namespace kyma::apiserver {

class HttpApi {
 public:
  struct Parts {
    Clock& clock;
    AccessControl& access;
    ResourceHandler& resources;
    ReviewHandler& reviews;
    const ServiceAccountTokens& tokens;
    Registry& registry;
    ServerMetrics& server_metrics;
    metrics::Registry& metrics;
    const Storage& storage;
    RequestLimiter* limiter = nullptr;  // null: nothing is limited
    AuditLog* audit = nullptr;          // null: no log is kept
    bool aggregated_discovery = true;
  };

  explicit HttpApi(const Parts& parts);

  asio::awaitable<void> serve(http::Request& request, http::ResponseWriter& writer);
  // Makes /readyz fail, while what is running ends.
  void begin_shutdown() noexcept { shutting_down_ = true; }

 private:
  asio::awaitable<void> serve_target(Exchange& exchange, http::Target target);
  asio::awaitable<void> dispatch(Exchange& exchange);
  asio::awaitable<void> dispatch_limited(Exchange& exchange);
  asio::awaitable<void> dispatch_admitted(Exchange& exchange);
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
