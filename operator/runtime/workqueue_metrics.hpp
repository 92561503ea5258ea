// The workqueue's metrics for one lane (RUNTIME-SPEC 1): client-go's names, both labels the controller's name.
//
// Counted through references: a registry is looked up once per lane, and once per priority for the depth.
// Thread: its registry's.
#pragma once

#include <string>

#include "operator/base/metrics.hpp"
#include "operator/base/time.hpp"

namespace kyma::runtime {

class WorkqueueMetrics {
 public:
  WorkqueueMetrics(metrics::Registry& registry, std::string controller);

  metrics::Gauge& depth(int priority);

  metrics::Counter& adds;
  metrics::Counter& retries;
  metrics::Histogram& queue_duration;  // from the add to the hand-out
  metrics::Histogram& work_duration;   // from the hand-out to done()
  metrics::Gauge& unfinished_work;     // these two: refreshed at scrape
  metrics::Gauge& longest_running;

 private:
  metrics::Family<metrics::Gauge>& depths_;
  std::string controller_;
};

inline double to_seconds(Duration duration) noexcept { return std::chrono::duration<double>(duration).count(); }

}  // namespace kyma::runtime
