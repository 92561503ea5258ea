#include "cmd/kyma-load/request_meter.hpp"

namespace kyma::load {

void RequestMeter::Count::add(unsigned http_status, Duration took) {
  ++requests;
  if (http_status == 429) ++throttled;
  if (http_status == 0 || http_status >= 500) ++failed;
  latency.add(took);
}

void RequestMeter::Count::clear() noexcept {
  requests = throttled = failed = 0;
  latency.clear();
}

void RequestMeter::observe(const kube::TurnEnd& end) {
  inner_->observe(end);
  if (end.stream) return;
  interval_.add(end.http_status, end.took);
  total_.add(end.http_status, end.took);
}

RequestSample RequestMeter::take_sample() {
  const auto latency = interval_.latency.quantiles().value_or(Quantiles{});
  const RequestSample sample{.count = interval_.requests,
                             .throttled = interval_.throttled,
                             .failed = interval_.failed,
                             .p50 = latency.p50,
                             .p99 = latency.p99};
  interval_.clear();
  return sample;
}

RequestTotals RequestMeter::totals() const {
  return {.count = total_.requests,
          .throttled = total_.throttled,
          .failed = total_.failed,
          .latency = total_.latency.quantiles()};
}

void RequestMeter::clear() noexcept {
  interval_.clear();
  total_.clear();
}

}  // namespace kyma::load
