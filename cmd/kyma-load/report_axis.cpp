#include "cmd/kyma-load/report_axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace kyma::load {
namespace {

constexpr int kValueTicks = 4;

// What the labels of one axis have in common.
struct Scale {
  double divisor = 1;
  std::string_view suffix;
};

Scale scale_of(Unit unit, double max) {
  switch (unit) {
    case Unit::seconds:
      if (max <= 0.9e-3) return {1e-6, " \u00B5s"};
      if (max <= 0.9) return {1e-3, " ms"};
      if (max <= 300) return {1, " s"};
      if (max <= 3 * 3600) return {60, " min"};
      return {3600, " h"};
    case Unit::bytes:
      if (max < 2 * 1024.0) return {1, " B"};
      if (max < 2 * 1048576.0) return {1024, " KiB"};
      if (max < 2 * 1073741824.0) return {1048576, " MiB"};
      return {1073741824, " GiB"};
    case Unit::count:
    case Unit::per_second:
    case Unit::cores:
      if (max >= 1e12) return {1e12, " T"};
      if (max >= 1e9) return {1e9, " G"};
      if (max >= 1e6) return {1e6, " M"};
      return {1, ""};
  }
  return {};
}

// The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below `least`.
double round_step(double least) {
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (factor * power >= least * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

double binary_step(double least) { return std::exp2(std::ceil(std::log2(least) - 1e-9)); }

std::string label(double value, const Scale& scale) {
  const double scaled = value / scale.divisor;
  // Steps are round: more digits than these are rounding errors.
  return scaled == 0 ? "0" : format_number(std::round(scaled * 1e6) / 1e6, 6) + std::string(scale.suffix);
}

void add_ticks(Axis& axis, double step, const Scale& scale) {
  const auto first = static_cast<long>(std::ceil(axis.from / step - 1e-9));
  for (long i = first;; ++i) {
    const double value = static_cast<double>(i) * step;
    if (value > axis.to + step * 1e-6) break;
    axis.ticks.push_back({axis.position(value), label(value, scale)});
  }
}

double time_step(double total) {
  constexpr std::array kSteps{1.0,   2.0,   5.0,    10.0,   15.0,   30.0,    60.0,    120.0,  300.0,
                              600.0, 900.0, 1800.0, 3600.0, 7200.0, 10800.0, 21600.0, 43200.0};
  constexpr double kTimeTicks = 8;
  const double least = total / kTimeTicks;
  if (least <= kSteps.front()) return round_step(least);
  const auto* step = std::ranges::lower_bound(kSteps, least);
  return step != kSteps.end() ? *step : 86400 * round_step(least / 86400);
}

Scale time_scale(double total, double step) {
  if (total <= 300) return {1, " s"};
  if (step < 3600) return {60, " min"};
  if (step < 86400) return {3600, " h"};
  return {86400, " d"};
}

}  // namespace

double Axis::position(double value) const noexcept {
  const double part =
      logarithmic ? std::log(std::max(value, from) / from) / std::log(to / from) : (value - from) / (to - from);
  return std::clamp(part, 0.0, 1.0);
}

Axis time_axis(double total) {
  Axis axis{.to = std::max(total, 1e-3)};
  const double step = time_step(axis.to);
  add_ticks(axis, step, time_scale(axis.to, step));
  return axis;
}

Axis value_axis(Unit unit, double max) {
  // Below the least that can be told apart there is nothing to see, and the arithmetic would have no steps.
  max = max <= 0 ? 1 : std::max(max, unit == Unit::seconds ? 1e-7 : 1e-3);
  const Scale scale = scale_of(unit, max);
  const double least = max / kValueTicks / scale.divisor;
  double step = (unit == Unit::bytes ? binary_step(least) : round_step(least)) * scale.divisor;
  if (unit == Unit::count && step != std::floor(step)) step = step < 1 ? 1 : 5;  // there is no half of a thing
  Axis axis{.to = std::ceil(max / step - 1e-9) * step};
  add_ticks(axis, step, scale);
  return axis;
}

Axis range_axis(double min, double max) {
  const double width = std::max(max - min, std::max(max, 1e-3) * 1e-3);
  const double step = round_step(width / 6);
  Axis axis{.from = std::floor(min / step + 1e-9) * step, .to = std::ceil(max / step - 1e-9) * step};
  if (axis.to <= axis.from) axis.to = axis.from + step;
  add_ticks(axis, step, scale_of(Unit::seconds, axis.to));
  return axis;
}

Axis log_axis(double min, double max) {
  Axis axis{.from = std::pow(10, std::floor(std::log10(min) + 1e-9)), .logarithmic = true};
  axis.to = round_step(std::max(max, axis.from * 2));
  const bool dense = axis.to <= 100 * axis.from * (1 + 1e-9);
  // Where only powers of ten have labels, the highest line is one.
  if (!dense) axis.to = std::pow(10, std::ceil(std::log10(axis.to) - 1e-9));
  const double decades = std::log10(axis.to / axis.from);
  const double every = std::ceil(decades / 7);  // in powers of ten, where there are many
  const double exponent = std::log10(axis.from);
  for (double decade = 0; decade <= decades + 1e-9; decade += every) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double value = factor * std::pow(10, std::round(exponent + decade));
      if (value > axis.to * (1 + 1e-9) || (factor > 1 && !dense)) break;
      axis.ticks.push_back({axis.position(value), format_value(Unit::seconds, value)});
    }
  }
  return axis;
}

}  // namespace kyma::load
