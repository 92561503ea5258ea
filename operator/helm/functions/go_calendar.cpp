#include "operator/helm/functions/go_calendar.hpp"

#include <algorithm>

namespace kyma::helm {
namespace {

constexpr int kDaysBefore[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
constexpr std::uint64_t kDaysPer400Years = 146'097;
constexpr std::uint64_t kDaysPer100Years = 36'524;
constexpr std::uint64_t kDaysPer4Years = 1'461;

// Go counts from January 1st of this year, a Monday, so that no count is negative.
constexpr std::int64_t kFirstYear = -292'277'022'399;
constexpr std::uint64_t kFirstYearTo1 = 9'223'371'966'579'724'800U;  // seconds

}  // namespace

bool is_leap_year(std::int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int days_before_month(int month) { return kDaysBefore[month - 1]; }

int days_in_month(int month, std::int64_t year) {
  if (month == 2 && is_leap_year(year)) return 29;
  return kDaysBefore[month] - kDaysBefore[month - 1];
}

CivilDate civil_date(std::int64_t seconds) {
  std::uint64_t days = (static_cast<std::uint64_t>(seconds) + kFirstYearTo1) / kSecondsPerDay;
  CivilDate date;
  date.weekday = static_cast<int>((days + 1) % 7);
  // The last year of a group may be a leap year: its last day belongs to no fifth part.
  std::uint64_t years = 400 * (days / kDaysPer400Years);
  days %= kDaysPer400Years;
  const std::uint64_t centuries = std::min<std::uint64_t>(days / kDaysPer100Years, 3);
  years += 100 * centuries;
  days -= kDaysPer100Years * centuries;
  years += 4 * (days / kDaysPer4Years);
  days %= kDaysPer4Years;
  const std::uint64_t single = std::min<std::uint64_t>(days / 365, 3);
  years += single;
  days -= 365 * single;

  date.year = static_cast<std::int64_t>(years) + kFirstYear;
  auto day = static_cast<int>(days);
  date.year_day = day + 1;
  if (is_leap_year(date.year)) {
    if (day == 31 + 29 - 1) {
      date.month = 2;
      date.day = 29;
      return date;
    }
    if (day > 31 + 29 - 1) --day;
  }
  while (date.month < 12 && kDaysBefore[date.month] <= day) ++date.month;
  date.day = day - kDaysBefore[date.month - 1] + 1;
  return date;
}

int second_of_day(std::int64_t seconds) {
  return static_cast<int>((static_cast<std::uint64_t>(seconds) + kFirstYearTo1) % kSecondsPerDay);
}

std::int64_t days_before_year(std::int64_t year) {
  auto y = static_cast<std::uint64_t>(year - kFirstYear);
  std::uint64_t days = kDaysPer400Years * (y / 400);
  y %= 400;
  days += kDaysPer100Years * (y / 100);
  y %= 100;
  days += kDaysPer4Years * (y / 4) + 365 * (y % 4);
  return static_cast<std::int64_t>(days - kFirstYearTo1 / kSecondsPerDay);
}

}  // namespace kyma::helm
