// The calendar as Go's time package has it: years reach as far as 64 bits of seconds do.
#pragma once

#include <cstdint>

namespace kyma::helm {

inline constexpr std::int64_t kSecondsPerDay = 86'400;
// From 0001-01-01, where Go counts from, to 1970-01-01.
inline constexpr std::int64_t kUnixEpoch = 62'135'596'800;

struct CivilDate {
  std::int64_t year = 1;
  int month = 1;     // 1..12
  int day = 1;       // 1..31
  int year_day = 1;  // 1..366
  int weekday = 0;   // 0: Sunday
};

bool is_leap_year(std::int64_t year);
int days_in_month(int month, std::int64_t year);
// Days from January 1st to the first of the month; 13 gives the year's length. Not counting leap days.
int days_before_month(int month);
// Of seconds since 0001-01-01 00:00, local; they wrap around as Go's do.
CivilDate civil_date(std::int64_t seconds);
int second_of_day(std::int64_t seconds);
// Days from 0001-01-01 to January 1st.
std::int64_t days_before_year(std::int64_t year);

}  // namespace kyma::helm
