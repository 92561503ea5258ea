// The axes of the report's plots: where their ticks are, and what these say.
//
// Guarantees: two to ten ticks at round values; any finite range will do. Values only; any thread.
#pragma once

#include <string>
#include <vector>

#include "cmd/kyma-load/report_text.hpp"

namespace kyma::load {

struct Tick {
  double position = 0;  // 0 at the start of the axis, 1 at its end
  std::string label;
};

struct Axis {
  double from = 0;
  double to = 1;
  bool logarithmic = false;
  std::vector<Tick> ticks;

  // Between 0 and 1; what lies outside is moved to the nearer end.
  double position(double value) const noexcept;
};

// The time of a run, in seconds; ends where the run does. "0", "10 s", "20 s"; minutes or hours for long runs.
Axis time_axis(double total);
// From 0 to the round value above `max`.
Axis value_axis(Unit unit, double max);
// Between round values around [min, max], which are times above 0.
Axis range_axis(double min, double max);
// Logarithmic, for times: from the power of ten below `min` to a round value above `max`. Both are above 0.
Axis log_axis(double min, double max);

}  // namespace kyma::load
