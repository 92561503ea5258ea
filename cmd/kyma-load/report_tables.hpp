// The parts of the HTML report that are no plots over time.
//
// Each returns HTML, or nothing when there is nothing to say. Values only; any thread.
#pragma once

#include <string>
#include <vector>

#include "cmd/kyma-load/report_data.hpp"
#include "cmd/kyma-load/report_plot.hpp"

namespace kyma::load {

// Everything came to success, and every objective was reached.
bool has_passed(const ReportData& data) noexcept;

std::string tiles_html(const ReportData& data);
std::string verdicts_html(const ReportData& data);
// How the times to success, the lateness of transitions and the latencies are distributed, by quantiles.
std::string quantiles_html(const ReportData& data);
std::string failures_html(const ReportData& data);
std::string options_html(const ReportData& data);

// Without bins when the times are not known.
Histogram success_histogram(const ReportData& data);

}  // namespace kyma::load
