#include "cmd/kyma-load/report_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "cmd/kyma-load/objectives.hpp"
#include "operator/base/version.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::load {
namespace {

constexpr std::size_t kMaxFailures = 50;
constexpr std::size_t kMaxComponents = 100;
constexpr std::size_t kMaxText = 1000;  // bytes of a text of unknown length

std::string number(std::size_t value) { return format_number(static_cast<double>(value)); }

// The unit that the name of an objective ends with. More digits than elsewhere: they decide.
std::string objective_value(std::string_view name, double value) {
  if (is_absent(value)) return std::string(kNoValue);
  if (name.ends_with("seconds")) return format_number(value, 3) + " s";
  if (name.ends_with("per-second")) return format_number(value, 3) + "/s";
  if (name.ends_with("mib")) return format_number(value, 2) + " MiB";
  if (name.ends_with("bytes")) return format_number(value / 1048576, 2) + " MiB";
  if (name.ends_with("percent")) return format_number(value, 3) + " %";
  return format_number(value, 3);
}

// The measured value beside its bound, which is the upright line.
std::string meter(const Verdict& verdict) {
  if (!verdict.measured || is_absent(*verdict.measured) || is_absent(verdict.bound)) return "";
  const double measured = std::max(*verdict.measured, 0.0);
  const double bound = std::max(verdict.bound, 0.0);
  const double end = std::max(measured, bound) * 1.15;
  if (end <= 0) return "";
  return fmt::format(R"(<span class="meter{}"><i style="width:{:.1f}%"></i><b style="left:{:.1f}%"></b></span>)",
                     verdict.passed ? "" : " miss", 100 * measured / end, 100 * bound / end);
}

std::string pill(const Verdict& verdict) {
  if (!verdict.measured && verdict.passed) return R"(<span class="pill none">not measured</span>)";
  if (verdict.passed) return R"(<span class="pill good">&#10003; PASS</span>)";
  return verdict.stated ? R"(<span class="pill bad">&#10007; FAIL</span>)" : R"(<span class="pill none">! WARN</span>)";
}

std::string verdict_row(const Verdict& verdict) {
  std::string html = fmt::format("<tr><td>{}</td><th scope=\"row\"><code>{}</code>{}</th>", pill(verdict),
                                 escape_html(verdict.name), verdict.stated ? "" : " <small>default</small>");
  html += fmt::format(R"(<td class="number">{} {}</td><td class="number">{}</td>)",
                      verdict.at_most ? "\u2264" : "\u2265", objective_value(verdict.name, verdict.bound),
                      verdict.measured ? objective_value(verdict.name, *verdict.measured) : std::string(kNoValue));
  return html +
         fmt::format("<td class=\"text\">{}{}</td></tr>\n", meter(verdict),
                     verdict.note.empty() ? "" : "<small>" + escape_html(shorten(verdict.note, kMaxText)) + "</small>");
}

struct QuantileRow {
  std::string name;
  Colour colour = Colour::blue;
  Quantiles quantiles;
};

// From the median to the maximum: a dot, a bar to p90, a line to the maximum with p99 on it.
std::string strip(const QuantileRow& row, const Axis& axis, std::optional<double> limit) {
  const auto at = [&axis](double seconds) { return 100 * axis.position(seconds); };
  const double p50 = at(to_seconds(row.quantiles.p50));
  const double p90 = at(to_seconds(row.quantiles.p90));
  const double p99 = at(to_seconds(row.quantiles.p99));
  const double max = at(to_seconds(row.quantiles.max));
  std::string html = fmt::format(R"(<div class="strip {}" aria-hidden="true">)", css_class(row.colour));
  if (limit) html += fmt::format(R"(<i class="limit" style="left:{:.2f}%"></i>)", at(*limit));
  html += fmt::format(R"(<i class="range" style="left:{0:.2f}%;width:{1:.2f}%"></i>)", p50, max - p50);
  html += fmt::format(R"(<i class="body" style="left:{0:.2f}%;width:{1:.2f}%"></i>)", p50, p90 - p50);
  html += fmt::format(R"(<i class="end" style="left:{:.2f}%"></i><i class="end" style="left:{:.2f}%"></i>)", p99, max);
  return html + fmt::format(R"(<i class="median" style="left:{:.2f}%"></i></div>)", p50);
}

std::string quantile_table(std::string_view title, std::string_view note, const std::vector<QuantileRow>& rows,
                           const Axis& axis, std::optional<double> limit) {
  if (rows.empty()) return "";
  std::string ticks;
  for (const Tick& tick : axis.ticks) {
    ticks += fmt::format(R"(<span style="left:{:.2f}%">{}</span>)", 100 * tick.position, escape_html(tick.label));
  }
  std::string html = fmt::format(
      R"(<div class="card quantiles"><p class="title"><b>{}</b> <span>{}</span></p><table><thead><tr><th></th>)"
      R"(<th class="strips" aria-hidden="true"><div class="scale">{}</div></th>)",
      escape_html(title), escape_html(note), ticks);
  for (const std::string_view column : {"p50", "p90", "p99", "max"}) {
    html += fmt::format(R"(<th class="number" scope="col">{}</th>)", column);
  }
  html += "</tr></thead><tbody>";
  for (const QuantileRow& row : rows) {
    html += fmt::format(R"(<tr><th scope="row">{}</th><td class="strips">{}</td>)", escape_html(row.name),
                        strip(row, axis, limit));
    for (const Duration value : {row.quantiles.p50, row.quantiles.p90, row.quantiles.p99, row.quantiles.max}) {
      html += fmt::format(R"(<td class="number">{}</td>)", format_value(value));
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string success_table(const Figures& figures) {
  std::vector<QuantileRow> rows;
  if (figures.time_to_success) rows.push_back({"Kymas", Colour::green, *figures.time_to_success});
  if (figures.component_time_to_success) {
    rows.push_back({"components", Colour::blue, *figures.component_time_to_success});
  }
  if (figures.churn && figures.churn->time_to_success) {
    rows.push_back({"changed Kymas", Colour::purple, *figures.churn->time_to_success});
  }
  const double limit = to_seconds(figures.limit);
  double end = limit;
  for (const QuantileRow& row : rows) end = std::max(end, to_seconds(row.quantiles.max));
  return quantile_table("Time to success", "from the acknowledged request; dashed: the physical limit", rows,
                        value_axis(Unit::seconds, end), limit > 0 ? std::optional(limit) : std::nullopt);
}

std::string delay_table(const Figures& figures) {
  std::vector<QuantileRow> rows;
  if (figures.lateness) rows.push_back({"lateness of transitions", Colour::green, figures.lateness->quantiles});
  if (figures.requests.latency) rows.push_back({"own requests", Colour::purple, *figures.requests.latency});
  double least = 1;
  double end = 1e-6;
  for (const QuantileRow& row : rows) {
    const double median = to_seconds(row.quantiles.p50);
    if (median > 0) least = std::min(least, median);
    end = std::max(end, to_seconds(row.quantiles.max));
  }
  return quantile_table("Delays", "logarithmic", rows, log_axis(std::clamp(least, 1e-6, end), end), {});
}

void option_row(std::string& html, std::string_view name, std::string_view value) {
  html += fmt::format("<tr><th scope=\"row\">{}</th><td class=\"text\">{}</td></tr>\n", name,
                      escape_html(shorten(value, 4 * kMaxText)));
}

std::string request_options(const Options& options) {
  std::string text = fmt::format("{} at once", options.concurrency);
  if (options.qps <= 0) return text + ", as many a second as there come";
  text += fmt::format(", {} a second", format_number(options.qps, 3));
  return options.burst > 0 ? text + fmt::format(" in bursts of {}", format_number(options.burst, 3)) : text;
}

std::string component_list(const std::vector<Component>& components) {
  std::string text = number(components.size()) + ": ";
  const std::size_t shown = std::min(components.size(), kMaxComponents);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) text += ", ";
    if (!components[i].name_space.empty()) text += components[i].name_space + "/";
    text += components[i].name;
  }
  return shown < components.size() ? text + ", \u2026" : text;
}

void add_scenario(std::string& html, const Options& options) {
  option_row(html, "Scenario", to_string(options.scenario));
  switch (options.scenario) {
    case Scenario::steady: option_row(html, "Kymas a second", format_number(options.rate, 3)); break;
    case Scenario::batches:
      option_row(html, "Kymas in a batch", number(options.batch_size));
      option_row(html, "Next batch",
                 options.batch_interval ? "after " + format_value(*options.batch_interval)
                                        : "when the one before is in success");
      break;
    case Scenario::churn:
      option_row(html, "Operations a second", format_number(options.rate, 3));
      option_row(html, "Duration of the churn", format_value(options.duration));
      break;
    case Scenario::restart:
      // Not the command itself: people put credentials in commands.
      option_row(html, "Restart", options.restart_command.empty() ? "by somebody else" : "by a command");
      break;
    case Scenario::burst:
    case Scenario::slow: break;
  }
}

}  // namespace

bool has_passed(const ReportData& data) noexcept {
  return data.figures.ending == Ending::success && all_passed(data.verdicts);
}

std::string verdicts_html(const ReportData& data) {
  if (data.verdicts.empty()) return "";
  std::string html =
      R"(<h2>Objectives</h2><div class="card"><table class="verdicts"><thead><tr><th scope="col">Verdict</th>)"
      R"(<th scope="col">Objective</th><th class="number" scope="col">Wanted</th><th class="number" scope="col">Measured)"
      R"(</th><th scope="col"></th></tr></thead><tbody>)";
  for (const Verdict& verdict : data.verdicts) html += verdict_row(verdict);
  return html + "</tbody></table></div>\n";
}

std::string quantiles_html(const ReportData& data) { return success_table(data.figures) + delay_table(data.figures); }

std::string failures_html(const ReportData& data) {
  const Failures& failures = data.figures.failures;
  if (failures.empty()) return "";
  std::vector<Failures::const_pointer> most;
  for (const auto& failure : failures) most.push_back(&failure);
  std::ranges::stable_sort(most, std::ranges::greater{}, [](const auto* failure) { return failure->second.count; });
  std::string html =
      R"(<h2>Failures</h2><div class="card"><table><thead><tr><th scope="col">Reason</th><th class="number" )"
      R"(scope="col">Count</th><th scope="col">First message</th></tr></thead><tbody>)";
  for (std::size_t i = 0; i < std::min(most.size(), kMaxFailures); ++i) {
    const auto& [reason, group] = *most[i];
    html += fmt::format(
        "<tr><th scope=\"row\"><code>{}</code></th><td class=\"number\">{}</td><td class=\"text\">{}</td>",
        escape_html(shorten(reason, 100)), number(group.count), escape_html(shorten(group.first, kMaxText)));
    html += "</tr>\n";
  }
  html += "</tbody></table></div>\n";
  if (most.size() > kMaxFailures) {
    html += fmt::format("<p class=\"left-out\">and {} rarer reasons</p>\n", number(most.size() - kMaxFailures));
  }
  return html;
}

std::string options_html(const ReportData& data) {
  const Options& options = data.info.options;
  std::string html = R"(<h2>Options and environment</h2><div class="card"><table class="options"><tbody>)";
  add_scenario(html, options);
  option_row(html, "Kymas", number(data.workload.kymas));
  option_row(html, "Components", component_list(data.workload.components));
  option_row(html, "Physical limit",
             fmt::format("{}: 1 + 3 \u00D7 {} seconds, for {}", format_value(data.workload.limit),
                         data.workload.longest_name.size(), data.workload.longest_name));
  option_row(html, "Namespace, names", fmt::format("{}, {}-1 \u2026", options.name_space, options.name_prefix));
  option_row(html, "Requests", request_options(options));
  option_row(html, "Timeout", format_value(options.timeout));
  option_row(html, "Components watched", options.watch_components ? "yes" : "no");
  option_row(html, "Deleted afterwards", options.cleanup ? "yes" : "no");
  option_row(html, "API server",
             data.info.server_version.empty() ? data.info.server
                                              : fmt::format("{}, {}", data.info.server, data.info.server_version));
  option_row(html, "Started", kube::format_time(data.info.started_at));
  option_row(html, "Run", data.info.run_id);
  option_row(html, "Own lag, at most",
             format_value(data.figures.max_loop_lag) + ": no time in this report is more wrong than that");
  option_row(html, "Program", fmt::format("kyma-load {} ({})", version(), commit()));
  return html + "</tbody></table></div>\n";
}

Histogram success_histogram(const ReportData& data) {
  Histogram histogram{.title = "Time to success", .note = "how many Kymas took how long", .counted = "Kymas"};
  if (data.times_to_success.empty()) return histogram;
  const auto [least, greatest] = std::ranges::minmax(data.times_to_success);
  const double limit = to_seconds(data.figures.limit);
  // With the limit in sight: how far from it is what matters.
  const double from =
      limit > 0 && limit < to_seconds(least) && limit > to_seconds(least) / 2 ? limit : to_seconds(least);
  const Axis axis = range_axis(std::max(from, 0.0), std::max(to_seconds(greatest), 0.0));
  constexpr std::size_t kBins = 40;
  const double width = (axis.to - axis.from) / static_cast<double>(kBins);
  for (std::size_t i = 0; i < kBins; ++i) {
    const double start = axis.from + static_cast<double>(i) * width;
    histogram.bins.push_back({.from = start, .to = start + width});
  }
  for (const Duration time : data.times_to_success) {
    const double bin = (to_seconds(time) - axis.from) / width;
    ++histogram.bins[static_cast<std::size_t>(std::clamp(bin, 0.0, static_cast<double>(kBins - 1)))].count;
  }
  if (limit >= axis.from && limit <= axis.to) histogram.marks.push_back({limit, "limit"});
  if (const auto& times = data.figures.time_to_success) {
    histogram.marks.push_back({to_seconds(times->p50), "p50"});
    histogram.marks.push_back({to_seconds(times->p99), "p99"});
  }
  std::ranges::sort(histogram.marks, {}, &PlotMark::at);
  return histogram;
}

}  // namespace kyma::load
