#include "cmd/kyma-load/report_html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "cmd/kyma-load/report_page.hpp"
#include "cmd/kyma-load/report_series.hpp"
#include "cmd/kyma-load/report_tables.hpp"
#include "operator/base/version.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::load {
namespace {

std::string number(std::size_t value) { return format_number(static_cast<double>(value)); }

// "4,000 Kymas in success after 70.1 s"; what is missing otherwise, and why the run ended.
std::string headline(const ReportData& data) {
  const Figures& figures = data.figures;
  if (figures.ending == Ending::success) {
    const Duration end = figures.last_success.value_or(figures.total);
    return fmt::format("{} {} in success after {}", number(figures.success), figures.success == 1 ? "Kyma" : "Kymas",
                       format_value(end));
  }
  std::string_view why = "failed";
  if (figures.ending == Ending::timed_out) why = "timed out";
  if (figures.ending == Ending::interrupted) why = "interrupted";
  return fmt::format("{} of {} Kymas in success: {} after {}", number(figures.success), number(figures.requested), why,
                     format_value(figures.total));
}

std::string head(const ReportData& data) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "script-src 'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n<style>{}</style>\n</head>\n",
      escape_html(fmt::format("{} \u2013 kyma-load", headline(data))), report_style());
}

std::string header(const ReportData& data) {
  const bool passed = has_passed(data);
  std::string html = fmt::format(
      R"(<header><div><p class="eyebrow">Load run {} &middot; scenario {} &middot; {} &middot; {}</p><h1>{}</h1></div>)",
      escape_html(data.info.run_id), to_string(data.info.options.scenario), kube::format_time(data.info.started_at),
      escape_html(shorten(data.info.server, 300)), escape_html(headline(data)));
  html +=
      fmt::format("<span class=\"badge {}\">{}</span></header>\n", passed ? "good" : "bad", passed ? "PASS" : "FAIL");
  if (!data.figures.trouble.empty()) {
    html += fmt::format("<p class=\"trouble\">{}</p>\n", escape_html(shorten(data.figures.trouble, 4000)));
  }
  return html;
}

// Plots side by side, and what was left out of them: each reason once.
class Section {
 public:
  void add(const PlotOrReason& plot) {
    if (has_values(plot.plot)) {
      plots_ += to_html(plot.plot);
    } else {
      leave_out(plot.plot.title, plot.why_absent);
    }
  }
  void add(const Histogram& histogram, std::string_view why_absent) {
    if (!histogram.bins.empty()) {
      plots_ += to_html(histogram);
    } else {
      leave_out("Histogram of the times to success", why_absent);
    }
  }
  std::string html() const {
    std::string html = plots_.empty() ? "" : "<div class=\"plots\">\n" + plots_ + "</div>\n";
    for (const auto& [reason, titles] : left_out_) {
      html += fmt::format("<p class=\"left-out\"><b>Left out:</b> {} \u2013 {}.</p>\n", escape_html(titles),
                          escape_html(reason));
    }
    return html;
  }

 private:
  void leave_out(std::string_view title, std::string_view why) {
    const auto found =
        std::ranges::find(left_out_, why, [](const auto& entry) { return std::string_view(entry.first); });
    if (found == left_out_.end()) {
      left_out_.emplace_back(why, title);
    } else {
      fmt::format_to(std::back_inserter(found->second), ", {}", title);
    }
  }

  std::string plots_;
  std::vector<std::pair<std::string, std::string>> left_out_;  // reason, titles
};

std::string plots_html(const std::vector<PlotOrReason>& plots) {
  Section section;
  for (const PlotOrReason& plot : plots) section.add(plot);
  return section.html();
}

std::string progress_html(const ReportData& data) {
  Section section;
  for (const PlotOrReason& plot : progress_plots(data)) section.add(plot);
  section.add(success_histogram(data),
              data.figures.time_to_success ? "only the quantiles are known" : "no Kyma came to success");
  return "<h2>Progress <small>time runs from the first creation</small></h2>\n" + section.html();
}

}  // namespace

std::string to_html(const ReportData& data) {
  std::string html = head(data);
  html += "<body>\n<main>\n" + header(data) + tiles_html(data) + verdicts_html(data);
  html += progress_html(data);
  html += "<h2>Times</h2>\n" + quantiles_html(data) + plots_html(timing_plots(data));
  html += "<h2>Requests</h2>\n" + plots_html(request_plots(data));
  html += "<h2>Processes</h2>\n" + plots_html(process_plots(data));
  html += failures_html(data) + options_html(data);
  html += fmt::format("<footer>kyma-load {}</footer>\n</main>\n<script>{}</script>\n</body>\n</html>\n", version(),
                      report_script());
  return html;
}

}  // namespace kyma::load
