#include "cmd/kyma-load/measures.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>

namespace kyma::load {
namespace {

using Value = std::optional<double>;

constexpr double kMib = 1024 * 1024;
constexpr std::string_view kNoSuccess = "nothing reached success";
constexpr std::string_view kNoComponents = "no transition of a component was seen, which needs --watch-components";
constexpr std::string_view kNoChanges = "only --scenario churn changes Kymas";
constexpr std::string_view kNoDaemon =
    "the daemon's metrics could not be read; name them with --daemon-metrics http://HOST:PORT/metrics";
constexpr std::string_view kNoServer =
    "the API server's metrics could not be read; the user of the kubeconfig needs "
    "the right to get the non-resource URL /metrics";
constexpr std::string_view kNoProcess = "the API server has no process_* metrics, or they could not be read";
constexpr std::string_view kAlways;

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }
Value seconds(const std::optional<Duration>& duration) { return duration ? Value(seconds(*duration)) : Value(); }

template <Duration Quantiles::*Which>
Value of(const std::optional<Quantiles>& quantiles) {
  return quantiles ? Value(seconds((*quantiles).*Which)) : Value();
}

template <Duration Quantiles::*Which>
Value success(const Figures& f) {
  return of<Which>(f.time_to_success);
}
template <Duration Quantiles::*Which>
Value component_success(const Figures& f) {
  return of<Which>(f.component_time_to_success);
}
template <Duration Quantiles::*Which>
Value change_success(const Figures& f) {
  return f.churn ? of<Which>(f.churn->time_to_success) : Value();
}
template <Duration Quantiles::*Which>
Value lateness(const Figures& f) {
  return f.lateness ? Value(seconds(f.lateness->quantiles.*Which)) : Value();
}
template <Duration Quantiles::*Which>
Value request(const Figures& f) {
  return of<Which>(f.requests.latency);
}

template <auto Member>
Value daemon(const Figures& f) {
  return f.daemon ? Value((*f.daemon).*Member) : Value();
}
template <auto Member>
Value server(const Figures& f) {
  return f.server ? Value((*f.server).*Member) : Value();
}

// Not every server tells of its process.
bool knows_process(const Figures& f) { return f.server && f.server->peak_resident_bytes > 0; }

Value percent(double part, double whole) { return whole > 0 ? 100 * part / whole : 0; }

constexpr auto kP50 = &Quantiles::p50;
constexpr auto kP90 = &Quantiles::p90;
constexpr auto kP99 = &Quantiles::p99;
constexpr auto kMax = &Quantiles::max;

// Times are noisy by the interval at which things are looked at, sizes by what an allocator keeps.
constexpr double kShort = 0.05;
constexpr double kMegabytes = 2;
// Told by another figure, or no merit of its own.
constexpr double kNeverJudged = std::numeric_limits<double>::infinity();

const std::array kMeasures{
    Measure{"total-seconds", "until the run ended", kAlways, true, 0.2,
            [](const Figures& f) -> Value { return seconds(f.total); }},
    Measure{"creation-seconds", "until the last creation was acknowledged", kAlways, true, 0.2,
            [](const Figures& f) -> Value { return seconds(f.creation_time); }},
    Measure{"last-success-seconds", "until the last Kyma was in success", kNoSuccess, true, 0.2,
            [](const Figures& f) { return seconds(f.last_success); }},
    Measure{"creations-per-second", "acknowledged creations a second", kAlways, false, kNeverJudged,
            [](const Figures& f) -> Value { return f.creation_rate; }},
    Measure{"time-to-success-p50-seconds", "per Kyma, from its acknowledged creation", kNoSuccess, true, kShort,
            success<kP50>},
    Measure{"time-to-success-p90-seconds", "", kNoSuccess, true, kShort, success<kP90>},
    Measure{"time-to-success-p99-seconds", "", kNoSuccess, true, kShort, success<kP99>},
    Measure{"time-to-success-max-seconds", "", kNoSuccess, true, kShort, success<kMax>},
    Measure{"component-time-to-success-p50-seconds", "per component, from the same instant", kNoComponents, true,
            kShort, component_success<kP50>},
    Measure{"component-time-to-success-p90-seconds", "", kNoComponents, true, kShort, component_success<kP90>},
    Measure{"component-time-to-success-p99-seconds", "", kNoComponents, true, kShort, component_success<kP99>},
    Measure{"component-time-to-success-max-seconds", "", kNoComponents, true, kShort, component_success<kMax>},
    Measure{"change-to-success-p50-seconds", "per changed Kyma, from its acknowledged change", kNoChanges, true, kShort,
            change_success<kP50>},
    Measure{"change-to-success-p99-seconds", "", kNoChanges, true, kShort, change_success<kP99>},
    Measure{"change-to-success-max-seconds", "", kNoChanges, true, kShort, change_success<kMax>},
    Measure{"lateness-p50-seconds", "per transition of a component: seen minus scheduled", kNoComponents, true, kShort,
            lateness<kP50>},
    Measure{"lateness-p90-seconds", "", kNoComponents, true, kShort, lateness<kP90>},
    Measure{"lateness-p99-seconds", "", kNoComponents, true, kShort, lateness<kP99>},
    Measure{"lateness-max-seconds", "", kNoComponents, true, kShort, lateness<kMax>},
    Measure{"failures", "failed creations, changes and deletions, and Kymas deleted by others", kAlways, true, 0,
            [](const Figures& f) -> Value {
              return static_cast<double>(f.failed + f.deleted + (f.churn ? f.churn->failed : 0));
            }},
    Measure{"requests", "own requests, watches excepted", kAlways, true, kNeverJudged,
            [](const Figures& f) -> Value { return static_cast<double>(f.requests.count); }},
    Measure{"throttled-percent", "own requests answered 429", kAlways, true, 0.1,
            [](const Figures& f) {
              return percent(static_cast<double>(f.requests.throttled), static_cast<double>(f.requests.count));
            }},
    Measure{"request-p50-seconds", "own requests' answers", kAlways, true, kShort, request<kP50>},
    Measure{"request-p99-seconds", "", kAlways, true, kShort, request<kP99>},
    Measure{"request-max-seconds", "", kAlways, true, kShort, request<kMax>},
    Measure{"queue-p99-seconds", "what is ready waits for a worker of the daemon", kNoDaemon, true, kShort,
            [](const Figures& f) { return f.daemon ? f.daemon->queue_p99_seconds : Value(); }},
    Measure{"queue-depth-max", "the daemon's queues together", kNoDaemon, true, 10,
            daemon<&DaemonTotals::peak_queue_depth>},
    Measure{"daemon-request-p99-seconds", "answers to the daemon's requests", kNoDaemon, true, kShort,
            [](const Figures& f) { return f.daemon ? f.daemon->request_p99_seconds : Value(); }},
    Measure{"daemon-requests", "", kNoDaemon, true, 10, daemon<&DaemonTotals::requests>},
    Measure{"daemon-throttled-percent", "the daemon's requests answered 429", kNoDaemon, true, 0.1,
            [](const Figures& f) { return f.daemon ? percent(f.daemon->throttled, f.daemon->requests) : Value(); }},
    Measure{"daemon-rss-mib", "the most that the daemon had resident", kNoDaemon, true, kMegabytes,
            [](const Figures& f) {
              return f.daemon ? Value(static_cast<double>(f.daemon->peak_resident_bytes) / kMib) : Value();
            }},
    Measure{"daemon-cpu-seconds", "", kNoDaemon, true, 0.2, daemon<&DaemonTotals::cpu_seconds>},
    Measure{"server-request-p99-seconds", "the API server's answers, watches excepted", kNoServer, true, kShort,
            [](const Figures& f) { return f.server ? f.server->request_p99_seconds : Value(); }},
    Measure{"server-requests", "", kNoServer, true, 10, server<&ServerTotals::requests>},
    Measure{"server-rss-mib", "the most that the API server had resident", kNoProcess, true, kMegabytes,
            [](const Figures& f) {
              return knows_process(f) ? Value(static_cast<double>(f.server->peak_resident_bytes) / kMib) : Value();
            }},
    Measure{"server-cpu-seconds", "", kNoProcess, true, 0.2,
            [](const Figures& f) { return knows_process(f) ? Value(f.server->cpu_seconds) : Value(); }},
    Measure{"loop-lag-max-seconds", "how late this program was itself", kAlways, true, 1,
            [](const Figures& f) -> Value { return seconds(f.max_loop_lag); }},
};

}  // namespace

std::span<const Measure> measures() { return kMeasures; }

const Measure* find_measure(std::string_view name) {
  const auto found = std::ranges::find(kMeasures, name, &Measure::name);
  return found == kMeasures.end() ? nullptr : &*found;
}

}  // namespace kyma::load
