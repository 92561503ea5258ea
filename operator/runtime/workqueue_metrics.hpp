// The workqueue's metrics for one lane (RUNTIME-SPEC 1): client-go's names, both labels the controller's name.
//
// Counted through references: a registry is looked up once per lane, and once per priority for the depth.
// Thread: its registry's.
#pragma once

#include <string>
#include <type_traits>

#include "operator/base/metrics.hpp"
#include "operator/base/time.hpp"
#include "operator/runtime/workqueue_priority.hpp"

namespace kyma::runtime {

class WorkqueueMetrics {
 public:
  WorkqueueMetrics(metrics::Registry& registry, std::string controller);

  metrics::Gauge& depth(Priority priority);

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

// By a multiplication, which is a fraction of a division.
inline double to_seconds(Duration duration) noexcept {
  static_assert(std::is_same_v<Duration::period, std::nano>);
  return static_cast<double>(duration.count()) * 1e-9;
}

}  // namespace kyma::runtime
