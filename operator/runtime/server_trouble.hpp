// Failures that are the API server's trouble or our access to it, not an object's: no answer, 401, 429, 5xx. When they
// are tried again, and how often they are told of.
//
// They come in thousands at once, and end at once. So no object counts them; the delay follows how long the trouble has
// lasted: about half of that, at least kFirst, at most kLongest, then jittered to [d, 2d). A hiccup costs a fraction of
// a second, and after an outage of any length everything is tried within 2 x kLongest. A Retry-After is kept to. One
// line of the log stands for all failures of a period. Sans-I/O. Thread: its owner's.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "operator/base/time.hpp"
#include "operator/runtime/backoff.hpp"

namespace kyma::runtime {

class ServerTrouble {
 public:
  static constexpr std::chrono::milliseconds kFirst{250};
  static constexpr std::chrono::milliseconds kLongest{2500};
  // Without a failure for this long, it is over. Longer than the longest delay, which is no sign of an end.
  static constexpr std::chrono::seconds kQuiet{10};
  static constexpr std::chrono::seconds kReportPeriod{10};

  // A failure: the delay before that object's next try.
  Duration next(SteadyTime now, Random& random, std::optional<std::chrono::milliseconds> retry_after = {});
  // The failures since the last report, when it is time for one; else 0.
  std::size_t take_report(SteadyTime now) noexcept;

 private:
  SteadyTime since_{};
  std::optional<SteadyTime> last_;
  std::optional<SteadyTime> reported_;
  std::size_t unreported_ = 0;
};

}  // namespace kyma::runtime
