// What the command line asks for, checked.
//
// Thread: none needed; before the loop starts.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/kyma-load/objectives.hpp"
#include "cmd/kyma-load/workload.hpp"
#include "operator/base/clock.hpp"

namespace kyma::load {

enum class Scenario {
  burst,    // all Kymas at once
  steady,   // so many a second
  batches,  // the next batch when the one before is in success, or after an interval
  churn,    // Kymas are created, changed and deleted for a while
  restart,  // a burst, and something is restarted at half time
  slow,     // a burst on a server that is slow on purpose
};

// "burst".
std::string_view to_string(Scenario scenario) noexcept;

// Two reports to compare.
struct CompareOptions {
  std::string before;  // files
  std::string after;
  std::optional<double> fail_on_regression;  // percent
};

struct Options {
  std::string kubeconfig;
  std::string context;
  std::string name_space;  // empty: the kubeconfig context's
  std::size_t kymas = 1;
  std::vector<Component> components = reference_components();
  std::string name_prefix = "load";
  double qps = 0;    // 0: unlimited
  double burst = 0;  // 0: as qps
  std::size_t concurrency = 32;
  Duration timeout = std::chrono::minutes{10};
  bool watch_components = true;
  bool cleanup = false;

  Scenario scenario = Scenario::burst;
  double rate = 10;                              // steady: Kymas a second; churn: operations a second
  std::size_t batch_size = 1000;                 // batches
  std::optional<Duration> batch_interval;        // nothing: when the batch before is in success
  Duration duration = std::chrono::seconds{60};  // churn
  std::string restart_command;                   // restart; empty: somebody else does it
  std::optional<Duration> restart_after;         // nothing: half of the physical limit

  std::string daemon_metrics;  // a URL, a path on the API server, "none"; empty: the usual one when it is there
  std::vector<Objective> objectives;
  bool default_objectives = true;

  std::string json;    // a file, or "-" for standard output; empty: none
  std::string report;  // an HTML file; empty: none
  bool no_progress = false;

  std::optional<CompareOptions> compare;  // nothing is run then
};

// Fills `options`. Returns the exit code when the program should end now; mistakes have been told on standard error.
std::optional<int> parse_options(int argc, const char* const* argv, Options& options);

}  // namespace kyma::load
