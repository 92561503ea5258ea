// Reading times by example.
#include <fmt/format.h>

#include <optional>
#include <utility>

#include "operator/helm/functions/go_layout.hpp"
#include "operator/helm/functions/go_layout_chunk.hpp"
#include "operator/helm/gotemplate/function.hpp"

namespace kyma::helm {
namespace {

bool is_digit_at(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

bool is_separator(char c) { return c == '.' || c == ','; }

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view without_spaces(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(' '), text.size()));
}

// Hours of "+3" and the like behind a zone's name; how many characters they take, 0 when malformed.
std::size_t signed_hours_length(std::string_view text) {
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return 0;
  std::size_t length = 1;
  int hours = 0;
  for (; is_digit_at(text, length); ++length) {
    if (hours <= 23) hours = hours * 10 + (text[length] - '0');
  }
  return length == 1 || hours > 23 ? 0 : length;
}

// How many characters look like a zone's abbreviation; 0: none do.
std::size_t zone_name_length(std::string_view text) {
  if (text.size() < 3) return 0;
  if (text.starts_with("ChST") || text.starts_with("MeST")) return 4;
  if (text.starts_with("GMT")) return 3 + signed_hours_length(text.substr(3));
  if (text.front() == '+' || text.front() == '-') return signed_hours_length(text);
  std::size_t letters = 0;
  while (letters < 6 && letters < text.size() && text[letters] >= 'A' && text[letters] <= 'Z') ++letters;
  if (letters == 3) return 3;
  if (letters == 4 && (text[3] == 'T' || text.starts_with("WITA"))) return 4;
  if (letters == 5 && text[4] == 'T') return 5;
  return 0;
}

class TimeParser {
 public:
  TimeParser(std::string_view layout, std::string_view value, const GoZone& zone, gotemplate::Heap& heap)
      : layout_(layout), whole_(value), rest_(value), default_zone_(zone), heap_(heap) {}

  GoTime parse() {
    for (std::string_view layout = layout_;;) {
      const LayoutChunk chunk = next_chunk(layout);
      if (!skip(chunk.before)) cannot_parse(rest_, chunk.before);
      if (chunk.element == LayoutElement::none) break;
      layout = chunk.after;
      const std::string_view hold = rest_;
      const bool is_good = take(chunk, layout);
      if (!out_of_range_.empty()) complain(fmt::format(": {} out of range", out_of_range_));
      if (!is_good) cannot_parse(hold, chunk.text);
    }
    if (!rest_.empty()) complain(fmt::format(": extra text: {}", quote_for_time(rest_)));
    if (is_pm_ && hour_ < 12) hour_ += 12;
    if (is_am_ && hour_ == 12) hour_ = 0;
    settle_day();
    return locate();
  }

 private:
  [[noreturn]] void complain(std::string_view message) const {
    throw gotemplate::FunctionError(fmt::format("parsing time {}{}", quote_for_time(whole_), message));
  }
  [[noreturn]] void cannot_parse(std::string_view value, std::string_view element) const {
    complain(fmt::format(" as {}: cannot parse {} as {}", quote_for_time(layout_), quote_for_time(value),
                         quote_for_time(element)));
  }

  // Plain text; a space stands for any number of them.
  bool skip(std::string_view plain) {
    while (!plain.empty()) {
      if (plain.front() == ' ') {
        if (!rest_.empty() && rest_.front() != ' ') return false;
        plain = without_spaces(plain);
        rest_ = without_spaces(rest_);
        continue;
      }
      if (rest_.empty() || rest_.front() != plain.front()) return false;
      plain.remove_prefix(1);
      rest_.remove_prefix(1);
    }
    return true;
  }

  // One digit or two; `fixed`: two.
  bool take_number(int& into, bool fixed) {
    into = 0;
    if (!is_digit_at(rest_, 0)) return false;
    if (!is_digit_at(rest_, 1)) {
      if (fixed) return false;
      into = rest_[0] - '0';
      rest_.remove_prefix(1);
      return true;
    }
    into = (rest_[0] - '0') * 10 + (rest_[1] - '0');
    rest_.remove_prefix(2);
    return true;
  }

  bool take_in_range(int& into, bool fixed, int most, std::string_view name) {
    const bool is_good = take_number(into, fixed);
    if (into > most) out_of_range_ = name;
    return is_good;
  }

  bool take_year_day(bool fixed) {
    for (int i = 0; i < 2 && !fixed && rest_.starts_with(' '); ++i) rest_.remove_prefix(1);
    std::size_t digits = 0;
    int number = 0;
    for (; digits < 3 && is_digit_at(rest_, digits); ++digits) number = number * 10 + (rest_[digits] - '0');
    if (digits == 0 || (fixed && digits != 3)) return false;
    rest_.remove_prefix(digits);
    year_day_ = number;
    return true;
  }

  // A name in letters of any case; its index, or nothing.
  std::optional<int> take_name(std::span<const std::string_view> names, std::size_t length) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string_view name = names[i].substr(0, length);
      if (rest_.size() < name.size()) continue;
      bool is_equal = true;
      for (std::size_t k = 0; k < name.size() && is_equal; ++k) is_equal = to_lower(rest_[k]) == to_lower(name[k]);
      if (!is_equal) continue;
      rest_.remove_prefix(name.size());
      return static_cast<int>(i);
    }
    return std::nullopt;
  }

  bool take_month_name(std::size_t length) {
    const auto index = take_name(kMonthNames, length);
    if (index) month_ = *index + 1;
    return index.has_value();
  }

  // Digits behind an optional sign, as many characters.
  static std::optional<int> signed_number(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    int number = 0;
    if (text.empty()) return std::nullopt;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (!is_digit_at(text, i)) return std::nullopt;
      number = number * 10 + (text[i] - '0');
    }
    return negative ? -number : number;
  }

  bool take_year(std::size_t digits) {
    if (rest_.size() < digits || (digits == 4 && !is_digit_at(rest_, 0))) return false;
    const auto number = signed_number(rest_.substr(0, digits));
    rest_.remove_prefix(digits);
    if (!number) return false;
    year_ = digits == 4 ? *number : *number + (*number >= 69 ? 1900 : 2000);
    return true;
  }

  // A point or comma and the digits after it, `length` characters in all.
  bool take_fraction(std::size_t length) {
    if (!is_separator(rest_.front())) return false;
    const std::string_view text = rest_.substr(1, std::min<std::size_t>(length, 10) - 1);
    const auto number = signed_number(text);
    if (!number) return false;
    rest_.remove_prefix(length);
    if (*number < 0) {
      out_of_range_ = "fractional second";
      return false;
    }
    nanosecond_ = *number;
    for (std::size_t i = text.size(); i < 9; ++i) nanosecond_ *= 10;
    return true;
  }

  std::size_t fraction_length() const {
    std::size_t length = 1;
    while (is_digit_at(rest_, length)) ++length;
    return length;
  }

  // A fraction is read even where the layout shows none.
  bool take_second(bool fixed, std::string_view layout) {
    if (!take_number(second_, fixed)) return false;
    if (second_ > 59) {
      out_of_range_ = "second";
      return true;
    }
    if (rest_.size() < 2 || !is_separator(rest_.front()) || !is_digit_at(rest_, 1)) return true;
    const LayoutElement next = next_chunk(layout).element;
    if (next == LayoutElement::fraction_zeros || next == LayoutElement::fraction_nines) return true;
    return take_fraction(fraction_length());
  }

  bool take_half(std::string_view am, std::string_view pm) {
    const std::string_view half = rest_.substr(0, 2);
    if (half != am && half != pm) return false;
    (half == pm ? is_pm_ : is_am_) = true;
    rest_.remove_prefix(2);
    return true;
  }

  bool take_offset(const OffsetForm& form) {
    if (form.z_for_utc && rest_.starts_with('Z')) {
      rest_.remove_prefix(1);
      is_utc_ = true;
      return true;
    }
    const std::size_t colon = form.colons ? 1 : 0;
    const std::size_t parts = 1 + (form.minutes ? 1 : 0) + (form.seconds ? 1 : 0);
    const std::size_t length = 1 + 2 * parts + colon * (parts - 1);
    if (rest_.size() < length) return false;
    const std::string_view text = rest_.substr(0, length);
    int values[3] = {0, 0, 0};
    for (std::size_t i = 0, at = 1; i < parts; ++i, at += 2 + colon) {
      if (i > 0 && form.colons && text[at - 1] != ':') return false;
    }
    rest_.remove_prefix(length);
    bool is_good = true;
    for (std::size_t i = 0, at = 1; i < parts && is_good; ++i, at += 2 + colon) {
      is_good = is_digit_at(text, at) && is_digit_at(text, at + 1);
      if (is_good) values[i] = (text[at] - '0') * 10 + (text[at + 1] - '0');
    }
    if (values[0] > 24) out_of_range_ = "time zone offset hour";
    if (values[1] > 60) out_of_range_ = "time zone offset minute";
    if (values[2] > 60) out_of_range_ = "time zone offset second";
    const int offset = (values[0] * 60 + values[1]) * 60 + values[2];
    offset_ = text.front() == '-' ? -offset : offset;
    return is_good && (text.front() == '+' || text.front() == '-');
  }

  bool take_zone_name() {
    if (rest_.starts_with("UTC")) {
      is_utc_ = true;
      rest_.remove_prefix(3);
      return true;
    }
    const std::size_t length = zone_name_length(rest_);
    if (length == 0) return false;
    zone_name_ = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return true;
  }

  bool take_exact_fraction(std::size_t length) { return rest_.size() >= length && take_fraction(length); }

  bool take_optional_fraction() {
    if (rest_.size() < 2 || !is_separator(rest_.front()) || !is_digit_at(rest_, 1)) return true;
    return take_fraction(fraction_length());
  }

  bool take_month_number(bool fixed) {
    const bool is_good = take_number(month_, fixed);
    if (is_good && (month_ <= 0 || month_ > 12)) out_of_range_ = "month";
    return is_good;
  }

  bool take(const LayoutChunk& chunk, std::string_view layout) {
    switch (chunk.element) {
      case LayoutElement::year: return take_year(2);
      case LayoutElement::long_year: return take_year(4);
      case LayoutElement::month: return take_month_name(3);
      case LayoutElement::long_month: return take_month_name(std::string_view::npos);
      case LayoutElement::number_month: return take_month_number(false);
      case LayoutElement::zero_month: return take_month_number(true);
      case LayoutElement::weekday: return take_name(kDayNames, 3).has_value();
      case LayoutElement::long_weekday: return take_name(kDayNames, std::string_view::npos).has_value();
      case LayoutElement::space_day:
        if (rest_.starts_with(' ')) rest_.remove_prefix(1);
        return take_number(day_, false);
      case LayoutElement::day: return take_number(day_, false);
      case LayoutElement::zero_day: return take_number(day_, true);
      case LayoutElement::space_year_day: return take_year_day(false);
      case LayoutElement::zero_year_day: return take_year_day(true);
      case LayoutElement::hour: return take_in_range(hour_, false, 23, "hour");
      case LayoutElement::hour12: return take_in_range(hour_, false, 12, "hour");
      case LayoutElement::zero_hour12: return take_in_range(hour_, true, 12, "hour");
      case LayoutElement::minute: return take_in_range(minute_, false, 59, "minute");
      case LayoutElement::zero_minute: return take_in_range(minute_, true, 59, "minute");
      case LayoutElement::second: return take_second(false, layout);
      case LayoutElement::zero_second: return take_second(true, layout);
      case LayoutElement::upper_pm: return take_half("AM", "PM");
      case LayoutElement::lower_pm: return take_half("am", "pm");
      case LayoutElement::zone_name: return take_zone_name();
      case LayoutElement::offset: return take_offset(chunk.offset);
      case LayoutElement::fraction_zeros: return take_exact_fraction(chunk.text.size());
      case LayoutElement::fraction_nines: return take_optional_fraction();
      case LayoutElement::none: break;
    }
    return true;
  }

  // Month and day out of the day of the year, or what was not given out of January 1st.
  void settle_day() {
    if (year_day_ >= 0) {
      const bool is_leap = is_leap_year(year_);
      if (year_day_ < 1 || year_day_ > (is_leap ? 366 : 365)) complain(": day-of-year out of range");
      int month = 1;
      int left = year_day_;
      while (left > days_in_month(month, year_)) left -= days_in_month(month++, year_);
      if (month_ >= 0 && month_ != month) complain(": day-of-year does not match month");
      if (day_ >= 0 && day_ != left) complain(": day-of-year does not match day");
      month_ = month;
      day_ = left;
    }
    if (month_ < 0) month_ = 1;
    if (day_ < 0) day_ = 1;
    if (day_ < 1 || day_ > days_in_month(month_, year_)) complain(": day out of range");
  }

  GoTime locate() {
    const GoTime::Fields fields{year_, month_, day_, hour_, minute_, second_, nanosecond_};
    if (is_utc_) return GoTime::from_fields(fields, GoZone::utc());
    if (!offset_ && zone_name_.empty()) return GoTime::from_fields(fields, default_zone_);
    const GoTime utc = GoTime::from_fields(fields, GoZone::utc());
    if (offset_) {
      const GoTime time = utc.add(-*offset_ * kSecond);
      const GoZone::Period period = default_zone_.at(time.unix_seconds());
      if (period.offset == *offset_ && (zone_name_.empty() || zone_name_ == period.name)) {
        return time.in(default_zone_);
      }
      return time.in(fixed_zone(static_cast<std::int32_t>(*offset_)));
    }
    if (const auto offset = default_zone_.offset_of(zone_name_, utc.unix_seconds())) {
      return utc.add(-*offset * kSecond).in(default_zone_);
    }
    // An abbreviation that nobody knows has no offset, but for GMT+3.
    std::int32_t offset = 0;
    if (zone_name_.size() > 3 && zone_name_.starts_with("GMT")) {
      offset = signed_number(zone_name_.substr(3)).value_or(0) * 3600;
    }
    return utc.in(fixed_zone(offset));
  }

  const GoZone& fixed_zone(std::int32_t offset) {
    return *heap_.make<GoZone>(GoZone::fixed(std::string(zone_name_), offset));
  }

  std::string_view layout_;
  std::string_view whole_;
  std::string_view rest_;
  const GoZone& default_zone_;
  gotemplate::Heap& heap_;

  std::string_view out_of_range_;  // the name of what is
  std::int64_t year_ = 0;
  int month_ = -1;
  int day_ = -1;
  int year_day_ = -1;
  int hour_ = 0;
  int minute_ = 0;
  int second_ = 0;
  int nanosecond_ = 0;
  bool is_am_ = false;
  bool is_pm_ = false;
  bool is_utc_ = false;
  std::optional<std::int64_t> offset_;  // seconds east
  std::string_view zone_name_;
};

}  // namespace

GoTime parse_time(std::string_view layout, std::string_view value, const GoZone& zone, gotemplate::Heap& heap) {
  return TimeParser(layout, value, zone, heap).parse();
}

}  // namespace kyma::helm
