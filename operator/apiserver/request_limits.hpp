// How slow and how limited a server is made, so that clients meet what a busy one does. Nothing is limited by default.
#pragma once

#include <chrono>
#include <cstddef>

#include "operator/base/time.hpp"

namespace kyma::apiserver {

struct RequestLimits {
  // Requests, and writes among them, that are begun per second; 0: any number. A tenth of a second's worth may come at
  // once; what comes faster waits in the queue.
  double requests_per_second = 0;
  double writes_per_second = 0;
  std::size_t queue_length = 50;                   // more at a time are refused; 0: nothing waits
  Duration queue_wait = std::chrono::seconds{15};  // refused when its turn has not come by then
  std::size_t max_inflight = 0;                    // being answered at a time, more are refused; 0: any number
  Duration latency{};                              // added to every request
  Duration overload_latency{};                     // added to those that had to queue

  bool any() const noexcept {
    return requests_per_second > 0 || writes_per_second > 0 || max_inflight > 0 || latency > Duration::zero();
  }
};

}  // namespace kyma::apiserver
