#include "cmd/kyma-load/figures.hpp"

#include <algorithm>
#include <utility>

namespace kyma::load {
namespace {

void summarise_times(const Tracker& tracker, SteadyTime started, Figures& figures) {
  std::vector<Duration> times;
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
    // With nothing to install, the watch may be faster than the acknowledgement.
    times.push_back(std::max(at - record.created_at, Duration::zero()));
  }
  figures.creation_time = last_created - started;
  if (figures.creation_time > Duration::zero()) {
    figures.creation_rate =
        static_cast<double>(figures.created) / std::chrono::duration<double>(figures.creation_time).count();
  }
  if (first) figures.first_success = *first - started;
  if (last) figures.last_success = *last - started;
  figures.time_to_success = quantiles(std::move(times));
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

std::optional<Quantiles> quantiles(std::vector<Duration> values) {
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  const auto at_percent = [&values](std::size_t percent) {
    const std::size_t rank = (values.size() * percent + 99) / 100;
    return values[rank - 1];
  };
  return Quantiles{.p50 = at_percent(50), .p90 = at_percent(90), .p99 = at_percent(99), .max = values.back()};
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
  figures.components_expected = figures.created * workload.components().size();
  figures.components_by_state = tracker.components_by_state();
  figures.limit = workload.limit();
  figures.total = ended - started;
  figures.failures = tracker.failures();
  const bool complete = figures.success == figures.requested;
  figures.ending = ending == Ending::success && !complete ? Ending::failed : ending;
  summarise_times(tracker, started, figures);
  return figures;
}

}  // namespace kyma::load
