#include "operator/kube/client/retry_policy.hpp"

#include <algorithm>
#include <charconv>

namespace kyma::kube {
namespace {

constexpr int kMostRetries = 10;
// A server that asks for more than this is left to the caller, who knows what else there is to do.
constexpr Duration kLongestRetryAfter = std::chrono::seconds{60};
constexpr std::int64_t kMostSeconds = 24 * 60 * 60;  // of which no caller waits as many
constexpr Duration kFirstPause = std::chrono::milliseconds{50};
constexpr Duration kLongestPause = std::chrono::seconds{2};

}  // namespace

std::optional<Duration> parse_retry_after(std::string_view header) noexcept {
  std::int64_t count = 0;
  const char* const end = header.data() + header.size();
  const auto [stop, problem] = std::from_chars(header.data(), end, count);
  if (problem != std::errc() || stop != end || count < 0) return std::nullopt;
  return std::chrono::seconds(std::min(count, kMostSeconds));
}

std::optional<Duration> RetryPolicy::after_answer(unsigned status, std::string_view retry_after) {
  if ((status != 429 && status < 500) || retries_ == kMostRetries) return std::nullopt;
  const auto wait = parse_retry_after(retry_after);
  if (!wait || *wait > kLongestRetryAfter) return std::nullopt;
  ++retries_;
  return spread(*wait);
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
