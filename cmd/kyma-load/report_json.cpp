#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "cmd/kyma-load/measures.hpp"
#include "cmd/kyma-load/objectives.hpp"
#include "cmd/kyma-load/report.hpp"
#include "operator/base/version.hpp"
#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::load {
namespace {

constexpr int kFormat = 2;  // of the report; 1 had no measures, samples and verdicts

double in_seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

void write_count(json::Writer& writer, std::string_view key, std::uint64_t number) {
  writer.key(key).integer(static_cast<std::int64_t>(number));
}

// What is no number has no place in JSON.
void write_number(json::Writer& writer, std::string_view key, const std::optional<double>& number) {
  writer.key(key);
  if (number && std::isfinite(*number)) {
    writer.raw(fmt::format("{}", *number));
  } else {
    writer.null();
  }
}

void write_seconds(json::Writer& writer, std::string_view key, const std::optional<Duration>& duration) {
  writer.key(key);
  if (duration) {
    writer.raw(fmt::format("{:.3f}", in_seconds(*duration)));
  } else {
    writer.null();
  }
}

void write_micros(json::Writer& writer, std::string_view key, Duration duration) {
  writer.key(key).raw(fmt::format("{:.6f}", in_seconds(duration)));
}

void write_quantiles(json::Writer& writer, std::string_view key, const std::optional<Quantiles>& times) {
  writer.key(key);
  if (!times) {
    writer.null();
    return;
  }
  writer.object([&] {
    write_seconds(writer, "p50", times->p50);
    write_seconds(writer, "p90", times->p90);
    write_seconds(writer, "p99", times->p99);
    write_seconds(writer, "max", times->max);
  });
}

void write_scenario(json::Writer& writer, const Options& options) {
  writer.key("scenario").string(to_string(options.scenario));
  const bool has_rate = options.scenario == Scenario::steady || options.scenario == Scenario::churn;
  const bool has_batches = options.scenario == Scenario::batches;
  write_number(writer, "rate", has_rate ? std::optional(options.rate) : std::nullopt);
  write_number(writer, "batchSize",
               has_batches ? std::optional(static_cast<double>(options.batch_size)) : std::nullopt);
  write_seconds(writer, "batchIntervalSeconds", has_batches ? options.batch_interval : std::nullopt);
  write_seconds(writer, "durationSeconds",
                options.scenario == Scenario::churn ? std::optional(options.duration) : std::nullopt);
}

void write_options(json::Writer& writer, const Options& options) {
  writer.key("options").object([&] {
    write_count(writer, "kymas", options.kymas);
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
    write_scenario(writer, options);
    write_number(writer, "qps", options.qps);
    write_number(writer, "burst", options.burst);
    write_count(writer, "concurrency", options.concurrency);
    write_seconds(writer, "timeoutSeconds", options.timeout);
    writer.key("watchComponents").boolean(options.watch_components);
    writer.key("cleanup").boolean(options.cleanup);
  });
}

template <class States, class Counts>
void write_counts(json::Writer& writer, const States& states, const Counts& counts) {
  for (const auto state : states) write_count(writer, name_of(api::to_string(state)), count(counts, state));
}

void write_kymas(json::Writer& writer, const Figures& figures) {
  writer.key("kymas").object([&] {
    write_count(writer, "requested", figures.requested);
    write_count(writer, "created", figures.created);
    write_count(writer, "failed", figures.failed);
    writer.key("byState").object([&] {
      write_counts(writer, kKymaStates, figures.kymas_by_state);
      write_count(writer, "deleted", figures.deleted);
    });
  });
  writer.key("components").object([&] {
    write_count(writer, "expected", figures.components_expected);
    writer.key("byState");
    if (figures.components_watched) {
      writer.object([&] { write_counts(writer, api::kComponentStates, figures.components_by_state); });
    } else {
      writer.null();
    }
  });
}

void write_churn(json::Writer& writer, const std::optional<Churn>& churn) {
  writer.key("churn");
  if (!churn) {
    writer.null();
    return;
  }
  writer.object([&] {
    write_count(writer, "changed", churn->changed);
    write_count(writer, "deleted", churn->removed);
    write_count(writer, "deletedAndGone", churn->removed_gone);
    write_count(writer, "failed", churn->failed);
    write_count(writer, "changedSurvivors", churn->survivors_changed);
    write_count(writer, "reconciledSurvivors", churn->survivors_reconciled);
    write_quantiles(writer, "changeToSuccessSeconds", churn->time_to_success);
  });
}

void write_lateness(json::Writer& writer, const std::optional<Lateness>& lateness) {
  writer.key("latenessSeconds");
  if (!lateness) {
    writer.null();
    return;
  }
  writer.object([&] {
    write_count(writer, "transitions", lateness->transitions);
    write_seconds(writer, "min", lateness->min);
    write_seconds(writer, "p50", lateness->quantiles.p50);
    write_seconds(writer, "p90", lateness->quantiles.p90);
    write_seconds(writer, "p99", lateness->quantiles.p99);
    write_seconds(writer, "max", lateness->quantiles.max);
  });
}

void write_times(json::Writer& writer, const Figures& figures) {
  write_seconds(writer, "creationSeconds", figures.creation_time);
  writer.key("creationsPerSecond").raw(fmt::format("{:.3f}", figures.creation_rate));
  write_seconds(writer, "firstSuccessSeconds", figures.first_success);
  write_seconds(writer, "lastSuccessSeconds", figures.last_success);
  write_quantiles(writer, "timeToSuccessSeconds", figures.time_to_success);
  write_quantiles(writer, "componentTimeToSuccessSeconds", figures.component_time_to_success);
  write_lateness(writer, figures.lateness);
  write_seconds(writer, "limitSeconds", figures.limit);
  write_seconds(writer, "totalSeconds", figures.total);
  write_seconds(writer, "maxLoopLagSeconds", figures.max_loop_lag);
}

void write_failures(json::Writer& writer, const Figures& figures) {
  writer.key("failures").array([&] {
    for (const auto& [reason, group] : figures.failures) {
      writer.object([&] {
        writer.key("reason").string(reason);
        write_count(writer, "count", group.count);
        writer.key("message").string(group.first);
      });
    }
  });
  writer.key("trouble").string(figures.trouble);
}

void write_measures(json::Writer& writer, const Figures& figures) {
  writer.key("measures").object([&] {
    for (const Measure& measure : measures()) write_number(writer, measure.name, measure.read(figures));
  });
}

void write_verdicts(json::Writer& writer, const std::vector<Verdict>& verdicts) {
  writer.key("verdicts").array([&] {
    for (const Verdict& verdict : verdicts) {
      writer.object([&] {
        writer.key("name").string(verdict.name);
        writer.key("operator").string(verdict.at_most ? "<=" : ">=");
        write_number(writer, "bound", verdict.bound);
        write_number(writer, "measured", verdict.measured);
        writer.key("passed").boolean(verdict.passed);
        writer.key("stated").boolean(verdict.stated);
        writer.key("note").string(verdict.note);
      });
    }
  });
}

void write_process(json::Writer& writer, const ProcessSample& process) {
  // Not every server tells of its process.
  const bool known = process.resident_bytes > 0;
  write_number(writer, "cpuSeconds", known ? std::optional(process.cpu_seconds) : std::nullopt);
  write_number(writer, "residentBytes",
               known ? std::optional(static_cast<double>(process.resident_bytes)) : std::nullopt);
}

void write_daemon(json::Writer& writer, const DaemonSample& daemon) {
  writer.key("daemon").object([&] {
    write_process(writer, daemon.process);
    write_number(writer, "queueDepthKymas", daemon.queue_depth_kymas);
    write_number(writer, "queueDepthComponents", daemon.queue_depth_components);
    write_number(writer, "queueP99Seconds", daemon.queue_p99_seconds);
    write_number(writer, "requests", daemon.requests_total);
    write_number(writer, "throttled", daemon.throttled_total);
    write_number(writer, "requestP99Seconds", daemon.request_p99_seconds);
    write_number(writer, "adaptiveQps", daemon.adaptive_qps);
  });
}

void write_sample(json::Writer& writer, const Sample& sample) {
  writer.object([&] {
    write_seconds(writer, "at", sample.at);
    writer.key("kymas").object([&] {
      write_count(writer, "created", sample.created);
      write_count(writer, "deleted", sample.deleted);
      write_counts(writer, kKymaStates, sample.kymas);
    });
    writer.key("components").object([&] { write_counts(writer, api::kComponentStates, sample.components); });
    writer.key("requests").object([&] {
      write_count(writer, "count", sample.requests.count);
      write_count(writer, "throttled", sample.requests.throttled);
      write_count(writer, "failed", sample.requests.failed);
      write_micros(writer, "p50", sample.requests.p50);
      write_micros(writer, "p99", sample.requests.p99);
    });
    if (sample.lateness_p99) write_micros(writer, "latenessP99", *sample.lateness_p99);
    if (sample.daemon) write_daemon(writer, *sample.daemon);
    if (!sample.server) return;
    writer.key("server").object([&] {
      write_process(writer, sample.server->process);
      write_number(writer, "requests", sample.server->requests_total);
      write_number(writer, "requestP99Seconds", sample.server->request_p99_seconds);
      write_number(writer, "objects", sample.server->objects);
    });
  });
}

void write_recording(json::Writer& writer, const Recording& recording) {
  writer.key("marks").array([&] {
    for (const Mark& mark : recording.marks) {
      writer.object([&] {
        write_seconds(writer, "at", mark.at);
        writer.key("text").string(mark.text);
      });
    }
  });
  writer.key("samples").array([&] {
    for (const Sample& sample : recording.samples) write_sample(writer, sample);
  });
}

}  // namespace

std::string to_json(const ReportData& data) {
  const Figures& figures = data.figures;
  json::Writer writer;
  writer.object([&] {
    writer.key("program").string("kyma-load");
    writer.key("format").integer(kFormat);
    writer.key("version").string(version());
    writer.key("commit").string(commit());
    writer.key("runId").string(data.info.run_id);
    writer.key("server").string(data.info.server);
    writer.key("serverVersion").string(data.info.server_version);
    writer.key("startedAt").string(kube::format_micro_time(data.info.started_at));
    writer.key("result").string(to_string(figures.ending));
    writer.key("passed").boolean(figures.ending == Ending::success && all_passed(data.verdicts));
    write_options(writer, data.info.options);
    write_kymas(writer, figures);
    write_churn(writer, figures.churn);
    write_times(writer, figures);
    write_failures(writer, figures);
    write_measures(writer, figures);
    write_verdicts(writer, data.verdicts);
    write_recording(writer, data.recording);
  });
  return writer.str() + "\n";
}

}  // namespace kyma::load
