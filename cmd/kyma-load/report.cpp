#include "cmd/kyma-load/report.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <string_view>
#include <utility>

#include "operator/base/version.hpp"
#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::load {
namespace {

constexpr std::string_view kNoState = "unseen";  // the operator has not written a status yet
constexpr std::array kKymaStates{api::KymaState::none, api::KymaState::reconciling, api::KymaState::success,
                                 api::KymaState::error};

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

std::string_view name_of(std::string_view state) { return state.empty() ? kNoState : state; }

std::size_t count(const KymaCounts& counts, api::KymaState state) { return counts[static_cast<std::size_t>(state)]; }
std::size_t count(const ComponentCounts& counts, api::ComponentState state) {
  return counts[static_cast<std::size_t>(state)];
}

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

void add_missing(std::string& text, const Figures& figures) {
  if (figures.success < figures.created) {
    std::string missing = missing_by_state(kKymaStates, figures.kymas_by_state);
    if (figures.deleted > 0) missing += fmt::format("{}{} deleted", missing.empty() ? "" : ", ", figures.deleted);
    row(text, "missing", "Kymas: {}", missing);
    const std::string components = missing_by_state(api::kComponentStates, figures.components_by_state);
    if (!components.empty()) row(text, "", "components: {}", components);
  }
  const std::size_t untried = figures.requested - figures.created - figures.failed;
  if (untried > 0) row(text, "not created", "{} Kymas", untried);
  if (figures.ending == Ending::timed_out && figures.created > 0 &&
      count(figures.kymas_by_state, api::KymaState::none) == figures.created) {
    row(text, "", "no Kyma was given a status: is the operator running, and does it watch this namespace?");
  }
  for (const auto& [reason, group] : figures.failures) {
    row(text, "failed", "{} x {}: {}", group.count, reason, group.first);
  }
}

void add_times(std::string& text, const Workload& workload, const Figures& figures) {
  row(text, "creation", "{:.2f} s, {:.1f} Kymas/s", seconds(figures.creation_time), figures.creation_rate);
  if (figures.first_success && figures.last_success) {
    row(text, "success", "first after {:.2f} s, last after {:.2f} s", seconds(*figures.first_success),
        seconds(*figures.last_success));
  }
  if (const auto& times = figures.time_to_success) {
    row(text, "time to success", "p50 {:.2f} s, p90 {:.2f} s, p99 {:.2f} s, max {:.2f} s", seconds(times->p50),
        seconds(times->p90), seconds(times->p99), seconds(times->max));
  }
  const std::string& longest = workload.longest_name().name;
  row(text, "physical limit", "{:.0f} s (1 + 3 x {} for {})", seconds(figures.limit), longest.size(), longest);
  if (const auto& times = figures.time_to_success) {
    row(text, "", "p50 is {:.3f} x, max is {:.3f} x the limit", seconds(times->p50) / seconds(figures.limit),
        seconds(times->max) / seconds(figures.limit));
  }
  row(text, "total", "{:.2f} s", seconds(figures.total));
  row(text, "own lag", "at most {:.3f} s", seconds(figures.max_loop_lag));
}

void write_seconds(json::Writer& writer, std::string_view key, const std::optional<Duration>& duration) {
  writer.key(key);
  if (duration) {
    writer.raw(fmt::format("{:.3f}", seconds(*duration)));
  } else {
    writer.null();
  }
}

void write_options(json::Writer& writer, const Options& options) {
  writer.key("options").object([&] {
    writer.key("kymas").integer(static_cast<std::int64_t>(options.kymas));
    writer.key("namespace").string(options.name_space);
    writer.key("namePrefix").string(options.name_prefix);
    writer.key("components").array([&] {
      for (const auto& component : options.components) {
        writer.object([&] {
          writer.key("name").string(component.name);
          if (!component.name_space.empty()) writer.key("namespace").string(component.name_space);
        });
      }
    });
    writer.key("qps").raw(fmt::format("{}", options.qps));
    writer.key("burst").raw(fmt::format("{}", options.burst));
    writer.key("concurrency").integer(static_cast<std::int64_t>(options.concurrency));
    write_seconds(writer, "timeoutSeconds", options.timeout);
    writer.key("watchComponents").boolean(options.watch_components);
    writer.key("cleanup").boolean(options.cleanup);
  });
}

template <class States, class Counts>
void write_counts(json::Writer& writer, const States& states, const Counts& counts) {
  for (const auto state : states) {
    writer.key(name_of(api::to_string(state))).integer(static_cast<std::int64_t>(count(counts, state)));
  }
}

void write_kymas(json::Writer& writer, const Figures& figures) {
  writer.key("kymas").object([&] {
    writer.key("requested").integer(static_cast<std::int64_t>(figures.requested));
    writer.key("created").integer(static_cast<std::int64_t>(figures.created));
    writer.key("failed").integer(static_cast<std::int64_t>(figures.failed));
    writer.key("byState").object([&] {
      write_counts(writer, kKymaStates, figures.kymas_by_state);
      writer.key("deleted").integer(static_cast<std::int64_t>(figures.deleted));
    });
  });
  writer.key("components").object([&] {
    writer.key("expected").integer(static_cast<std::int64_t>(figures.components_expected));
    writer.key("byState");
    if (figures.components_watched) {
      writer.object([&] { write_counts(writer, api::kComponentStates, figures.components_by_state); });
    } else {
      writer.null();
    }
  });
}

void write_times(json::Writer& writer, const Figures& figures) {
  write_seconds(writer, "creationSeconds", figures.creation_time);
  writer.key("creationsPerSecond").raw(fmt::format("{:.3f}", figures.creation_rate));
  write_seconds(writer, "firstSuccessSeconds", figures.first_success);
  write_seconds(writer, "lastSuccessSeconds", figures.last_success);
  writer.key("timeToSuccessSeconds");
  if (const auto& times = figures.time_to_success) {
    writer.object([&] {
      write_seconds(writer, "p50", times->p50);
      write_seconds(writer, "p90", times->p90);
      write_seconds(writer, "p99", times->p99);
      write_seconds(writer, "max", times->max);
    });
  } else {
    writer.null();
  }
  write_seconds(writer, "limitSeconds", figures.limit);
  write_seconds(writer, "totalSeconds", figures.total);
  write_seconds(writer, "maxLoopLagSeconds", figures.max_loop_lag);
}

}  // namespace

std::string to_text(const RunInfo& info, const Workload& workload, const Figures& figures) {
  std::string text = fmt::format("Run {} on {}, namespace {}: {}\n", workload.run_id(), info.server,
                                 info.options.name_space, to_string(figures.ending));
  row(text, "Kymas", "{} of {} in success", figures.success, figures.requested);
  if (figures.components_watched) {
    row(text, "components", "{} of {} in success", count(figures.components_by_state, api::ComponentState::success),
        figures.requested * workload.components().size());
  }
  add_missing(text, figures);
  add_times(text, workload, figures);
  return text;
}

std::string to_json(const RunInfo& info, const Workload& workload, const Figures& figures) {
  json::Writer writer;
  writer.object([&] {
    writer.key("program").string("kyma-load");
    writer.key("version").string(version());
    writer.key("commit").string(commit());
    writer.key("runId").string(workload.run_id());
    writer.key("server").string(info.server);
    writer.key("startedAt").string(kube::format_micro_time(info.started_at));
    writer.key("result").string(to_string(figures.ending));
    write_options(writer, info.options);
    write_kymas(writer, figures);
    write_times(writer, figures);
    writer.key("failures").array([&] {
      for (const auto& [reason, group] : figures.failures) {
        writer.object([&] {
          writer.key("reason").string(reason);
          writer.key("count").integer(static_cast<std::int64_t>(group.count));
          writer.key("message").string(group.first);
        });
      }
    });
  });
  return writer.str() + "\n";
}

}  // namespace kyma::load
