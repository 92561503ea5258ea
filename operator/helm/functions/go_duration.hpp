// Durations as Go's time package writes and reads them: "1h2m0.5s", nanoseconds in 64 bits.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kyma::helm {

// Nanoseconds.
using GoDuration = std::int64_t;
inline constexpr GoDuration kSecond = 1'000'000'000;
inline constexpr GoDuration kMinute = 60 * kSecond;
inline constexpr GoDuration kHour = 60 * kMinute;

std::string duration_text(GoDuration duration);
// Throws FunctionError (`time: invalid duration "x"`).
GoDuration parse_duration(std::string_view text);
// To the nearest multiple, half away from zero; unchanged for a multiple of 0 or less. What overflows is the extreme.
GoDuration round_duration(GoDuration duration, GoDuration multiple);

// How Go's time package quotes what it complains of: bytes outside of ASCII as \xNN.
std::string quote_for_time(std::string_view text);

}  // namespace kyma::helm
