// Dates and times as Go's time.Parse takes them, for the few layouts that charts and schemas meet.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kyma::helm {

bool is_date(std::string_view text);            // 2006-01-02
bool is_time(std::string_view text);            // 15:04:05
bool is_time_with_zone(std::string_view text);  // 15:04:05Z07:00
bool is_rfc3339(std::string_view text);         // 2006-01-02T15:04:05Z07:00

// time.Time.UnmarshalJSON's complaint, or nothing.
std::optional<std::string> rfc3339_error(std::string_view text);

}  // namespace kyma::helm
