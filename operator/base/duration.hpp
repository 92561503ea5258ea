// Durations as people write them in flags: Go's form, "1h30m", "500ms", "0".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "operator/base/clock.hpp"

namespace kyma {

// Units: ns, us, ms, s, m, h; fractions and a sign are allowed. Nothing when malformed or out of range.
std::optional<Duration> parse_duration(std::string_view text) noexcept;
// The same form: "1h30m0s", "1.5s", "20ms".
std::string format_duration(Duration duration);

}  // namespace kyma
