// Makes a server limited and slow as it is told, in the manner of Kubernetes' priority and fairness: what exceeds a
// rate waits in a short queue, first come first served; what finds no place or waits too long is refused with 429 and
// Retry-After: 1. Watches, health and metrics never come here.
//
// Guarantees: no second begins more requests than the rate allows, but for a tenth of a second's worth that was saved
// up; a refused request costs nothing of the rate. Not guaranteed: fairness between clients, who share one queue.
// Lifetime: longer than its requests and seats. Thread: confined to one.
#pragma once

#include <cstddef>
#include <utility>

#include "operator/apiserver/request_limits.hpp"
#include "operator/base/clock.hpp"
#include "operator/base/metrics.hpp"
#include "operator/kube/meta/error.hpp"

namespace kyma::apiserver {

class RequestLimiter {
 public:
  // The right to be answered, for as long as it lives.
  class Seat {
   public:
    explicit Seat(RequestLimiter& limiter);
    Seat(Seat&& other) noexcept : limiter_(std::exchange(other.limiter_, nullptr)) {}
    Seat& operator=(Seat&&) = delete;
    ~Seat();

   private:
    RequestLimiter* limiter_;
  };

  RequestLimiter(Clock& clock, const RequestLimits& limits, metrics::Registry& metrics);

  // Waits until the request may begin and as long as it is made to take. Error: too_many_requests.
  asio::awaitable<kube::Outcome<Seat>> admit(bool mutating);

 private:
  // One rate, as the instant at which all that was promised will have been worked off.
  class Lane {
   public:
    explicit Lane(double per_second);
    Duration wait(SteadyTime now) const;
    void take(SteadyTime now);

   private:
    Duration interval_{};  // between two requests; 0: unlimited
    SteadyTime busy_until_{};
  };
  class Waiting;

  Duration wait_for_turn(bool mutating) const;
  void take_turn(bool mutating);
  kube::Error refuse(metrics::Counter& reason);

  Clock& clock_;
  RequestLimits limits_;
  Lane all_;
  Lane writes_;
  std::size_t queued_ = 0;
  std::size_t running_ = 0;
  metrics::Counter& dispatched_;
  metrics::Counter& queue_full_;
  metrics::Counter& timed_out_;
  metrics::Counter& too_many_running_;
  metrics::Gauge& in_queue_;
  metrics::Gauge& executing_;
  metrics::Histogram& wait_executed_;
  metrics::Histogram& wait_refused_;
};

}  // namespace kyma::apiserver
