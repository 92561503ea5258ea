// Times written and read by example, as Go's time package does: a layout shows how it writes
// Mon Jan 2 15:04:05 MST 2006.
#pragma once

#include <string>
#include <string_view>

#include "operator/helm/functions/go_time.hpp"
#include "operator/helm/gotemplate/heap.hpp"

namespace kyma::helm {

extern const std::string_view kMonthNames[12];
extern const std::string_view kDayNames[7];  // from Sunday

std::string format_time(const GoTime& time, std::string_view layout);

// time.ParseInLocation. A zone that the text brings along is put into the heap. Throws FunctionError
// (`parsing time "x" as "2006": cannot parse "x" as "2006"`).
GoTime parse_time(std::string_view layout, std::string_view value, const GoZone& zone, gotemplate::Heap& heap);

}  // namespace kyma::helm
