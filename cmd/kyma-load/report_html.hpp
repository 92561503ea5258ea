// The report of a run as one HTML file: figures, verdicts and plots.
//
// Guarantees: it asks for nothing from a network, and is readable without its script; texts that come from the cluster
// or from the command line are escaped; its size is bounded (under 1.5 MB), however long the run was; what was not
// measured is said to be so. It holds no credentials: of the kubeconfig only the server's URL.
// Values only, no I/O; any thread.
#pragma once

#include <string>

#include "cmd/kyma-load/report_data.hpp"

namespace kyma::load {

std::string to_html(const ReportData& data);

}  // namespace kyma::load
