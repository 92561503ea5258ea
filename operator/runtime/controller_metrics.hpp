// A controller's metrics (RUNTIME-SPEC 1), as controller-runtime names them, all zero from the start.
#pragma once

#include <cstddef>
#include <string>

#include "operator/base/metrics.hpp"

namespace kyma::runtime {

struct ControllerMetrics {
  ControllerMetrics(metrics::Registry& registry, const std::string& controller, std::size_t max_workers);

  metrics::Counter& success;  // by result
  metrics::Counter& error;
  metrics::Counter& requeue;
  metrics::Counter& requeue_after;
  metrics::Counter& errors;           // every kind of failure
  metrics::Counter& terminal_errors;  // and these among them
  metrics::Counter& panics;
  metrics::Counter& timeouts;
  metrics::Gauge& active_workers;
  metrics::Histogram& seconds;
};

}  // namespace kyma::runtime
