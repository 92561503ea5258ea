#include "operator/runtime/controller_metrics.hpp"

#include <vector>

namespace kyma::runtime {
namespace {

std::vector<double> reconcile_time_buckets() {
  return {.005, .01, .025, .05, .1,  .15, .2,  .25, .3, .35, .4, .45, .5, .6, .7, .8, .9, 1,  1.25, 1.5,
          1.75, 2,   2.5,  3,   3.5, 4,   4.5, 5,   6,  7,   8,  9,   10, 15, 20, 25, 30, 40, 50,   60};
}

metrics::Counter& total(metrics::Registry& registry, const std::string& controller, const char* result) {
  return registry
      .counter("controller_runtime_reconcile_total", "Total number of reconciliations per controller",
               {"controller", "result"})
      .with({controller, result});
}

metrics::Counter& counter(metrics::Registry& registry, const std::string& controller, const std::string& what,
                          const std::string& help) {
  return registry.counter("controller_runtime_" + what + "_total", help, {"controller"}).with({controller});
}

metrics::Gauge& gauge(metrics::Registry& registry, const std::string& controller, const std::string& what,
                      const std::string& help) {
  return registry.gauge("controller_runtime_" + what, help, {"controller"}).with({controller});
}

}  // namespace

ControllerMetrics::ControllerMetrics(metrics::Registry& registry, const std::string& controller,
                                     std::size_t max_workers)
    : success(total(registry, controller, "success")),
      error(total(registry, controller, "error")),
      requeue(total(registry, controller, "requeue")),
      requeue_after(total(registry, controller, "requeue_after")),
      errors(counter(registry, controller, "reconcile_errors", "Total number of reconciliation errors per controller")),
      terminal_errors(counter(registry, controller, "terminal_reconcile_errors",
                              "Total number of terminal reconciliation errors per controller")),
      panics(counter(registry, controller, "reconcile_panics", "Total number of reconciliation panics per controller")),
      timeouts(counter(registry, controller, "reconcile_timeouts",
                       "Total number of reconciliation timeouts per controller")),
      active_workers(gauge(registry, controller, "active_workers", "Number of currently used workers per controller")),
      seconds(registry
                  .histogram("controller_runtime_reconcile_time_seconds",
                             "Length of time per reconciliation per controller", {"controller"},
                             reconcile_time_buckets())
                  .with({controller})) {
  gauge(registry, controller, "max_concurrent_reconciles", "Maximum number of concurrent reconciles per controller")
      .set(static_cast<double>(max_workers));
}

}  // namespace kyma::runtime
