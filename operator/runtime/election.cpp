#include "operator/runtime/election.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "operator/base/duration.hpp"

namespace kyma::runtime {
namespace {

// By which tries are spread, so that replicas that were started together do not stay in step.
constexpr double kJitter = 1.2;
// The API holds 32 bits.
constexpr std::int64_t kMostTransitions = std::numeric_limits<std::int32_t>::max();

}  // namespace

std::string check(const ElectionTimes& times) {
  if (times.retry_period <= Duration::zero()) return "--leader-elect-retry-period must be more than 0";
  if (static_cast<double>(times.renew_deadline.count()) <= kJitter * static_cast<double>(times.retry_period.count())) {
    return fmt::format("--leader-elect-renew-deadline ({}) must be more than {} x --leader-elect-retry-period ({})",
                       format_duration(times.renew_deadline), kJitter, format_duration(times.retry_period));
  }
  if (times.lease_duration <= times.renew_deadline) {
    return fmt::format("--leader-elect-lease-duration ({}) must be more than --leader-elect-renew-deadline ({})",
                       format_duration(times.lease_duration), format_duration(times.renew_deadline));
  }
  return {};
}

Election::Election(std::string identity, ElectionTimes times) : identity_(std::move(identity)), times_(times) {}

void Election::observe(std::optional<Lease> lease, SteadyTime now) {
  lease_ = std::move(lease);
  // One that vanished frees nobody: its holder may not know yet.
  if (!lease_ || lease_->record == record_) return;
  record_ = lease_->record;
  changed_at_ = now;
}

void Election::win(Lease lease, SteadyTime sent) {
  observe(std::move(lease), sent);
  won_ = true;
  leads_until_ = sent + times_.renew_deadline;
}

std::optional<SteadyTime> Election::claimed_until() const noexcept {
  if (record_.holder.empty() || is_ours()) return std::nullopt;
  // A record without a duration is no proper one: then what this process would claim.
  const Duration stands = record_.duration.count() > 0 ? Duration(record_.duration) : times_.lease_duration;
  return changed_at_ + stands;
}

LeaseRecord Election::claim(WallTime now) const {
  LeaseRecord record;
  record.holder = identity_;
  record.duration = std::chrono::ceil<std::chrono::seconds>(times_.lease_duration);
  record.renewed = now;
  const bool known = lease_ || !record_.holder.empty();
  record.acquired = is_ours() && record_.acquired != kNoTime ? record_.acquired : now;
  record.transitions =
      std::clamp<std::int64_t>(record_.transitions + (known && !is_ours() ? 1 : 0), 0, kMostTransitions);
  return record;
}

LeaseRecord Election::release(WallTime now) const {
  return {.holder = {},
          .duration = std::chrono::seconds{1},
          .acquired = now,
          .renewed = now,
          .transitions = record_.transitions};
}

}  // namespace kyma::runtime
