// The HTTP handlers of an operator's own endpoints: /metrics, and /healthz with /readyz.
//
// GET and HEAD only; unknown paths are 404. What they refer to must outlive them. Thread: the loop's.
#pragma once

#include "operator/base/metrics.hpp"
#include "operator/http/server.hpp"
#include "operator/runtime/health.hpp"

namespace kyma::runtime {

http::Handler metrics_handler(metrics::Registry& registry);
http::Handler health_handler(const HealthChecks& health, const HealthChecks& readiness);

}  // namespace kyma::runtime
