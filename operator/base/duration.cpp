#include "operator/base/duration.hpp"

#include <fmt/format.h>

#include <cctype>
#include <cmath>
#include <limits>

namespace kyma {
namespace {

// The longest unit that the text starts with; 0 when none.
double unit_nanoseconds(std::string_view& text) noexcept {
  struct Unit {
    std::string_view name;
    double nanoseconds;
  };
  static constexpr Unit kUnits[] = {{"ns", 1},  {"us", 1e3}, {"\xC2\xB5s", 1e3}, {"ms", 1e6},
                                    {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}};
  for (const Unit& unit : kUnits) {
    if (!text.starts_with(unit.name)) continue;
    text.remove_prefix(unit.name.size());
    return unit.nanoseconds;
  }
  return 0;
}

// A decimal number without exponent; false when there is no digit.
bool take_number(std::string_view& text, double& number) noexcept {
  number = 0;
  double scale = 0;  // 0 before the point
  bool any = false;
  while (!text.empty()) {
    const char c = text.front();
    if (c == '.' && scale == 0) {
      scale = 1;
    } else if (std::isdigit(static_cast<unsigned char>(c))) {
      any = true;
      if (scale == 0) {
        number = number * 10 + (c - '0');
      } else {
        scale /= 10;
        number += (c - '0') * scale;
      }
    } else {
      break;
    }
    text.remove_prefix(1);
  }
  return any;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) noexcept {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return Duration::zero();
  if (text.empty()) return std::nullopt;
  double total = 0;
  while (!text.empty()) {
    double number = 0;
    if (!take_number(text, number)) return std::nullopt;
    const double unit = unit_nanoseconds(text);
    if (unit == 0) return std::nullopt;
    total += number * unit;
  }
  if (total >= static_cast<double>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
  const auto nanoseconds = std::chrono::nanoseconds(std::llround(total));
  return std::chrono::duration_cast<Duration>(negative ? -nanoseconds : nanoseconds);
}

std::string format_duration(Duration duration) {
  if (duration < Duration::zero()) return "-" + format_duration(-duration);
  const double seconds = std::chrono::duration<double>(duration).count();
  if (duration == Duration::zero()) return "0s";
  if (seconds < 1e-3) return fmt::format("{:g}µs", seconds * 1e6);
  if (seconds < 1) return fmt::format("{:g}ms", seconds * 1e3);
  const auto minutes = static_cast<std::int64_t>(seconds / 60);
  const double rest = seconds - 60.0 * static_cast<double>(minutes);
  if (minutes == 0) return fmt::format("{:g}s", rest);
  if (minutes < 60) return fmt::format("{}m{:g}s", minutes, rest);
  return fmt::format("{}h{}m{:g}s", minutes / 60, minutes % 60, rest);
}

}  // namespace kyma
