// RFC 3339 times, as metav1.Time (seconds) and metav1.MicroTime (microseconds) are written. Always UTC.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "operator/base/time.hpp"

namespace kyma::kube {

std::string format_time(WallTime time);        // "2026-11-21T22:42:38Z", rounded down
std::string format_micro_time(WallTime time);  // "2026-11-21T22:42:38.000042Z"
// Accepts any fraction (cut to microseconds) and any offset. Nothing when malformed.
std::optional<WallTime> parse_time(std::string_view text) noexcept;
// kubectl's age: "12s", "3m4s", "5d2h", as in duration.HumanDuration.
std::string human_duration(Duration age);

}  // namespace kyma::kube
