// The figures of a run, computed once from what was tracked and sampled.
//
// Values only, no I/O; any thread. Instants are given as the time since the first request of the creation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "cmd/kyma-load/quantiles.hpp"
#include "cmd/kyma-load/tracker.hpp"
#include "operator/base/clock.hpp"

namespace kyma::load {

enum class Ending {
  success,      // every Kyma that should exist is in success, and what was deleted is gone
  failed,       // requests failed, or Kymas were deleted by somebody
  timed_out,    // --timeout was reached
  interrupted,  // by a signal
};

// "success", "failed", "timeout", "interrupted".
std::string_view to_string(Ending ending) noexcept;

// How late transitions of components were: the instant the watch showed one, minus the instant it was scheduled for.
struct Lateness {
  std::uint64_t transitions = 0;
  Quantiles quantiles;  // what came early counts as zero
  // Below zero: this machine's clock is behind the operator's by at least that, and all of the above too small by it.
  Duration min{};

  friend bool operator==(const Lateness&, const Lateness&) = default;
};

// What a churn did to Kymas beside creating them, and what came of it.
struct Churn {
  std::size_t changed = 0;       // changes that were acknowledged
  std::size_t removed = 0;       // Kymas whose deletion was acknowledged
  std::size_t removed_gone = 0;  // of these, those that are gone with all of their components
  std::size_t failed = 0;        // changes and deletions that failed
  // Surviving Kymas that were changed, and those whose changed component went through its lifecycle again.
  std::size_t survivors_changed = 0;
  std::size_t survivors_reconciled = 0;
  // Per Kyma: from the acknowledgement of its last change to the watch event that showed success for it.
  std::optional<Quantiles> time_to_success;
};

// This program's own requests, watches excepted.
struct RequestTotals {
  std::uint64_t count = 0;
  std::uint64_t throttled = 0;  // answered 429
  std::uint64_t failed = 0;     // 5xx, or no answer
  std::optional<Quantiles> latency;
};

// What the daemon's metrics say of the whole run.
struct DaemonTotals {
  double cpu_seconds = 0;
  std::uint64_t peak_resident_bytes = 0;
  double peak_queue_depth = 0;  // both controllers together
  double requests = 0;
  double throttled = 0;  // of these, answered 429
  std::optional<double> queue_p99_seconds;
  std::optional<double> request_p99_seconds;
};

// What the API server's metrics say of the whole run.
struct ServerTotals {
  double cpu_seconds = 0;
  std::uint64_t peak_resident_bytes = 0;  // 0: it tells nothing of its process
  double requests = 0;
  std::optional<double> request_p99_seconds;  // watches excepted
};

struct Figures {
  Ending ending = Ending::success;
  std::size_t requested = 0;
  std::size_t created = 0;  // acknowledged
  std::size_t failed = 0;   // creations
  std::size_t success = 0;
  std::size_t deleted = 0;  // by somebody, while the run waited
  KymaCounts kymas_by_state{};
  bool components_watched = false;
  std::size_t components_expected = 0;
  ComponentCounts components_by_state{};

  Duration creation_time{};  // until the last acknowledgement
  double creation_rate = 0;  // per second
  std::optional<Duration> first_success;
  std::optional<Duration> last_success;
  // Per Kyma: from the acknowledgement of its creation to the watch event that showed success.
  std::optional<Quantiles> time_to_success;
  // Per component: from the same instant to the watch event that showed the component's success.
  std::optional<Quantiles> component_time_to_success;
  std::optional<Lateness> lateness;
  std::optional<Churn> churn;  // of that scenario only
  RequestTotals requests;
  std::optional<DaemonTotals> daemon;
  std::optional<ServerTotals> server;
  Duration limit{};
  Duration total{};
  Duration max_loop_lag{};  // how late this program's own loop was at worst: the error of the times above
  // What failed beside single requests, such as the command of a restart; empty: nothing.
  std::string trouble;
  Failures failures;
};

// Of each acknowledged Kyma that came to success, in the order of their names.
std::vector<Duration> times_to_success(const Tracker& tracker);

// `ending` says why the waiting ended; whatever is missing or failed turns success into failed.
Figures summarise(const Tracker& tracker, const Workload& workload, SteadyTime started, SteadyTime ended,
                  Ending ending);
// `components_watched`: whether what became of components is known.
Churn summarise_churn(const Tracker& tracker, bool components_watched);

}  // namespace kyma::load
