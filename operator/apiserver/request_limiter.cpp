#include "operator/apiserver/request_limiter.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "operator/apiserver/api_errors.hpp"

namespace kyma::apiserver {
namespace {

// What a rate lets through at once after a rest.
constexpr Duration kBurst = std::chrono::milliseconds{100};

// There is one level that all requests belong to.
const std::string kSchema = "global-default";
const metrics::LabelNames kLabels = {"flow_schema", "priority_level"};

metrics::Counter& refused(metrics::Registry& metrics, const char* reason) {
  return metrics
      .counter("apiserver_flowcontrol_rejected_requests_total", "Number of requests rejected by flow control.",
               {"flow_schema", "priority_level", "reason"})
      .with({kSchema, kSchema, reason});
}

metrics::Histogram& wait(metrics::Registry& metrics, const char* execute) {
  return metrics
      .histogram("apiserver_flowcontrol_request_wait_duration_seconds",
                 "Length of time a request spent waiting in its queue.", {"flow_schema", "priority_level", "execute"},
                 {0, .005, .02, .05, .1, .2, .5, 1, 2, 5, 10, 15, 30})
      .with({kSchema, kSchema, execute});
}

double in_seconds(Duration span) { return std::chrono::duration<double>(span).count(); }

}  // namespace

RequestLimiter::Lane::Lane(double per_second) {
  // As long as the clock's unit can tell them apart, two requests are.
  if (per_second > 0) interval_ = std::chrono::ceil<Duration>(std::chrono::duration<double>(1 / per_second));
}

Duration RequestLimiter::Lane::wait(SteadyTime now) const {
  return std::max(Duration::zero(), busy_until_ - std::max(kBurst - interval_, Duration::zero()) - now);
}

void RequestLimiter::Lane::take(SteadyTime now) {
  if (interval_ > Duration::zero()) busy_until_ = std::max(busy_until_, now) + interval_;
}

// Counts a request in the queue for as long as it waits there.
class RequestLimiter::Waiting {
 public:
  explicit Waiting(RequestLimiter& limiter) : limiter_(limiter) {
    ++limiter_.queued_;
    limiter_.in_queue_.add(1);
  }
  ~Waiting() {
    --limiter_.queued_;
    limiter_.in_queue_.add(-1);
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  RequestLimiter& limiter_;
};

RequestLimiter::Seat::Seat(RequestLimiter& limiter) : limiter_(&limiter) {
  ++limiter_->running_;
  limiter_->executing_.add(1);
}

RequestLimiter::Seat::~Seat() {
  if (!limiter_) return;
  --limiter_->running_;
  limiter_->executing_.add(-1);
}

RequestLimiter::RequestLimiter(Clock& clock, const RequestLimits& limits, metrics::Registry& metrics)
    : clock_(clock),
      limits_(limits),
      all_(limits.requests_per_second),
      writes_(limits.writes_per_second),
      dispatched_(metrics
                      .counter("apiserver_flowcontrol_dispatched_requests_total",
                               "Number of requests executed by flow control.", kLabels)
                      .with({kSchema, kSchema})),
      queue_full_(refused(metrics, "queue-full")),
      timed_out_(refused(metrics, "time-out")),
      too_many_running_(refused(metrics, "concurrency-limit")),
      in_queue_(metrics
                    .gauge("apiserver_flowcontrol_current_inqueue_requests",
                           "Number of requests currently pending in queues of flow control.", kLabels)
                    .with({kSchema, kSchema})),
      executing_(metrics
                     .gauge("apiserver_flowcontrol_current_executing_requests",
                            "Number of requests that flow control lets run at the moment.", kLabels)
                     .with({kSchema, kSchema})),
      wait_executed_(wait(metrics, "true")),
      wait_refused_(wait(metrics, "false")) {}

Duration RequestLimiter::wait_for_turn(bool mutating) const {
  const SteadyTime now = clock_.now();
  return mutating ? std::max(all_.wait(now), writes_.wait(now)) : all_.wait(now);
}

void RequestLimiter::take_turn(bool mutating) {
  all_.take(clock_.now());
  if (mutating) writes_.take(clock_.now());
}

kube::Error RequestLimiter::refuse(metrics::Counter& reason) {
  reason.increment();
  return too_many_requests();
}

asio::awaitable<kube::Outcome<RequestLimiter::Seat>> RequestLimiter::admit(bool mutating) {
  const Duration turn = wait_for_turn(mutating);
  const bool overloaded = turn > Duration::zero();
  if (overloaded) {
    if (queued_ >= limits_.queue_length) co_return refuse(queue_full_);
    const Waiting waiting(*this);
    if (turn > limits_.queue_wait) {
      co_await clock_.sleep_for(limits_.queue_wait);
      wait_refused_.observe(in_seconds(limits_.queue_wait));
      co_return refuse(timed_out_);
    }
    take_turn(mutating);
    co_await clock_.sleep_for(turn);
  } else {
    take_turn(mutating);
  }
  if (limits_.max_inflight > 0 && running_ >= limits_.max_inflight) co_return refuse(too_many_running_);
  dispatched_.increment();
  wait_executed_.observe(in_seconds(turn));
  Seat seat(*this);
  const Duration takes = limits_.latency + (overloaded ? limits_.overload_latency : Duration::zero());
  if (takes > Duration::zero()) co_await clock_.sleep_for(takes);
  co_return seat;
}

}  // namespace kyma::apiserver
