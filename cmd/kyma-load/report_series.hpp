// The plots of a run over time, made of its recording.
//
// Values only; any thread. Lifetime: nothing here refers to the data it was made of.
#pragma once

#include <string>
#include <vector>

#include "cmd/kyma-load/report_data.hpp"
#include "cmd/kyma-load/report_plot.hpp"

namespace kyma::load {

struct PlotOrReason {
  Plot plot;
  std::string why_absent;  // to be said in its place when the plot has no values
};

// What the watches showed.
std::vector<PlotOrReason> progress_plots(const ReportData& data);
// Of this program, of the daemon and of the server: how many requests, and how long they took.
std::vector<PlotOrReason> request_plots(const ReportData& data);
// How late transitions were, and how long the daemon let them wait.
std::vector<PlotOrReason> timing_plots(const ReportData& data);
// Of the daemon and of the server: queues, memory, CPU and stored objects.
std::vector<PlotOrReason> process_plots(const ReportData& data);

}  // namespace kyma::load
