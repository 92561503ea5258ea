// Which failed requests are sent again, and when. Sans-I/O; one per call.
//
// As client-go does it: an answer of 429 or 5xx with Retry-After after that time, a GET whose connection broke after a
// short, growing pause, up to ten times in all. A request that was never written is safe to send again whatever it is.
#pragma once

#include <optional>
#include <random>
#include <string_view>

#include "operator/base/time.hpp"
#include "operator/http/error.hpp"
#include "operator/kube/client/request_metrics.hpp"

namespace kyma::kube {

// The seconds of a Retry-After header (a day at most); nothing when there is none or it is a date, as no API server
// sends it.
std::optional<Duration> parse_retry_after(std::string_view header) noexcept;

class RetryPolicy {
 public:
  RetryPolicy(Method method, std::minstd_rand& random) : method_(method), random_(random) {}

  // How long to wait before the next try; nothing: give up.
  std::optional<Duration> after_answer(unsigned status, std::string_view retry_after);
  std::optional<Duration> after_failure(http::Errc code);

 private:
  // Between d and d x 1.2, so that clients that were refused together do not come back together.
  Duration spread(Duration wait);

  Method method_;
  std::minstd_rand& random_;
  int retries_ = 0;
};

}  // namespace kyma::kube
