#include "operator/kube/client/adaptive_rate.hpp"

#include <algorithm>
#include <cmath>

namespace kyma::kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A round is a round trip, but long enough for a median, and not so short that noise rules.
constexpr Duration kShortestRound = milliseconds{20};
constexpr std::uint32_t kRoundAnswers = 8;
constexpr Duration kLongestRound = seconds{2};  // what is longer was mostly idle
// A decrease goes this far below what the server was seen to answer: less far where the limit is known by now.
constexpr double kDecrease = 0.9;
constexpr double kDecreaseAgain = 0.95;
// A refusal costs a pause: the next one is kept at a distance.
constexpr double kBelowRefusal = 0.96;
// What was seen for a moment may mislead: no decrease goes further at once. While doubling, the rate may be several
// times too high.
constexpr double kDeepest = 0.5;
constexpr double kDeepestFromDoubling = 0.125;
// From a cut back to the ceiling: half as long as a ceiling is known that is met again within kSameCeiling, so that it
// is tried ever more rarely; what only lasts for moments is not taken for the server's limit.
constexpr Duration kFirstClimb = seconds{1};
constexpr Duration kFirstClimbFromSlowness = milliseconds{300};  // which may be a moment's, and costs no pause
constexpr Duration kLongestClimb = seconds{20};
constexpr double kSameCeiling = 0.15;
// A queue at the server needs time to drain before another decrease is due.
constexpr Duration kDrain = milliseconds{500};
// Decreases for slow rounds without effect, until it is taken for normal: it is not our requests that make it slow.
constexpr int kFutileDecreases = 5;
constexpr Duration kLowest = seconds{30};
constexpr std::uint32_t kP99Answers = 100;
// Longer ones are left to the caller, who gets the error (see RetryPolicy).
constexpr Duration kLongestRetryAfter = seconds{60};
constexpr Duration kUnknown = Duration::max();

bool is_refusal(const TurnEnd& end) noexcept {
  return end.http_status == 429 || (end.http_status == 503 && end.retry_after > Duration::zero());
}

double in_seconds(Duration span) noexcept { return std::chrono::duration<double>(span).count(); }

}  // namespace

AdaptiveRate::AdaptiveRate(SteadyTime now, const AdaptiveRateOptions& options)
    : options_(options),
      rate_(std::clamp(options.first_rate, options.least_rate, options.most_rate)),
      changed_at_(SteadyTime::min()),
      resume_at_(now),
      paused_at_(now),
      throughput_(now),
      all_(now),
      news_(now),
      lowest_(kUnknown),
      lowest_before_(kUnknown),
      lowest_began_(now) {
  start_round(now);
}

std::size_t AdaptiveRate::inflight_limit() const noexcept {
  const double needed = 2 * rate_ * in_seconds(baseline() + options_.tolerance / 2);
  return std::clamp(static_cast<std::size_t>(std::ceil(needed)), options_.least_inflight, options_.most_inflight);
}

Duration AdaptiveRate::baseline() const noexcept {
  const Duration lowest = std::min(lowest_, lowest_before_);
  return lowest == kUnknown ? Duration::zero() : lowest;
}

AdaptiveRate::Decision AdaptiveRate::answered(SteadyTime now, const TurnEnd& end) {
  const SteadyTime sent = now - end.took;
  const bool is_news = sent > changed_at_;
  if (is_refusal(end)) {
    pause(now, std::min(end.retry_after, kLongestRetryAfter));
    return is_news ? decrease(now, Decision::decrease_throttled) : Decision::none;
  }
  if (end.http_status != 0 && end.http_status < 500) throughput_.add(active_time(now));
  // No answer for long is a slow one; no answer at once is a matter of the network.
  if (end.untypical() || (end.http_status == 0 && end.took < options_.objective)) return Decision::none;
  all_.add(now, end.took);
  if (!is_news) return Decision::none;
  news_.add(now, end.took);
  round_.latency.add(end.took);
  round_.returned = round_.returned || sent > round_.began;
  return round_complete(now) ? end_round(now) : Decision::none;
}

void AdaptiveRate::pause(SteadyTime now, Duration retry_after) noexcept {
  if (now >= resume_at_) {
    paused_ += resume_at_ - paused_at_;
    paused_at_ = resume_at_ = now;
  }
  resume_at_ = std::max(resume_at_, now + retry_after);
}

// A time that stands still during pauses, which say nothing about what the server can do.
SteadyTime AdaptiveRate::active_time(SteadyTime now) const noexcept {
  return (now < resume_at_ ? paused_at_ : now - (resume_at_ - paused_at_)) - paused_;
}

bool AdaptiveRate::round_complete(SteadyTime now) const noexcept {
  return round_.returned && round_.latency.count() >= kRoundAnswers && now - round_.began >= kShortestRound;
}

void AdaptiveRate::start_round(SteadyTime now) noexcept {
  round_ = {};
  round_.began = now;
  busy_ = limited_ = false;
}

AdaptiveRate::Decision AdaptiveRate::end_round(SteadyTime now) {
  const Duration quartile = round_.latency.quantile(0.75);
  const Duration took = now - round_.began;
  const bool was_busy = busy_, was_limited = limited_;
  start_round(now);
  // Slow while less was asked for than allowed: not the doing of the rate.
  if (is_slow(quartile) && was_busy) {
    if (futile_ > 0 && now - changed_at_ < kDrain) return Decision::none;
    if (++futile_ <= kFutileDecreases) return decrease(now, Decision::decrease_latency);
    lowest_ = lowest_before_ = kUnknown;
  }
  futile_ = 0;
  learn_baseline(now, quartile);
  if (news_.count() >= kP99Answers && news_.quantile(0.99) > options_.objective) {
    return decrease(now, Decision::decrease_latency);
  }
  if (was_limited) return increase(took);
  settle_unused(now);
  return Decision::none;
}

void AdaptiveRate::learn_baseline(SteadyTime now, Duration quartile) noexcept {
  if (now - lowest_began_ >= kLowest) {
    lowest_before_ = now - lowest_began_ < 2 * kLowest ? lowest_ : kUnknown;
    lowest_ = kUnknown;
    lowest_began_ = now;
  }
  lowest_ = std::min(lowest_, quartile);
}

bool AdaptiveRate::is_slow(Duration quartile) const noexcept {
  if (lowest_ == kUnknown && lowest_before_ == kUnknown) return quartile > options_.objective;
  return quartile > baseline() + std::max(options_.tolerance, baseline());
}

AdaptiveRate::Decision AdaptiveRate::increase(Duration round) noexcept {
  const double before = rate_;
  if (doubling_) {
    rate_ *= 2;
  } else {
    climbed_ += std::min(round, kLongestRound);
    const double past = climbed_ / std::chrono::duration<double, SteadyTime::period>(climb_) - 1;
    rate_ = std::max(rate_, ceiling_ * (1 + depth_ * past * past * past));
    // As far beyond the ceiling as the cut went below it: what held it there is gone, and the next one is looked for
    // with less patience. Without a sign at twice a ceiling there is none.
    if (past >= 1 && climb_ > kFirstClimb) {
      ceiling_ = rate_;
      climb_ = climbed_ = kFirstClimb;
    }
    if (rate_ >= 2 * ceiling_) doubling_ = true;
  }
  rate_ = std::min(rate_, options_.most_rate);
  return rate_ > before ? Decision::increase : Decision::none;
}

// A rate that nobody uses is no knowledge: the next wave doubles its way up from what was.
void AdaptiveRate::settle_unused(SteadyTime now) noexcept {
  if (!doubling_) return;
  const double used = throughput_.peak(active_time(now), milliseconds{200});
  rate_ = std::min(rate_, std::max(options_.first_rate, 2 * used));
}

AdaptiveRate::Decision AdaptiveRate::decrease(SteadyTime now, Decision why) noexcept {
  const double seen =
      throughput_.peak(active_time(now), doubling_ ? Duration{milliseconds{200}} : Duration{seconds{1}});
  const double deepest =
      doubling_ ? std::max(kDeepestFromDoubling * rate_, std::min(options_.first_rate, rate_ / 2)) : kDeepest * rate_;
  const double limit = std::min(rate_, seen) * (why == Decision::decrease_throttled ? kBelowRefusal : 1);
  const bool again = ceiling_ > 0 && std::abs(limit - ceiling_) <= kSameCeiling * ceiling_;
  const double factor = again && futile_ < 2 ? kDecreaseAgain : kDecrease;
  const double cut = std::max({factor * limit, deepest, options_.least_rate});
  if (!again) known_since_ = now;
  const Duration first = why == Decision::decrease_throttled ? kFirstClimb : kFirstClimbFromSlowness;
  climb_ = std::clamp((now - known_since_) / 2, first, kLongestClimb);
  ceiling_ = std::max(limit, cut / factor);
  depth_ = 1 - factor;
  climbed_ = Duration::zero();
  rate_ = cut;
  doubling_ = false;
  changed_at_ = now;
  news_ = RecentLatencies(now);
  start_round(now);
  return why;
}

}  // namespace kyma::kube
