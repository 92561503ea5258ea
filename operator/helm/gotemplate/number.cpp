#include "operator/helm/gotemplate/number.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

namespace kyma::gotemplate {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
constexpr bool is_decimal(char c) { return c >= '0' && c <= '9'; }

// Each underscore stands between digits; a base prefix counts as one.
bool underscores_fit(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  char seen = '^';  // '0' a digit, '_', '!' something else
  bool hexadecimal = false;
  if (text.size() >= 2 && text[0] == '0') {
    const char letter = lower(text[1]);
    if (letter == 'b' || letter == 'o' || letter == 'x') {
      hexadecimal = letter == 'x';
      seen = '0';
      text.remove_prefix(2);
    }
  }
  for (const char c : text) {
    if (is_decimal(c) || (hexadecimal && lower(c) >= 'a' && lower(c) <= 'f')) {
      seen = '0';
    } else if (c == '_') {
      if (seen != '0') return false;
      seen = '_';
    } else {
      if (seen == '_') return false;
      seen = '!';
    }
  }
  return seen != '_';
}

// The base that the prefix of a literal tells, the prefix taken off.
int take_base(std::string_view& digits) {
  if (digits.empty() || digits[0] != '0') return 10;
  const char letter = digits.size() >= 3 ? lower(digits[1]) : '\0';
  const int base = letter == 'x' ? 16 : letter == 'b' ? 2 : letter == 'o' ? 8 : 0;
  digits.remove_prefix(base == 0 ? 1 : 2);
  return base == 0 ? 8 : base;
}

std::string without_underscores(std::string_view text) {
  std::string out(text);
  std::erase(out, '_');
  return out;
}

// from_chars reports both ends of the range alike. The exponent of the first significant digit tells them apart.
bool is_tiny(std::string_view number, bool hexadecimal) {
  const char letter = hexadecimal ? 'p' : 'e';
  const auto mark = std::find_if(number.begin(), number.end(), [&](char c) { return lower(c) == letter; });
  const std::string_view mantissa(number.begin(), mark);
  double exponent = 0;
  if (mark != number.end()) {
    std::string_view digits(mark + 1, number.end());
    const bool negative = !digits.empty() && digits[0] == '-';
    if (!digits.empty() && (digits[0] == '-' || digits[0] == '+')) digits.remove_prefix(1);
    for (const char c : digits) exponent = exponent * 10 + (c - '0');
    if (negative) exponent = -exponent;
  }
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  const std::size_t first = std::min(mantissa.find_first_not_of("0."), mantissa.size());
  const double place = static_cast<double>(point) - static_cast<double>(first);
  return exponent + place * (hexadecimal ? 4 : 1) < 0;
}

// Only digits, one point at most, and an exponent with digits: from_chars takes less than all of anything else.
std::optional<double> parse_magnitude(std::string_view text) {
  const bool hexadecimal = text.size() > 2 && text[0] == '0' && lower(text[1]) == 'x';
  if (hexadecimal) {
    text.remove_prefix(2);
    if (std::none_of(text.begin(), text.end(), [](char c) { return lower(c) == 'p'; })) return std::nullopt;
  }
  // from_chars would read the words inf and nan, and a minus sign.
  if (text.empty() || !(text[0] == '.' || is_decimal(text[0]) || (hexadecimal && lower(text[0]) >= 'a'))) {
    return std::nullopt;
  }
  if (hexadecimal && lower(text[0]) > 'f') return std::nullopt;
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto format = hexadecimal ? std::chars_format::hex : std::chars_format::general;
  const auto [rest, error] = std::from_chars(text.data(), end, value, format);
  if (rest != end) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    if (is_tiny(text, hexadecimal)) return 0.0;
    return std::nullopt;
  }
  if (error != std::errc()) return std::nullopt;
  return value;
}

bool equals_ignoring_case(std::string_view text, std::string_view word) {
  return std::equal(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) { return lower(a) == b; });
}

}  // namespace

std::optional<std::uint64_t> parse_uint(std::string_view text, int base) {
  std::string_view digits = text;
  std::string stripped;
  if (base == 0) {
    base = take_base(digits);
    if (digits.find('_') != std::string_view::npos) {
      if (!underscores_fit(text)) return std::nullopt;
      stripped = without_underscores(digits);
      digits = stripped;
    }
    if (digits.empty() && text == "0") return 0;
  }
  std::uint64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, value, base);
  if (digits.empty() || rest != end || error != std::errc()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_int(std::string_view text, int base) {
  if (text.empty()) return std::nullopt;
  const bool negative = text[0] == '-';
  if (negative || text[0] == '+') text.remove_prefix(1);
  const auto magnitude = parse_uint(text, base);
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!magnitude || *magnitude > kMost + (negative ? 1 : 0)) return std::nullopt;
  return static_cast<std::int64_t>(negative ? 0 - *magnitude : *magnitude);
}

std::optional<double> parse_float(std::string_view text) {
  std::string_view magnitude = text;
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) magnitude.remove_prefix(1);
  std::optional<double> value;
  if (equals_ignoring_case(magnitude, "inf") || equals_ignoring_case(magnitude, "infinity")) {
    value = std::numeric_limits<double>::infinity();
  } else if (equals_ignoring_case(text, "nan")) {
    return std::numeric_limits<double>::quiet_NaN();
  } else if (magnitude.find('_') != std::string_view::npos) {
    if (underscores_fit(text)) value = parse_magnitude(without_underscores(magnitude));
  } else {
    value = parse_magnitude(magnitude);
  }
  if (value && negative) value = -*value;
  return value;
}

}  // namespace kyma::gotemplate
