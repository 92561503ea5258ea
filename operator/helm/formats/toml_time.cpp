#include "operator/helm/formats/toml_time.hpp"

#include <fmt/format.h>

#include <array>

namespace kyma::helm {

const gotemplate::Type kTomlTimeType{.name = "time.Time"};

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool accept(std::string_view any) {
    if (rest_.empty() || any.find(rest_[0]) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool number(std::size_t digits, int low, int high, int& value) {
    if (rest_.size() < digits) return false;
    value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (!is_digit(rest_[i])) return false;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return value >= low && value <= high;
  }
  // The digits after the point, without zeros at the end; Go keeps nine.
  bool fraction(std::string& digits) {
    if (rest_.size() < 2 || (rest_[0] != '.' && rest_[0] != ',') || !is_digit(rest_[1])) return true;
    rest_.remove_prefix(1);
    while (!rest_.empty() && is_digit(rest_[0])) {
      if (digits.size() < 9) digits += rest_[0];
      rest_.remove_prefix(1);
    }
    while (digits.ends_with('0')) digits.pop_back();
    return true;
  }
  bool starts_with_clock() const { return rest_.size() > 2 && rest_[2] == ':'; }

 private:
  std::string_view rest_;
};

int days_in(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return kDays[static_cast<std::size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

struct Fields {
  int year = 0;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::string fraction;
  char sign = 'Z';  // of the offset
  int offset_hours = 0;
  int offset_minutes = 0;

  std::string date() const { return fmt::format("{:04}-{:02}-{:02}", year, month, day); }
  std::string clock() const {
    return fmt::format("{:02}:{:02}:{:02}{}{}", hour, minute, second, fraction.empty() ? "" : ".", fraction);
  }
};

bool parse_date(Parser& parser, Fields& fields) {
  return parser.number(4, 0, 9999, fields.year) && parser.accept("-") && parser.number(2, 1, 12, fields.month) &&
         parser.accept("-") && parser.number(2, 1, days_in(fields.year, fields.month), fields.day);
}

bool parse_clock(Parser& parser, Fields& fields) {
  return parser.number(2, 0, 23, fields.hour) && parser.accept(":") && parser.number(2, 0, 59, fields.minute) &&
         parser.accept(":") && parser.number(2, 0, 59, fields.second) && parser.fraction(fields.fraction);
}

bool parse_offset(Parser& parser, Fields& fields) {
  if (parser.accept("Zz")) return true;
  if (parser.accept("+")) {
    fields.sign = '+';
  } else if (parser.accept("-")) {
    fields.sign = '-';
  } else {
    return false;
  }
  return parser.number(2, 0, 24, fields.offset_hours) && parser.accept(":") &&
         parser.number(2, 0, 60, fields.offset_minutes);
}

}  // namespace

std::optional<TomlTime> TomlTime::parse(std::string_view text) {
  Parser parser(text);
  Fields fields;
  TomlTime time;
  if (parser.starts_with_clock()) {
    if (!parse_clock(parser, fields) || !parser.at_end()) return std::nullopt;
    time.toml_ = fields.clock();
    time.text_ = fmt::format("{} {} +0000 time-local", fields.date(), fields.clock());
    time.json_ = fmt::format("{}T{}Z", fields.date(), fields.clock());
    return time;
  }
  if (!parse_date(parser, fields)) return std::nullopt;
  if (parser.at_end()) {
    time.toml_ = fields.date();
    time.text_ = fmt::format("{} 00:00:00 +0000 date-local", fields.date());
    time.json_ = fmt::format("{}T00:00:00Z", fields.date());
    return time;
  }
  if (!parser.accept("Tt ") || !parse_clock(parser, fields)) return std::nullopt;
  const std::string local = fmt::format("{}T{}", fields.date(), fields.clock());
  if (parser.at_end()) {
    time.toml_ = local;
    time.text_ = fmt::format("{} {} +0000 datetime-local", fields.date(), fields.clock());
    time.json_ = local + "Z";
    return time;
  }
  if (!parse_offset(parser, fields) || !parser.at_end()) return std::nullopt;
  const bool utc = fields.sign == 'Z' || (fields.offset_hours == 0 && fields.offset_minutes == 0);
  const int hours = fields.offset_hours + fields.offset_minutes / 60;
  const int minutes = fields.offset_minutes % 60;
  const std::string offset = fmt::format("{}{:02}{:02}", fields.sign, hours, minutes);
  time.text_ = utc ? fmt::format("{} {} +0000 UTC", fields.date(), fields.clock())
                   : fmt::format("{} {} {} {}", fields.date(), fields.clock(), offset, offset);
  time.json_ = utc ? local + "Z" : fmt::format("{}{}{:02}:{:02}", local, fields.sign, hours, minutes);
  time.toml_ = time.json_;
  return time;
}

bool TomlTime::equals(const gotemplate::Object& other) const {
  const auto* time = dynamic_cast<const TomlTime*>(&other);
  return time != nullptr && time->text_ == text_;
}

}  // namespace kyma::helm
