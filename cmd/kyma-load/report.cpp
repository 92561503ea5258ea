#include "cmd/kyma-load/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

namespace kyma::load {
namespace {

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

// "12 reconciling, 3 error": what is there but not in success.
template <class States, class Counts>
std::string missing_by_state(const States& states, const Counts& counts) {
  std::string text;
  for (const auto state : states) {
    const std::size_t number = count(counts, state);
    if (number == 0 || api::to_string(state) == "success") continue;
    if (!text.empty()) text += ", ";
    text += fmt::format("{} {}", number, name_of(api::to_string(state)));
  }
  return text;
}

template <class... Args>
void row(std::string& text, std::string_view label, fmt::format_string<Args...> format, Args&&... args) {
  text += fmt::format("  {:<17}", label);
  fmt::format_to(std::back_inserter(text), format, std::forward<Args>(args)...);
  text += '\n';
}

std::size_t removed(const Figures& figures) { return figures.churn ? figures.churn->removed : 0; }

std::string in_words(const Quantiles& times) {
  return fmt::format("p50 {:.2f} s, p90 {:.2f} s, p99 {:.2f} s, max {:.2f} s", seconds(times.p50), seconds(times.p90),
                     seconds(times.p99), seconds(times.max));
}

void add_missing(std::string& text, const Figures& figures) {
  if (figures.success + removed(figures) < figures.created) {
    std::string missing = missing_by_state(kKymaStates, figures.kymas_by_state);
    if (figures.deleted > 0) missing += fmt::format("{}{} deleted", missing.empty() ? "" : ", ", figures.deleted);
    row(text, "missing", "Kymas: {}", missing);
    const std::string components = missing_by_state(api::kComponentStates, figures.components_by_state);
    if (!components.empty()) row(text, "", "components: {}", components);
  }
  const std::size_t tried = figures.created + figures.failed;
  if (tried < figures.requested) row(text, "not created", "{} Kymas", figures.requested - tried);
  if (figures.ending == Ending::timed_out && figures.created > 0 &&
      count(figures.kymas_by_state, api::KymaState::none) == figures.created) {
    row(text, "", "no Kyma was given a status: is the operator running, and does it watch this namespace?");
  }
  for (const auto& [reason, group] : figures.failures) {
    row(text, "failed", "{} x {}: {}", group.count, reason, group.first);
  }
  if (!figures.trouble.empty()) row(text, "failed", "{}", figures.trouble);
}

void add_churn(std::string& text, const Churn& churn) {
  row(text, "deleted", "{} Kymas, {} of them gone with all of their components", churn.removed, churn.removed_gone);
  row(text, "changed", "{} times; of {} changed Kymas that stayed, {} were reconciled again", churn.changed,
      churn.survivors_changed, churn.survivors_reconciled);
  if (churn.time_to_success) row(text, "after changes", "{}", in_words(*churn.time_to_success));
}

void add_times(std::string& text, const ReportData& data) {
  const Figures& figures = data.figures;
  row(text, "creation", "{:.2f} s, {:.1f} Kymas/s", seconds(figures.creation_time), figures.creation_rate);
  if (figures.first_success && figures.last_success) {
    row(text, "success", "first after {:.2f} s, last after {:.2f} s", seconds(*figures.first_success),
        seconds(*figures.last_success));
  }
  if (figures.time_to_success) row(text, "time to success", "{}", in_words(*figures.time_to_success));
  if (figures.component_time_to_success) {
    row(text, "", "{} (per component)", in_words(*figures.component_time_to_success));
  }
  const std::string& longest = data.workload.longest_name;
  row(text, "physical limit", "{:.0f} s (1 + 3 x {} for {})", seconds(figures.limit), longest.size(), longest);
  if (const auto& times = figures.time_to_success) {
    row(text, "", "p50 is {:.3f} x, max is {:.3f} x the limit", seconds(times->p50) / seconds(figures.limit),
        seconds(times->max) / seconds(figures.limit));
  }
  if (const auto& late = figures.lateness) {
    row(text, "lateness", "p50 {:.3f} s, p99 {:.3f} s, max {:.3f} s of {} transitions", seconds(late->quantiles.p50),
        seconds(late->quantiles.p99), seconds(late->quantiles.max), late->transitions);
    if (late->min < Duration::zero()) {
      row(text, "", "this machine's clock is behind the operator's by at least {:.3f} s; add that",
          -seconds(late->min));
    }
  }
  row(text, "total", "{:.2f} s", seconds(figures.total));
  row(text, "own lag", "at most {:.3f} s", seconds(figures.max_loop_lag));
}

std::string mebibytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1024 * 1024));
}

std::string in_seconds(const std::optional<double>& value) {
  return value ? fmt::format("{:.3f} s", *value) : "unknown";
}

void add_load(std::string& text, const Figures& figures) {
  const RequestTotals& own = figures.requests;
  if (own.count > 0) {
    row(text, "own requests", "{}, {} throttled, {} failed; p50 {:.3f} s, p99 {:.3f} s", own.count, own.throttled,
        own.failed, seconds(own.latency.value_or(Quantiles{}).p50), seconds(own.latency.value_or(Quantiles{}).p99));
  }
  if (const auto& daemon = figures.daemon) {
    row(text, "daemon",
        "{} at most, {:.1f} s of CPU; {:.0f} requests, {:.0f} throttled, p99 {}; queue {:.0f} at most, p99 {}",
        mebibytes(daemon->peak_resident_bytes), daemon->cpu_seconds, daemon->requests, daemon->throttled,
        in_seconds(daemon->request_p99_seconds), daemon->peak_queue_depth, in_seconds(daemon->queue_p99_seconds));
  }
  if (const auto& server = figures.server) {
    const std::string process =
        server->peak_resident_bytes > 0
            ? fmt::format("{} at most, {:.1f} s of CPU; ", mebibytes(server->peak_resident_bytes), server->cpu_seconds)
            : "";
    row(text, "API server", "{}{:.0f} requests, p99 {}", process, server->requests,
        in_seconds(server->request_p99_seconds));
  }
}

void add_verdicts(std::string& text, const std::vector<Verdict>& verdicts) {
  for (const Verdict& verdict : verdicts) {
    const std::string bound = fmt::format("{} {} {}", verdict.name, verdict.at_most ? "<=" : ">=", verdict.bound);
    if (verdict.measured) {
      const char* const missed = verdict.stated ? "FAIL" : "WARN";
      row(text, verdict.passed ? "PASS" : missed, "{}: {:.3f}", bound, *verdict.measured);
    } else {
      row(text, "FAIL", "{}: not measured; {}", bound, verdict.note);
    }
  }
}

}  // namespace

std::string to_text(const ReportData& data) {
  const Figures& figures = data.figures;
  std::string text =
      fmt::format("Run {} on {}, namespace {}, {}: {}\n", data.info.run_id, data.info.server,
                  data.info.options.name_space, to_string(data.info.options.scenario), to_string(figures.ending));
  const std::size_t expected = figures.requested - std::min(figures.requested, removed(figures));
  row(text, "Kymas", "{} of {} in success", figures.success, expected);
  if (figures.components_watched) {
    row(text, "components", "{} of {} in success", count(figures.components_by_state, api::ComponentState::success),
        expected * data.workload.components.size());
  }
  if (figures.churn) add_churn(text, *figures.churn);
  add_missing(text, figures);
  add_times(text, data);
  add_load(text, figures);
  add_verdicts(text, data.verdicts);
  return text;
}

}  // namespace kyma::load
