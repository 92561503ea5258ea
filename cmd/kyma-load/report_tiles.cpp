#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "cmd/kyma-load/report_tables.hpp"

namespace kyma::load {
namespace {

std::string number(std::size_t value) { return format_number(static_cast<double>(value)); }

// All three are HTML.
void add_tile(std::string& html, std::string_view label, std::string_view value, std::string_view detail) {
  html += fmt::format(
      R"(<div class="tile"><dt>{}</dt><dd><div class="value">{}</div><div class="detail">{}</div></dd></div>)", label,
      value, detail);
}

void add_progress(std::string& html, const Figures& figures) {
  std::string all = fmt::format("of {} Kymas", number(figures.requested));
  if (figures.failed > 0) all += fmt::format(", {} not created", number(figures.failed));
  if (figures.churn) all += fmt::format(", {} deleted again", number(figures.churn->removed));
  add_tile(html, "In success", number(figures.success), all);
  if (figures.components_watched) {
    const auto reached = figures.components_by_state[static_cast<std::size_t>(api::ComponentState::success)];
    add_tile(html, "Components", number(reached), fmt::format("of {} in success", number(figures.components_expected)));
  }
  add_tile(html, "Creation", format_value(Unit::per_second, figures.creation_rate),
           fmt::format("{} in {}", number(figures.created), format_value(figures.creation_time)));
}

void add_times(std::string& html, const ReportData& data) {
  const Figures& figures = data.figures;
  if (figures.last_success) {
    const std::string first = figures.first_success ? "the first after " + format_value(*figures.first_success) : "";
    add_tile(html, "Last success after", format_value(*figures.last_success), first);
  }
  if (const auto& times = figures.time_to_success) {
    add_tile(html, "Time to success, p50", format_value(times->p50),
             fmt::format("p99 {}, max {}", format_value(times->p99), format_value(times->max)));
    const double limit = to_seconds(figures.limit);
    if (limit > 0) {
      add_tile(html, "Above the limit", format_number(100 * (to_seconds(times->max) / limit - 1), 1) + " %",
               "at most, of " + format_value(figures.limit));
    }
  }
  if (const auto& lateness = figures.lateness) {
    add_tile(
        html, "Lateness, p99", format_value(lateness->quantiles.p99),
        fmt::format("max {}, {} transitions", format_value(lateness->quantiles.max), number(lateness->transitions)));
  }
}

void add_processes(std::string& html, const Figures& figures) {
  const RequestTotals& requests = figures.requests;
  if (requests.count > 0) {
    add_tile(html, "Own requests", number(requests.count),
             fmt::format("{} throttled, {} failed", number(requests.throttled), number(requests.failed)));
  }
  if (const auto& daemon = figures.daemon) {
    add_tile(html, "Daemon, memory at peak",
             format_value(Unit::bytes, static_cast<double>(daemon->peak_resident_bytes)),
             fmt::format("{} of CPU", format_value(Unit::seconds, daemon->cpu_seconds)));
    add_tile(html, "Daemon, requests", format_number(daemon->requests),
             fmt::format("{} throttled; queue at most {}", format_number(daemon->throttled),
                         format_value(Unit::count, daemon->peak_queue_depth)));
  }
  if (const auto& server = figures.server) {
    const std::string p99 =
        server->request_p99_seconds ? "p99 " + format_value(Unit::seconds, *server->request_p99_seconds) : "";
    add_tile(html, "Server, requests", format_number(server->requests), p99);
    // Not every server tells what it uses.
    if (server->peak_resident_bytes > 0) {
      add_tile(html, "Server, memory at peak",
               format_value(Unit::bytes, static_cast<double>(server->peak_resident_bytes)),
               format_value(Unit::seconds, server->cpu_seconds) + " of CPU");
    }
  }
}

void add_churn(std::string& html, const Churn& churn) {
  add_tile(html, "Kymas changed", number(churn.survivors_reconciled),
           fmt::format("of {} reconciled again", number(churn.survivors_changed)));
  add_tile(html, "Kymas deleted", number(churn.removed_gone), fmt::format("of {} are gone", number(churn.removed)));
}

}  // namespace

std::string tiles_html(const ReportData& data) {
  std::string html = R"(<dl class="tiles">)";
  add_progress(html, data.figures);
  add_times(html, data);
  if (data.figures.churn) add_churn(html, *data.figures.churn);
  add_processes(html, data.figures);
  return html + "</dl>\n";
}

}  // namespace kyma::load
