// The figures by name, as objectives and comparisons speak of them: one table for both.
//
// Values only, no I/O; any thread.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "cmd/kyma-load/figures.hpp"

namespace kyma::load {

struct Measure {
  std::string_view name;     // ends with its unit: "lateness-p99-seconds"
  std::string_view meaning;  // for help
  std::string_view remedy;   // what to do when it was not measured
  bool lower_is_better = true;
  double noise = 0;  // differences up to this say nothing
  std::optional<double> (*read)(const Figures& figures) = nullptr;
};

// In the order in which people want to read them.
std::span<const Measure> measures();
// Null when there is none of that name.
const Measure* find_measure(std::string_view name);

}  // namespace kyma::load
