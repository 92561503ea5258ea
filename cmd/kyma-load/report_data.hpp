// All that a report is made of.
//
// Values only, no I/O; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cmd/kyma-load/figures.hpp"
#include "cmd/kyma-load/options.hpp"
#include "cmd/kyma-load/recording.hpp"
#include "operator/base/time.hpp"

namespace kyma::load {

// Where, when and how the run was.
struct RunInfo {
  std::string server;  // its URL
  WallTime started_at{};
  Options options;                  // with the namespace that was used
  std::string run_id = {};          // the label's value
  std::string server_version = {};  // "v1.32.2"; empty when it was not told
};

// What the Kymas of the run are.
struct WorkloadFacts {
  std::size_t kymas = 0;  // to be created in all
  std::vector<Component> components;
  std::string longest_name;  // of a component; it decides on the limit
  Duration limit{};          // 1 + 3 x (its length) seconds
};

// What became of one objective.
struct Verdict {
  std::string name;                // "total-seconds"
  bool at_most = true;             // measured <= bound is wanted; else >=
  double bound = 0;                // in the unit that the name ends with
  std::optional<double> measured;  // nothing: it could not be
  bool passed = false;
  bool stated = true;  // on the command line; else a default, which warns
  std::string note;    // why it was not measured, and the remedy; else empty
};

struct ReportData {
  RunInfo info;
  WorkloadFacts workload;
  Figures figures;
  Recording recording;
  std::vector<Verdict> verdicts;
  // Of each Kyma that came to success, in any order, for the plot of their distribution; empty: it is left out.
  std::vector<Duration> times_to_success = {};
};

}  // namespace kyma::load
