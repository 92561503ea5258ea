#include "operator/helm/functions/go_zone_rule.hpp"

#include <utility>

#include "operator/helm/functions/go_calendar.hpp"

namespace kyma::helm {
namespace {

constexpr int kSecondsPerHour = 3600;

// The day and time of a change.
struct Change {
  enum class Form { julian, day_of_year, month_week_day } form = Form::julian;
  int day = 0;
  int week = 0;
  int month = 0;
  int time = 2 * kSecondsPerHour;
};

bool is_digit(std::string_view text) { return !text.empty() && text.front() >= '0' && text.front() <= '9'; }

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Three letters or more, or anything in angle brackets.
std::optional<std::string_view> take_name(std::string_view& text) {
  std::string_view name;
  if (text.starts_with('<')) {
    const std::size_t end = text.find('>');
    if (end == text.npos) return std::nullopt;
    name = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    return name;
  }
  std::size_t length = 0;
  while (length < text.size() && is_letter(text[length])) ++length;
  if (length < 3) return std::nullopt;
  name = text.substr(0, length);
  text.remove_prefix(length);
  return name;
}

std::optional<int> take_number(std::string_view& text, int least, int most) {
  if (!is_digit(text)) return std::nullopt;
  int number = 0;
  for (; is_digit(text); text.remove_prefix(1)) {
    number = number * 10 + (text.front() - '0');
    if (number > most) return std::nullopt;
  }
  if (number < least) return std::nullopt;
  return number;
}

// [+-]h[:m[:s]], in seconds.
std::optional<int> take_offset(std::string_view& text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const auto hours = take_number(text, 0, 24 * 7);
  if (!hours) return std::nullopt;
  int seconds = *hours * kSecondsPerHour;
  for (const int unit : {60, 1}) {
    if (!text.starts_with(':')) break;
    text.remove_prefix(1);
    const auto number = take_number(text, 0, 59);
    if (!number) return std::nullopt;
    seconds += *number * unit;
  }
  return negative ? -seconds : seconds;
}

std::optional<Change> take_change(std::string_view& text) {
  Change change;
  const auto take = [&text](char separator, int least, int most, int& into) {
    if (separator != '\0') {
      if (!text.starts_with(separator)) return false;
      text.remove_prefix(1);
    }
    const auto number = take_number(text, least, most);
    if (number) into = *number;
    return number.has_value();
  };
  if (text.starts_with('J')) {
    if (!take('J', 1, 365, change.day)) return std::nullopt;
  } else if (text.starts_with('M')) {
    change.form = Change::Form::month_week_day;
    if (!take('M', 1, 12, change.month) || !take('.', 1, 5, change.week) || !take('.', 0, 6, change.day)) {
      return std::nullopt;
    }
  } else {
    change.form = Change::Form::day_of_year;
    if (!take('\0', 0, 365, change.day)) return std::nullopt;
  }
  if (text.starts_with('/')) {
    text.remove_prefix(1);
    const auto time = take_offset(text);
    if (!time) return std::nullopt;
    change.time = *time;
  }
  return change;
}

// The day of the year, from 0, on which the weekday comes for the week-th time in the month.
int day_of_weekday(const Change& change, std::int64_t year) {
  int first = days_before_month(change.month);
  if (is_leap_year(year) && change.month > 2) ++first;
  const std::int64_t days = days_before_year(year) + first;  // 0001-01-01 was a Monday
  const auto weekday = static_cast<int>(((days + 1) % 7 + 7) % 7);
  int day = change.day - weekday;
  if (day < 0) day += 7;
  for (int week = 1; week < change.week && day + 7 < days_in_month(change.month, year); ++week) day += 7;
  return first + day;
}

// Seconds from the start of the year, in UTC.
std::int64_t time_in_year(const Change& change, std::int64_t year, int offset) {
  std::int64_t day = 0;
  switch (change.form) {
    case Change::Form::julian:
      day = change.day - 1;
      if (is_leap_year(year) && change.day >= 60) ++day;
      break;
    case Change::Form::day_of_year: day = change.day; break;
    case Change::Form::month_week_day: day = day_of_weekday(change, year); break;
  }
  return day * kSecondsPerDay + change.time - offset;
}

struct Rule {
  std::string_view standard;
  int standard_offset = 0;
  std::string_view summer = {};  // empty: none
  int summer_offset = 0;
  Change start = {};
  Change end = {};
};

std::optional<Rule> parse(std::string_view text) {
  Rule rule;
  const auto standard = take_name(text);
  const auto offset = standard ? take_offset(text) : std::nullopt;
  if (!offset) return std::nullopt;
  rule.standard = *standard;
  rule.standard_offset = -*offset;  // POSIX counts westward
  if (text.empty() || text.front() == ',') return rule;

  const auto summer = take_name(text);
  if (!summer) return std::nullopt;
  rule.summer = *summer;
  rule.summer_offset = rule.standard_offset + kSecondsPerHour;
  if (!text.empty() && text.front() != ',') {
    const auto summer_offset = take_offset(text);
    if (!summer_offset) return std::nullopt;
    rule.summer_offset = -*summer_offset;
  }
  if (text.empty()) text = ",M3.2.0,M11.1.0";
  if (text.front() != ',' && text.front() != ';') return std::nullopt;
  text.remove_prefix(1);
  const auto start = take_change(text);
  if (!start || !text.starts_with(',')) return std::nullopt;
  text.remove_prefix(1);
  const auto end = take_change(text);
  if (!end || !text.empty()) return std::nullopt;
  rule.start = *start;
  rule.end = *end;
  return rule;
}

}  // namespace

std::optional<GoZone::Period> apply_zone_rule(std::string_view text, std::int64_t last_transition,
                                              std::int64_t unix_seconds) {
  const auto rule = parse(text);
  if (!rule) return std::nullopt;
  GoZone::Period outside{.name = rule->standard, .offset = rule->standard_offset, .is_dst = false};
  if (rule->summer.empty()) {
    outside.start = last_transition;
    return outside;
  }
  GoZone::Period inside{.name = rule->summer, .offset = rule->summer_offset, .is_dst = true};
  const CivilDate date = civil_date(unix_seconds + kUnixEpoch);
  const std::int64_t year_start = days_before_year(date.year) * kSecondsPerDay - kUnixEpoch;
  const std::int64_t now = unix_seconds - year_start;
  std::int64_t start = time_in_year(rule->start, date.year, rule->standard_offset);
  std::int64_t end = time_in_year(rule->end, date.year, rule->summer_offset);
  // In the south, summer spans the new year.
  if (end < start) {
    std::swap(start, end);
    std::swap(inside, outside);
  }
  if (now < start) {
    outside.start = year_start;
    outside.end = year_start + start;
    return outside;
  }
  if (now >= end) {
    outside.start = year_start + end;
    outside.end = year_start + 365 * kSecondsPerDay;
    return outside;
  }
  inside.start = year_start + start;
  inside.end = year_start + end;
  return inside;
}

}  // namespace kyma::helm
