#include "operator/helm/chart/timestamp.hpp"

#include <fmt/format.h>

#include "operator/helm/gotemplate/format.hpp"

namespace kyma::helm {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int days_in(int month, int year) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[month - 1];
}

// Takes a layout's elements from the front of a text. Where one does not fit, says which (as the layout writes it) and
// what stands there; a number that is out of range has its own message.
class TimeReader {
 public:
  explicit TimeReader(std::string_view text) : rest_(text) {}

  bool date() {
    return digits(4, 4, "2006", year_) && literal('-') && digits(2, 2, "01", month_) &&
           in_range(month_ >= 1 && month_ <= 12, "month") && literal('-') && digits(2, 2, "02", day_);
  }
  bool time() {
    int value = 0;
    return digits(1, 2, "15", value) && in_range(value < 24, "hour") && literal(':') && digits(2, 2, "04", value) &&
           in_range(value < 60, "minute") && literal(':') && digits(2, 2, "05", value) &&
           in_range(value < 60, "second") && fraction();
  }
  bool zone() {
    if (rest_.starts_with('Z')) {
      rest_.remove_prefix(1);
      return true;
    }
    const std::string_view all = rest_;
    const bool fits = all.size() >= 6 && (all[0] == '+' || all[0] == '-') && is_digit(all[1]) && is_digit(all[2]) &&
                      all[3] == ':' && is_digit(all[4]) && is_digit(all[5]);
    if (!fits) return wrong("Z07:00");
    rest_.remove_prefix(6);
    return in_range((all[1] - '0') * 10 + all[2] - '0' <= 24, "time zone offset hour") &&
           in_range((all[4] - '0') * 10 + all[5] - '0' <= 60, "time zone offset minute");
  }
  bool literal(char c) {
    if (!rest_.starts_with(c)) return wrong(std::string(1, c));
    rest_.remove_prefix(1);
    return true;
  }
  // Go looks at the day last of all.
  bool end() {
    if (!rest_.empty()) {
      problem_ = fmt::format(": extra text: {}", gotemplate::quote(rest_));
      return false;
    }
    return day_ == kNoDay || in_range(day_ >= 1 && day_ <= days_in(month_, year_), "day");
  }

  std::string message(std::string_view text, std::string_view layout) const {
    if (problem_.starts_with(':')) return fmt::format("parsing time {}{}", gotemplate::quote(text), problem_);
    return fmt::format("parsing time {} as \"{}\": cannot parse {}", gotemplate::quote(text), layout, problem_);
  }

 private:
  static constexpr int kNoDay = -1;

  bool wrong(std::string_view element) {
    problem_ = fmt::format("{} as \"{}\"", gotemplate::quote(rest_), element);
    return false;
  }
  bool in_range(bool ok, std::string_view what) {
    if (!ok) problem_ = fmt::format(": {} out of range", what);
    return ok;
  }
  bool digits(std::size_t least, std::size_t most, std::string_view element, int& value) {
    std::size_t count = 0;
    int number = 0;
    while (count < most && count < rest_.size() && is_digit(rest_[count])) number = number * 10 + rest_[count++] - '0';
    if (count < least) return wrong(element);
    rest_.remove_prefix(count);
    value = number;
    return true;
  }
  // Seconds may have one in any layout.
  bool fraction() {
    if (rest_.size() < 2 || (rest_[0] != '.' && rest_[0] != ',') || !is_digit(rest_[1])) return true;
    rest_.remove_prefix(1);
    while (!rest_.empty() && is_digit(rest_[0])) rest_.remove_prefix(1);
    return true;
  }

  std::string_view rest_;
  int year_ = 0;
  int month_ = 1;
  int day_ = kNoDay;
  std::string problem_;
};

bool read_rfc3339(TimeReader& reader) {
  return reader.date() && reader.literal('T') && reader.time() && reader.zone() && reader.end();
}

}  // namespace

bool is_date(std::string_view text) {
  TimeReader reader(text);
  return reader.date() && reader.end();
}

bool is_time(std::string_view text) {
  TimeReader reader(text);
  return reader.time() && reader.end();
}

bool is_time_with_zone(std::string_view text) {
  TimeReader reader(text);
  return reader.time() && reader.zone() && reader.end();
}

bool is_rfc3339(std::string_view text) {
  TimeReader reader(text);
  return read_rfc3339(reader);
}

std::optional<std::string> rfc3339_error(std::string_view text) {
  TimeReader reader(text);
  if (read_rfc3339(reader)) return std::nullopt;
  return reader.message(text, "2006-01-02T15:04:05Z07:00");
}

}  // namespace kyma::helm
