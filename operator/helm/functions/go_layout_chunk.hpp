// The elements of a time layout.
#pragma once

#include <string_view>

namespace kyma::helm {

enum class LayoutElement {
  none,  // the rest is plain text
  long_month,
  month,
  number_month,
  zero_month,
  long_weekday,
  weekday,
  day,
  space_day,
  zero_day,
  space_year_day,
  zero_year_day,
  hour,
  hour12,
  zero_hour12,
  minute,
  zero_minute,
  second,
  zero_second,
  long_year,
  year,
  upper_pm,
  lower_pm,
  zone_name,
  offset,
  fraction_zeros,  // as many digits as shown
  fraction_nines,  // without final zeros
};

// How an offset from UTC looks.
struct OffsetForm {
  bool z_for_utc = false;
  bool colons = false;
  bool minutes = true;
  bool seconds = false;
};

struct LayoutChunk {
  std::string_view before;  // plain text
  LayoutElement element = LayoutElement::none;
  std::string_view text;  // of the element
  std::string_view after;
  OffsetForm offset = {};
};

// Up to the first element and what follows it.
LayoutChunk next_chunk(std::string_view layout);

}  // namespace kyma::helm
