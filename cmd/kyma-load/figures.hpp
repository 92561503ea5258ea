// The figures of a run, computed once from what was tracked.
//
// Values only, no I/O; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "cmd/kyma-load/tracker.hpp"
#include "operator/base/clock.hpp"

namespace kyma::load {

enum class Ending {
  success,      // every Kyma asked for was created and is in success
  failed,       // creations failed, or Kymas were deleted by somebody
  timed_out,    // --timeout was reached
  interrupted,  // by a signal
};

// "success", "failed", "timeout", "interrupted".
std::string_view to_string(Ending ending) noexcept;

struct Quantiles {
  Duration p50{};
  Duration p90{};
  Duration p99{};
  Duration max{};

  friend bool operator==(const Quantiles&, const Quantiles&) = default;
};

// By nearest rank: each is one of the values. Nothing when there are none.
std::optional<Quantiles> quantiles(std::vector<Duration> values);

// Instants are given as the time since the first request of the creation.
struct Figures {
  Ending ending = Ending::success;
  std::size_t requested = 0;
  std::size_t created = 0;  // acknowledged
  std::size_t failed = 0;
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
  Duration limit{};
  Duration total{};
  Duration max_loop_lag{};  // how late this program's own loop was at worst: the error of the times above
  Failures failures;
};

// `ending` says why the waiting ended; failed or deleted Kymas turn success into failed.
Figures summarise(const Tracker& tracker, const Workload& workload, SteadyTime started, SteadyTime ended,
                  Ending ending);

}  // namespace kyma::load
