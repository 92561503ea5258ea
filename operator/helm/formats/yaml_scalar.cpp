#include "operator/helm/formats/yaml_scalar.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "operator/helm/formats/go_number.hpp"

namespace kyma::helm {
namespace {

enum class Dialect { yaml2, yaml3 };

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

// Words have three spellings: lower case, capitalised, upper case.
bool is_word(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size() || (text[0] | 0x20) != lower[0]) return false;
  const auto matches = [&](std::size_t from, bool upper) {
    for (std::size_t i = from; i < text.size(); ++i) {
      if (text[i] != (upper ? static_cast<char>(lower[i] - 0x20) : lower[i])) return false;
    }
    return true;
  };
  const bool capital = text[0] != lower[0];
  return matches(1, false) || (capital && matches(1, true));
}

YamlScalar boolean(bool value) { return {.type = YamlType::boolean, .integer = value ? 1 : 0}; }
YamlScalar floating(double value) { return {.type = YamlType::floating, .floating = value}; }

bool is_old_true(std::string_view text) { return is_word(text, "y") || is_word(text, "yes") || is_word(text, "on"); }
bool is_old_false(std::string_view text) { return is_word(text, "n") || is_word(text, "no") || is_word(text, "off"); }

std::optional<YamlScalar> resolve_word(std::string_view text, Dialect dialect) {
  if (text.empty()) return YamlScalar{.type = YamlType::null};
  if (text.size() > 5) return std::nullopt;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  switch (text[0]) {
    case 'y':
    case 'Y':
    case 'o':
    case 'O':
    case 'n':
    case 'N':
    case 't':
    case 'T':
    case 'f':
    case 'F':
      if (is_word(text, "null")) return YamlScalar{.type = YamlType::null};
      if (is_word(text, "true")) return boolean(true);
      if (is_word(text, "false")) return boolean(false);
      if (dialect == Dialect::yaml3) return std::nullopt;
      if (is_old_true(text)) return boolean(true);
      if (is_old_false(text)) return boolean(false);
      return std::nullopt;
    case '~':
      if (text.size() == 1) return YamlScalar{.type = YamlType::null};
      return std::nullopt;
    case '.':
      if (is_one_of(text, {".nan", ".NaN", ".NAN"})) return floating(std::numeric_limits<double>::quiet_NaN());
      if (is_one_of(text, {".inf", ".Inf", ".INF"})) return floating(kInfinity);
      return std::nullopt;
    case '+':
      if (is_one_of(text, {"+.inf", "+.Inf", "+.INF"})) return floating(kInfinity);
      return std::nullopt;
    case '-':
      if (is_one_of(text, {"-.inf", "-.Inf", "-.INF"})) return floating(-kInfinity);
      return std::nullopt;
    default: return std::nullopt;
  }
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool looks_like_float(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t start = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at > start;
  };
  const auto accept = [&](std::string_view any) {
    if (at >= text.size() || any.find(text[at]) == std::string_view::npos) return false;
    ++at;
    return true;
  };
  accept("+-");
  if (accept(".")) {
    if (!digits()) return false;
  } else {
    if (!digits()) return false;
    if (accept(".")) digits();
  }
  if (accept("eE")) {
    accept("+-");
    if (!digits()) return false;
  }
  return at == text.size();
}

YamlScalar from_integer(const GoInteger& number) {
  return {.type = number.is_unsigned ? YamlType::uinteger : YamlType::integer, .integer = number.value};
}

// Digits of `base` after a prefix that strconv's own prefixes do not cover: "0b-1" is -1.
std::optional<YamlScalar> resolve_prefixed(std::string_view text, std::string_view prefix, int base) {
  if (text.starts_with(prefix)) {
    if (const auto number = parse_integer(text.substr(prefix.size()), base)) return from_integer(*number);
  }
  if (text.starts_with('-') && text.substr(1).starts_with(prefix)) {
    std::string digits = "-";
    digits += text.substr(1 + prefix.size());
    const auto number = parse_integer(digits, base);
    if (number && !number->is_unsigned) return from_integer(*number);
  }
  return std::nullopt;
}

// What starts with a digit or a sign.
YamlScalar resolve_number(std::string_view text, Dialect dialect) {
  std::string without;
  if (text.find('_') != std::string_view::npos) {
    without = text;
    std::erase(without, '_');
    text = without;
  }
  if (const auto number = parse_integer(text)) return from_integer(*number);
  if (looks_like_float(text)) {
    if (const auto number = parse_decimal(text)) return floating(*number);
  }
  if (const auto number = resolve_prefixed(text, "0b", 2)) return *number;
  if (dialect == Dialect::yaml3) {
    if (const auto number = resolve_prefixed(text, "0o", 8)) return *number;
  }
  return {};
}

// What starts with a point: strconv.ParseFloat alone decides, which takes underscores between digits.
YamlScalar resolve_fraction(std::string_view text) {
  std::string without;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '_') {
      without += text[at];
    } else if (!is_digit(text[at - 1]) || at + 1 == text.size() || !is_digit(text[at + 1])) {
      return {};
    }
  }
  if (looks_like_float(without)) {
    if (const auto number = parse_decimal(without)) return floating(*number);
  }
  return {};
}

YamlScalar resolve(std::string_view text, Dialect dialect, bool timed) {
  if (const auto word = resolve_word(text, dialect)) return *word;
  const char first = text[0];
  if (first == '.') return resolve_fraction(text);
  if (!is_digit(first) && first != '+' && first != '-') return {};
  if (timed && is_yaml_timestamp(text)) return {.type = YamlType::timestamp};
  return resolve_number(text, dialect);
}

// Base 60, which other parsers read: [-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?
bool looks_like_base60(std::string_view text) {
  if (text.find(':') == std::string_view::npos) return false;
  std::size_t at = text[0] == '+' || text[0] == '-' ? 1 : 0;
  if (at >= text.size() || !is_digit(text[at])) return false;
  while (at < text.size() && (is_digit(text[at]) || text[at] == '_')) ++at;
  std::size_t groups = 0;
  while (at + 1 < text.size() && text[at] == ':' && is_digit(text[at + 1])) {
    const bool two = text[at + 1] <= '5' && at + 2 < text.size() && is_digit(text[at + 2]);
    at += two ? 3 : 2;
    ++groups;
  }
  if (groups == 0) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    while (at < text.size() && (is_digit(text[at]) || text[at] == '_')) ++at;
  }
  return at == text.size();
}

// Go's time.Parse, as far as these formats need it.
class TimeParser {
 public:
  explicit TimeParser(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  bool accept(char c) {
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool spaces() {
    if (!accept(' ')) return false;
    while (accept(' ')) {
    }
    return true;
  }
  // One or two digits.
  bool number(int& value, int low, int high) {
    if (text_.empty() || !is_digit(text_[0])) return false;
    value = text_[0] - '0';
    text_.remove_prefix(1);
    if (!text_.empty() && is_digit(text_[0])) {
      value = value * 10 + (text_[0] - '0');
      text_.remove_prefix(1);
    }
    return value >= low && value <= high;
  }
  bool two_digits(int high) {
    if (text_.size() < 2 || !is_digit(text_[0]) || !is_digit(text_[1])) return false;
    const int value = (text_[0] - '0') * 10 + (text_[1] - '0');
    text_.remove_prefix(2);
    return value <= high;
  }
  bool date() {
    int year = 0;
    for (int i = 0; i < 4; ++i) year = year * 10 + (text_[static_cast<std::size_t>(i)] - '0');
    text_.remove_prefix(4);
    int month = 0;
    int day = 0;
    if (!accept('-') || !number(month, 1, 12) || !accept('-') || !number(day, 1, 31)) return false;
    constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day <= kDays[static_cast<std::size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
  }
  bool clock() {
    int part = 0;
    if (!number(part, 0, 23) || !accept(':') || !number(part, 0, 59) || !accept(':') || !number(part, 0, 59)) {
      return false;
    }
    if (text_.size() >= 2 && (text_[0] == '.' || text_[0] == ',') && is_digit(text_[1])) {
      text_.remove_prefix(1);
      while (!text_.empty() && is_digit(text_[0])) text_.remove_prefix(1);
    }
    return true;
  }
  bool zone() {
    if (accept('Z')) return true;
    if (!accept('+') && !accept('-')) return false;
    return two_digits(24) && accept(':') && two_digits(60);
  }

 private:
  std::string_view text_;
};

}  // namespace

bool is_yaml_timestamp(std::string_view text) {
  if (text.size() < 8 || text[4] != '-' || !std::all_of(text.begin(), text.begin() + 4, is_digit)) return false;
  TimeParser parser(text);
  if (!parser.date()) return false;
  if (parser.at_end()) return true;
  if (parser.accept('T') || parser.accept('t')) return parser.clock() && parser.zone() && parser.at_end();
  return parser.spaces() && parser.clock() && parser.at_end();
}

YamlScalar resolve_yaml2(std::string_view text) { return resolve(text, Dialect::yaml2, true); }

YamlScalar resolve_yaml2_untimed(std::string_view text) { return resolve(text, Dialect::yaml2, false); }

bool is_plain_yaml2(std::string_view text) {
  return resolve(text, Dialect::yaml2, true).type == YamlType::string && !looks_like_base60(text);
}

bool is_plain_yaml3(std::string_view text) {
  return resolve(text, Dialect::yaml3, true).type == YamlType::string && !looks_like_base60(text) &&
         !is_old_true(text) && !is_old_false(text);
}

}  // namespace kyma::helm
