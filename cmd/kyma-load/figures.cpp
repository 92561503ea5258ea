#include "cmd/kyma-load/figures.hpp"

#include <algorithm>
#include <utility>

namespace kyma::load {
namespace {

void summarise_times(const Tracker& tracker, SteadyTime started, Figures& figures) {
  SteadyTime last_created = started;
  std::optional<SteadyTime> first;
  std::optional<SteadyTime> last;
  for (const KymaRecord& record : tracker.records()) {
    if (!record.acknowledged) continue;
    last_created = std::max(last_created, record.created_at);
    if (!record.success_at) continue;
    const SteadyTime at = *record.success_at;
    first = std::min(first.value_or(at), at);
    last = std::max(last.value_or(at), at);
  }
  figures.creation_time = last_created - started;
  if (figures.creation_time > Duration::zero()) {
    figures.creation_rate =
        static_cast<double>(figures.created) / std::chrono::duration<double>(figures.creation_time).count();
  }
  if (first) figures.first_success = *first - started;
  if (last) figures.last_success = *last - started;
  figures.time_to_success = quantiles(times_to_success(tracker));
}

}  // namespace

std::string_view to_string(Ending ending) noexcept {
  switch (ending) {
    case Ending::success: return "success";
    case Ending::failed: return "failed";
    case Ending::timed_out: return "timeout";
    case Ending::interrupted: return "interrupted";
  }
  return "";
}

std::vector<Duration> times_to_success(const Tracker& tracker) {
  std::vector<Duration> times;
  for (const KymaRecord& record : tracker.records()) {
    if (!record.acknowledged || !record.success_at) continue;
    // With nothing to install, the watch may be faster than the acknowledgement.
    times.push_back(std::max(*record.success_at - record.created_at, Duration::zero()));
  }
  return times;
}

Figures summarise(const Tracker& tracker, const Workload& workload, SteadyTime started, SteadyTime ended,
                  Ending ending) {
  Figures figures;
  figures.requested = workload.kymas();
  figures.created = tracker.created();
  figures.failed = tracker.failed();
  figures.success = tracker.success();
  figures.deleted = tracker.deleted();
  figures.kymas_by_state = tracker.kymas_by_state();
  figures.components_expected = (figures.created - tracker.removing()) * workload.components().size();
  figures.components_by_state = tracker.components().by_state();
  figures.component_time_to_success = tracker.component_times().quantiles();
  if (const auto late = tracker.components().lateness().quantiles()) {
    const LatencyHistogram& lateness = tracker.components().lateness();
    figures.lateness = Lateness{.transitions = lateness.count(), .quantiles = *late, .min = lateness.min()};
  }
  figures.limit = workload.limit();
  figures.total = ended - started;
  figures.failures = tracker.failures();
  const bool complete = figures.success + tracker.removing() == figures.requested;
  figures.ending = ending == Ending::success && !complete ? Ending::failed : ending;
  summarise_times(tracker, started, figures);
  return figures;
}

Churn summarise_churn(const Tracker& tracker, bool components_watched) {
  Churn churn;
  churn.changed = tracker.changes();
  churn.removed = tracker.removals();
  churn.removed_gone = tracker.removed_gone();
  churn.failed = tracker.failed_operations();
  churn.time_to_success = tracker.change_times().quantiles();
  for (std::size_t index = 0; index < tracker.records().size(); ++index) {
    const KymaRecord& record = tracker.records()[index];
    if (record.revision == 0 || record.removing || record.deleted) continue;
    ++churn.survivors_changed;
    const bool reached = record.current_state() == api::KymaState::success;
    const bool renewed = !components_watched || tracker.components().reconciled(index, record.revision);
    if (reached && renewed) ++churn.survivors_reconciled;
  }
  return churn;
}

}  // namespace kyma::load
