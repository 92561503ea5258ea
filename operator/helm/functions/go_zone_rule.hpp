// POSIX's rule for a time zone ("CET-1CEST,M3.5.0,M10.5.0/3"), as zone files end with one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "operator/helm/functions/go_zone.hpp"

namespace kyma::helm {

// What the rule says of an instant after the zone file's last transition. Names point into the rule. Nothing when it is
// malformed. Start and end are exact near a change, else the ends of the year.
std::optional<GoZone::Period> apply_zone_rule(std::string_view rule, std::int64_t last_transition,
                                              std::int64_t unix_seconds);

}  // namespace kyma::helm
