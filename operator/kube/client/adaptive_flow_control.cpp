#include "operator/kube/client/adaptive_flow_control.hpp"

#include <algorithm>
#include <cmath>

namespace kyma::kube {
namespace {

// Turns of this time may come at once: a timer per turn would cost more than the turn.
constexpr double kBurstSeconds = 0.01;

double in_seconds(Duration span) noexcept { return std::chrono::duration<double>(span).count(); }

}  // namespace

struct AdaptiveFlowControl::Metrics {
  Metrics(metrics::Registry& registry, const AdaptiveFlowControl& control)
      : increases(decisions(registry, "increase")),
        throttled(decisions(registry, "decrease_throttled")),
        slow(decisions(registry, "decrease_latency")),
        hook(registry.on_scrape([&registry, &control] { refresh(registry, control); })) {
    refresh(registry, control);
  }

  static metrics::Counter& decisions(metrics::Registry& registry, const char* decision) {
    return registry
        .counter("kyma_operator_flow_control_decisions_total",
                 "Changes of the allowed rate: increase, decrease_throttled (429), decrease_latency.", {"decision"})
        .with({decision});
  }
  static void refresh(metrics::Registry& registry, const AdaptiveFlowControl& control) {
    const auto set = [&](const char* name, const char* help, double value) {
      registry.gauge(std::string("kyma_operator_flow_control_") + name, help).with({}).set(value);
    };
    const AdaptiveRate& law = control.law_;
    set("rate", "Requests per second that are allowed at the moment.", law.rate());
    set("inflight_limit", "Requests that may be under way at a time.", static_cast<double>(law.inflight_limit()));
    set("inflight", "Requests that are under way.", static_cast<double>(control.inflight_));
    set("waiting", "Requests that wait for their turn.", static_cast<double>(control.waiting_.size()));
    set("latency_p99_seconds", "99th percentile of the time of requests, over the last ten to twenty seconds.",
        in_seconds(law.p99()));
    set("latency_baseline_seconds", "The lowest upper quartile of late, which is taken for normal.",
        in_seconds(law.baseline()));
  }

  metrics::Counter& increases;
  metrics::Counter& throttled;
  metrics::Counter& slow;
  std::shared_ptr<void> hook;
};

AdaptiveFlowControl::AdaptiveFlowControl(Clock& clock, const AdaptiveRateOptions& options, metrics::Registry* metrics)
    : clock_(clock),
      law_(clock.now(), options),
      refilled_at_(clock.now()),
      next_(clock, [this] { serve_waiting(); }),
      metrics_(metrics ? std::make_unique<Metrics>(*metrics, *this) : nullptr) {}

AdaptiveFlowControl::~AdaptiveFlowControl() = default;

bool AdaptiveFlowControl::take(SteadyTime now) {
  if (now < law_.resume_at()) return false;
  const SteadyTime from = std::max(refilled_at_, law_.resume_at());  // a pause saves nothing up
  const double burst = std::max(1.0, law_.rate() * kBurstSeconds);
  tokens_ = std::min(burst, tokens_ + in_seconds(now - from) * law_.rate());
  refilled_at_ = now;
  const bool has_place = inflight_ < law_.inflight_limit();
  if (tokens_ < 1 || !has_place) {
    // Nothing is gained by a higher rate when every connection is busy.
    law_.waited(tokens_ < 1 || !law_.inflight_is_full(inflight_));
    return false;
  }
  tokens_ -= 1;
  ++inflight_;
  return true;
}

SteadyTime AdaptiveFlowControl::next_turn(SteadyTime now) const {
  if (now < law_.resume_at()) return law_.resume_at();
  const double wait = std::max(0.0, 1 - tokens_) / law_.rate();
  return now + std::chrono::ceil<Duration>(std::chrono::duration<double>(wait));
}

bool AdaptiveFlowControl::try_acquire() {
  if (closed_) return true;
  return waiting_.empty() && take(clock_.now());
}

asio::awaitable<Duration> AdaptiveFlowControl::acquire() {
  if (try_acquire()) co_return Duration::zero();
  const SteadyTime asked_at = clock_.now();
  FlowControlWaiter waiter;
  waiting_.push_back(waiter);
  serve_waiting();
  try {
    co_await waiter.wait();
  } catch (...) {
    if (waiter.ready) abandon();
    throw;
  }
  co_return clock_.now() - asked_at;
}

void AdaptiveFlowControl::serve_waiting() {
  const SteadyTime now = clock_.now();
  while (!waiting_.empty() && take(now)) {
    FlowControlWaiter& first = waiting_.front();
    waiting_.pop_front();
    first.wake();
  }
  if (waiting_.empty()) {
    next_.cancel();
  } else if (now < law_.resume_at() || tokens_ < 1) {
    next_.expires_at(next_turn(now));
  }
  // Else the end of a turn serves them.
}

void AdaptiveFlowControl::end_turn() noexcept {
  if (inflight_ > 0) --inflight_;
  if (!waiting_.empty()) serve_waiting();
}

void AdaptiveFlowControl::observe(const TurnEnd& end) {
  const AdaptiveRate::Decision decision = law_.answered(clock_.now(), end);
  if (metrics_) {
    switch (decision) {
      case AdaptiveRate::Decision::none: break;
      case AdaptiveRate::Decision::increase: metrics_->increases.increment(); break;
      case AdaptiveRate::Decision::decrease_throttled: metrics_->throttled.increment(); break;
      case AdaptiveRate::Decision::decrease_latency: metrics_->slow.increment(); break;
    }
  }
  end_turn();
}

void AdaptiveFlowControl::abandon() noexcept { end_turn(); }

void AdaptiveFlowControl::close() noexcept {
  closed_ = true;
  next_.cancel();
  while (!waiting_.empty()) {
    FlowControlWaiter& first = waiting_.front();
    waiting_.pop_front();
    ++inflight_;
    first.wake();
  }
}

}  // namespace kyma::kube
