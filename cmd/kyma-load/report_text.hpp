// Texts of the HTML report: escaping, and numbers with their units as people read them.
//
// Values only; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "operator/base/time.hpp"

namespace kyma::load {

// `text` as HTML text or as an attribute's value in quotes. Control characters and bytes that are no UTF-8 become
// U+FFFD.
std::string escape_html(std::string_view text);

// At most so many bytes, and an ellipsis where something was cut off.
std::string shorten(std::string_view text, std::size_t bytes);

enum class Unit { count, per_second, seconds, bytes, cores };

inline constexpr std::string_view kNoValue = "\u2013";  // an en dash

// "4,000", "312/s", "70.1 s", "1.5 GiB", "0.42 cores". kNoValue for what is not finite.
std::string format_value(Unit unit, double value);
std::string format_value(Duration duration);
// "72,000"; at most `decimals` digits after the point.
std::string format_number(double value, int decimals = 0);

// Not a number, or beyond all that a run can show (which keeps the arithmetic of the axes finite).
bool is_absent(double value) noexcept;

double to_seconds(Duration duration) noexcept;

}  // namespace kyma::load
