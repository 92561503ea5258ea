#include "operator/runtime/workqueue_metrics.hpp"

#include <utility>

namespace kyma::runtime {
namespace {

const metrics::LabelNames kLabels = {"name", "controller"};

// 10 ns to 1000 s.
std::vector<double> buckets() { return metrics::exponential_buckets(1e-8, 10, 12); }

}  // namespace

WorkqueueMetrics::WorkqueueMetrics(metrics::Registry& registry, std::string controller)
    : adds(registry.counter("workqueue_adds_total", "Total number of adds handled by workqueue", kLabels)
               .with({controller, controller})),
      retries(registry.counter("workqueue_retries_total", "Total number of retries handled by workqueue", kLabels)
                  .with({controller, controller})),
      queue_duration(registry
                         .histogram("workqueue_queue_duration_seconds",
                                    "How long in seconds an item stays in workqueue before being requested", kLabels,
                                    buckets())
                         .with({controller, controller})),
      work_duration(registry
                        .histogram("workqueue_work_duration_seconds",
                                   "How long in seconds processing an item from workqueue takes", kLabels, buckets())
                        .with({controller, controller})),
      unfinished_work(registry
                          .gauge("workqueue_unfinished_work_seconds",
                                 "How many seconds of work are in progress and not yet in work_duration; a value that "
                                 "keeps growing means stuck workers",
                                 kLabels)
                          .with({controller, controller})),
      longest_running(registry
                          .gauge("workqueue_longest_running_processor_seconds",
                                 "How many seconds the longest running processor of the workqueue has been running",
                                 kLabels)
                          .with({controller, controller})),
      depths_(registry.gauge("workqueue_depth", "Current depth of workqueue by workqueue and priority",
                             {"name", "controller", "priority"})),
      controller_(std::move(controller)) {}

metrics::Gauge& WorkqueueMetrics::depth(Priority priority) {
  return depths_.with({controller_, controller_, std::to_string(priority)});
}

}  // namespace kyma::runtime
