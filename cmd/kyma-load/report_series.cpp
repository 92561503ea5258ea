#include "cmd/kyma-load/report_series.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <utility>

namespace kyma::load {
namespace {

constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();
constexpr std::string_view kNoDaemon = "the daemon's metrics were not read";
constexpr std::string_view kNoSamples = "nothing was sampled";

Plot empty_plot(const ReportData& data, std::string title, std::string note, Unit unit) {
  Plot plot{.title = std::move(title), .note = std::move(note), .unit = unit};
  double end = to_seconds(data.figures.total);
  for (const Sample& sample : data.recording.samples) {
    plot.at.push_back(std::max(to_seconds(sample.at), 0.0));
    end = std::max(end, plot.at.back());
  }
  plot.time = time_axis(end);
  for (const Mark& mark : data.recording.marks) plot.marks.push_back({to_seconds(mark.at), mark.text});
  return plot;
}

template <class F>
Values values_of(const ReportData& data, F&& value) {
  Values values;
  values.reserve(data.recording.samples.size());
  for (const Sample& sample : data.recording.samples) values.push_back(static_cast<double>(value(sample)));
  return values;
}

// What `value` says of the daemon, where there is one.
template <class F>
Values of_daemon(const ReportData& data, F&& value) {
  return values_of(data, [&](const Sample& sample) { return sample.daemon ? double{value(*sample.daemon)} : kAbsent; });
}

template <class F>
Values of_server(const ReportData& data, F&& value) {
  return values_of(data, [&](const Sample& sample) { return sample.server ? double{value(*sample.server)} : kAbsent; });
}

// How fast a counter grows, from each sample that has it to the next. A counter that fell was restarted: what it lost
// is not known.
Values rates(const ReportData& data, const Values& counter) {
  Values rates(counter.size(), kAbsent);
  double before = kAbsent;
  double before_at = 0;
  for (std::size_t i = 0; i < counter.size(); ++i) {
    if (is_absent(counter[i])) continue;
    const double at = to_seconds(data.recording.samples[i].at);
    if (!is_absent(before) && counter[i] >= before && at > before_at) {
      rates[i] = (counter[i] - before) / (at - before_at);
    }
    before = counter[i];
    before_at = at;
  }
  return rates;
}

// Counts within each sample's interval, per second.
template <class F>
Values own_rates(const ReportData& data, F&& count) {
  Values rates;
  Duration before{};
  for (const Sample& sample : data.recording.samples) {
    const double interval = to_seconds(sample.at - before);
    rates.push_back(interval > 0 ? static_cast<double>(count(sample.requests)) / interval : kAbsent);
    before = sample.at;
  }
  return rates;
}

bool any_above_zero(const Values& values) {
  return std::ranges::any_of(values, [](double value) { return value > 0; });
}

// For a series that is worth its place in the legend only when there was any.
void add_unless_zero(Plot& plot, Series series) {
  if (any_above_zero(series.values)) plot.series.push_back(std::move(series));
}

void add_if_present(Plot& plot, Series series) {
  if (!std::ranges::all_of(series.values, is_absent)) plot.series.push_back(std::move(series));
}

struct StateLook {
  api::ComponentState state;
  std::string_view name;
  Colour colour;
};

// From the bottom of the stack to its top.
constexpr std::array kStateLooks{
    StateLook{api::ComponentState::success, "success", Colour::green},
    StateLook{api::ComponentState::error, "error", Colour::vermillion},
    StateLook{api::ComponentState::failing, "failing", Colour::orange},
    StateLook{api::ComponentState::retrying, "retrying", Colour::purple},
    StateLook{api::ComponentState::started, "started", Colour::blue},
    StateLook{api::ComponentState::pending, "pending", Colour::sky},
    StateLook{api::ComponentState::none, "unseen", Colour::grey},
};

PlotOrReason components_plot(const ReportData& data) {
  PlotOrReason result{empty_plot(data, "Components by state", "as the watch showed them", Unit::count), {}};
  Plot& plot = result.plot;
  plot.stacked = true;
  plot.wide = true;
  for (const StateLook& look : kStateLooks) {
    add_unless_zero(plot, {.name = std::string(look.name),
                           .colour = look.colour,
                           .values = values_of(data, [&](const Sample& sample) {
                             return sample.components[static_cast<std::size_t>(look.state)];
                           })});
  }
  result.why_absent = data.info.options.watch_components ? kNoSamples : "components were not watched";
  if (data.info.options.watch_components && !data.recording.samples.empty()) {
    result.why_absent = "the watch showed none";
  }
  return result;
}

PlotOrReason kymas_plot(const ReportData& data) {
  PlotOrReason result{empty_plot(data, "Kymas", "created, and how many of them are in success", Unit::count),
                      std::string(kNoSamples)};
  const auto in_state = [&data](api::KymaState state) {
    return values_of(data, [state](const Sample& sample) { return sample.kymas[static_cast<std::size_t>(state)]; });
  };
  auto& series = result.plot.series;
  series.push_back({.name = "created", .colour = Colour::blue, .values = values_of(data, [](const Sample& sample) {
                                                                 return sample.created;
                                                               })});
  series.push_back(
      {.name = "in success", .colour = Colour::green, .values = in_state(api::KymaState::success), .filled = true});
  add_unless_zero(result.plot,
                  {.name = "in error", .colour = Colour::vermillion, .values = in_state(api::KymaState::error)});
  add_unless_zero(result.plot, {.name = "deleted",
                                .colour = Colour::grey,
                                .values = values_of(data, [](const Sample& sample) { return sample.deleted; }),
                                .dashed = true});
  return result;
}

PlotOrReason rate_plot(const ReportData& data) {
  PlotOrReason result{empty_plot(data, "Requests", "per second", Unit::per_second), std::string(kNoSamples)};
  Plot& plot = result.plot;
  add_if_present(plot, {.name = "kyma-load",
                        .colour = Colour::purple,
                        .values = own_rates(data, [](const RequestSample& requests) { return requests.count; })});
  add_unless_zero(plot, {.name = "kyma-load, throttled",
                         .colour = Colour::grey,
                         .values = own_rates(data, [](const RequestSample& requests) { return requests.throttled; }),
                         .dashed = true});
  add_unless_zero(plot, {.name = "kyma-load, failed",
                         .colour = Colour::vermillion,
                         .values = own_rates(data, [](const RequestSample& requests) { return requests.failed; })});
  const auto daemon = [&](double DaemonSample::*counter) {
    return rates(data, of_daemon(data, [&](const DaemonSample& sample) { return sample.*counter; }));
  };
  add_if_present(plot, {.name = "daemon", .colour = Colour::blue, .values = daemon(&DaemonSample::requests_total)});
  add_unless_zero(plot, {.name = "daemon, throttled",
                         .colour = Colour::sky,
                         .values = daemon(&DaemonSample::throttled_total),
                         .dashed = true});
  add_if_present(plot, {.name = "daemon, allowed",
                        .colour = Colour::green,
                        .values = of_daemon(
                            data, [](const DaemonSample& sample) { return sample.adaptive_qps.value_or(kAbsent); }),
                        .dashed = true});
  add_if_present(
      plot, {.name = "server",
             .colour = Colour::orange,
             .values = rates(data, of_server(data, [](const ServerSample& sample) { return sample.requests_total; }))});
  return result;
}

// A time of 0 stands for "no request in this interval".
double above_zero(double value) { return value > 0 ? value : kAbsent; }

Values own_latency(const ReportData& data, Duration RequestSample::*quantile) {
  return values_of(data, [quantile](const Sample& sample) {
    return sample.requests.count > 0 ? above_zero(to_seconds(sample.requests.*quantile)) : kAbsent;
  });
}

PlotOrReason latency_plot(const ReportData& data) {
  PlotOrReason result{empty_plot(data, "Latency of requests", "logarithmic", Unit::seconds), "no request was measured"};
  Plot& plot = result.plot;
  plot.logarithmic = true;
  add_if_present(plot, {.name = "kyma-load, p50",
                        .colour = Colour::purple,
                        .values = own_latency(data, &RequestSample::p50),
                        .dashed = true});
  add_if_present(
      plot, {.name = "kyma-load, p99", .colour = Colour::purple, .values = own_latency(data, &RequestSample::p99)});
  add_if_present(
      plot, {.name = "daemon, p99", .colour = Colour::blue, .values = of_daemon(data, [](const DaemonSample& sample) {
                                                              return above_zero(sample.request_p99_seconds);
                                                            })});
  add_if_present(
      plot, {.name = "server, p99", .colour = Colour::orange, .values = of_server(data, [](const ServerSample& sample) {
                                                                return above_zero(sample.request_p99_seconds);
                                                              })});
  return result;
}

PlotOrReason lateness_plot(const ReportData& data) {
  PlotOrReason result{empty_plot(data, "Lateness of transitions", "p99 of each second, logarithmic", Unit::seconds),
                      "no transition was measured"};
  result.plot.logarithmic = true;
  add_if_present(result.plot, {.name = "shown later than scheduled, p99",
                               .colour = Colour::green,
                               .values = values_of(data, [](const Sample& sample) {
                                 return sample.lateness_p99 ? above_zero(to_seconds(*sample.lateness_p99)) : kAbsent;
                               })});
  return result;
}

PlotOrReason depth_plot(const ReportData& data) {
  PlotOrReason result{empty_plot(data, "Depth of the daemon's queues", "items that are due", Unit::count),
                      std::string(kNoDaemon)};
  add_if_present(result.plot,
                 {.name = "components",
                  .colour = Colour::blue,
                  .values = of_daemon(data, [](const DaemonSample& sample) { return sample.queue_depth_components; }),
                  .filled = true});
  add_if_present(result.plot,
                 {.name = "Kymas", .colour = Colour::orange, .values = of_daemon(data, [](const DaemonSample& sample) {
                                                               return sample.queue_depth_kymas;
                                                             })});
  return result;
}

PlotOrReason wait_plot(const ReportData& data) {
  PlotOrReason result{empty_plot(data, "Time in the daemon's queues", "p99, logarithmic", Unit::seconds),
                      std::string(kNoDaemon)};
  result.plot.logarithmic = true;
  add_if_present(
      result.plot,
      {.name = "from due to taken, p99",
       .colour = Colour::blue,
       .values = of_daemon(data, [](const DaemonSample& sample) { return above_zero(sample.queue_p99_seconds); })});
  return result;
}

// Why nothing is known of the processes, or of what the server stores.
std::string why_unknown(const ReportData& data, bool of_both) {
  const auto& samples = data.recording.samples;
  const bool daemon = of_both && std::ranges::any_of(samples, [](const Sample& sample) { return !!sample.daemon; });
  const bool server = std::ranges::any_of(samples, [](const Sample& sample) { return !!sample.server; });
  if (daemon || server) return "the metrics that were read do not say it";
  return of_both ? "neither the daemon's nor the server's metrics were read" : "the server's metrics were not read";
}

PlotOrReason memory_plot(const ReportData& data) {
  PlotOrReason result{empty_plot(data, "Memory", "resident", Unit::bytes), why_unknown(data, true)};
  const auto resident = [](const auto& sample) { return static_cast<double>(sample.process.resident_bytes); };
  add_unless_zero(result.plot,
                  {.name = "daemon", .colour = Colour::blue, .values = of_daemon(data, resident), .filled = true});
  add_unless_zero(result.plot, {.name = "server", .colour = Colour::orange, .values = of_server(data, resident)});
  return result;
}

PlotOrReason cpu_plot(const ReportData& data) {
  PlotOrReason result{empty_plot(data, "CPU", "cores in use", Unit::cores), why_unknown(data, true)};
  const auto used = [](const auto& sample) { return sample.process.cpu_seconds; };
  add_if_present(
      result.plot,
      {.name = "daemon", .colour = Colour::blue, .values = rates(data, of_daemon(data, used)), .filled = true});
  add_unless_zero(result.plot,
                  {.name = "server", .colour = Colour::orange, .values = rates(data, of_server(data, used))});
  return result;
}

PlotOrReason objects_plot(const ReportData& data) {
  PlotOrReason result{empty_plot(data, "Objects stored", "by the server, of all kinds", Unit::count),
                      why_unknown(data, false)};
  add_unless_zero(result.plot, {.name = "objects",
                                .colour = Colour::orange,
                                .values = of_server(data, [](const ServerSample& sample) { return sample.objects; }),
                                .filled = true});
  return result;
}

}  // namespace

std::vector<PlotOrReason> progress_plots(const ReportData& data) { return {components_plot(data), kymas_plot(data)}; }
std::vector<PlotOrReason> request_plots(const ReportData& data) { return {rate_plot(data), latency_plot(data)}; }
std::vector<PlotOrReason> timing_plots(const ReportData& data) { return {lateness_plot(data), wait_plot(data)}; }
std::vector<PlotOrReason> process_plots(const ReportData& data) {
  return {depth_plot(data), memory_plot(data), cpu_plot(data), objects_plot(data)};
}

}  // namespace kyma::load
