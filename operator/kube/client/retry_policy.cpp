#include "operator/kube/client/retry_policy.hpp"

#include <algorithm>
#include <charconv>

namespace kyma::kube {
namespace {

constexpr int kMostRetries = 10;
// A server that asks for more than this is left to the caller, who knows what else there is to do.
constexpr std::int64_t kLongestRetryAfterSeconds = 60;
constexpr Duration kFirstPause = std::chrono::milliseconds{50};
constexpr Duration kLongestPause = std::chrono::seconds{2};

}  // namespace

std::optional<Duration> RetryPolicy::after_answer(unsigned status, std::string_view retry_after) {
  if ((status != 429 && status < 500) || retries_ == kMostRetries) return std::nullopt;
  std::int64_t seconds = 0;
  const char* const end = retry_after.data() + retry_after.size();
  const auto [stop, problem] = std::from_chars(retry_after.data(), end, seconds);
  if (problem != std::errc() || stop != end || seconds < 0 || seconds > kLongestRetryAfterSeconds) return std::nullopt;
  ++retries_;
  return spread(std::chrono::seconds(seconds));
}

std::optional<Duration> RetryPolicy::after_failure(http::Errc code) {
  const bool safe = code == http::Errc::not_sent || (code == http::Errc::connection_lost && method_ == Method::get);
  if (!safe || retries_ == kMostRetries) return std::nullopt;
  const Duration pause = std::min(kFirstPause * (1 << retries_), kLongestPause);
  ++retries_;
  return spread(pause);
}

Duration RetryPolicy::spread(Duration wait) {
  return wait + Duration(std::uniform_int_distribution<Duration::rep>(0, (wait / 5).count())(random_));
}

}  // namespace kyma::kube
