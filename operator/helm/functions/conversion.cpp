#include "operator/helm/functions/conversion.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "operator/helm/formats/go_number.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string_view without_sign(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return text;
}

// Go lets underscores stand between digits, and after a base prefix.
bool underscores_fit(std::string_view text) {
  text = without_sign(text);
  char previous = '^';
  bool hex = false;
  if (text.size() >= 2 && text[0] == '0' && (lower(text[1]) == 'b' || lower(text[1]) == 'o' || lower(text[1]) == 'x')) {
    previous = '0';
    hex = lower(text[1]) == 'x';
    text.remove_prefix(2);
  }
  for (const char c : text) {
    if (is_digit(c) || (hex && lower(c) >= 'a' && lower(c) <= 'f')) {
      previous = '0';
    } else if (c == '_') {
      if (previous != '0') return false;
      previous = '_';
    } else {
      if (previous == '_') return false;
      previous = '!';
    }
  }
  return previous != '_';
}

// The text without its underscores; nothing when they stand where Go forbids them.
std::optional<std::string> without_underscores(std::string_view text) {
  std::string result(text);
  if (text.find('_') != std::string_view::npos) {
    if (!underscores_fit(text)) return std::nullopt;
    std::erase(result, '_');
  }
  return result;
}

// "3.00" reads as 3, "3.10" does not read as an integer.
std::string_view without_zero_decimals(std::string_view text) {
  bool zero_seen = false;
  for (std::size_t i = text.size(); i > 0; --i) {
    if (text[i - 1] == '.') return zero_seen ? text.substr(0, i - 1) : text;
    if (text[i - 1] != '0') return text;
    zero_seen = true;
  }
  return text;
}

std::int64_t parse_int64(std::string_view text) {
  const auto digits = without_underscores(without_zero_decimals(text));
  if (!digits) return 0;
  const auto parsed = parse_integer(*digits, 0);
  return parsed && !parsed->is_unsigned ? parsed->value : 0;
}

// As amd64 converts: what does not fit becomes the smallest number.
std::int64_t truncate(double value) {
  if (!(value >= -9223372036854775808.0 && value < 9223372036854775808.0)) {
    return std::numeric_limits<std::int64_t>::min();
  }
  return static_cast<std::int64_t>(value);
}

std::optional<double> parse_name(std::string_view text) {
  std::string name;
  for (const char c : without_sign(text)) name += lower(c);
  if (name == "inf" || name == "infinity") {
    return text[0] == '-' ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  }
  if (name == "nan" && is_digit(text[0]) == false && text[0] != '-' && text[0] != '+') {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return std::nullopt;
}

// 0x1.8p3: Go demands the exponent.
double parse_hex_float(std::string_view text) {
  const bool negative = text[0] == '-';
  const std::string_view digits = without_sign(text).substr(2);
  if (digits.find_first_of("pP") == std::string_view::npos || digits[0] == '-') return 0;
  const std::size_t mark = digits.find_first_of("pP");
  std::string plain(digits);
  if (mark + 1 < plain.size() && plain[mark + 1] == '+') plain.erase(mark + 1, 1);  // from_chars does not know it
  double value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value, std::chars_format::hex);
  if (error != std::errc() || end != plain.data() + plain.size()) return 0;
  return negative ? -value : value;
}

double parse_float64(std::string_view text) {
  if (text.empty()) return 0;
  if (const auto named = parse_name(text)) return *named;
  const auto digits = without_underscores(text);
  if (!digits) return 0;
  const std::string_view number = without_sign(*digits);
  if (number.size() > 2 && number[0] == '0' && lower(number[1]) == 'x') return parse_hex_float(*digits);
  if (number.empty() || (!is_digit(number[0]) && number[0] != '.')) return 0;
  bool overflow = false;
  const auto value = parse_decimal(*digits, &overflow);
  return value && !overflow ? *value : 0;
}

// Of the named numbers, cast knows those that are ints: months and weekdays, but not durations.
Value plain_number(Value value) {
  if (!value.is(Kind::object)) return value;
  const auto number = value.as_object().number();
  return number && number->is(Kind::integer) ? *number : value;
}

}  // namespace

void append_string(std::string& out, Value value) {
  if (value.is_string() || value.is(Kind::bytes)) {
    out += value.as_text();
  } else {
    gotemplate::append_value(out, value);
  }
}

std::string to_string(Value value) {
  std::string text;
  append_string(text, value);
  return text;
}

std::vector<std::string> to_strings(Value value) {
  std::vector<std::string> result;
  if (value.is_list()) {
    result.reserve(value.as_list().items.size());
    for (const Value item : value.as_list().items) {
      if (!item.is_nothing()) result.push_back(to_string(item));
    }
  } else if (value.is(Kind::bytes)) {
    for (const char byte : value.as_text()) result.push_back(std::to_string(static_cast<unsigned char>(byte)));
  } else if (!value.is_nothing()) {
    result.push_back(to_string(value));
  }
  return result;
}

std::int64_t to_int64(Value value) {
  value = plain_number(value);
  switch (value.kind()) {
    case Kind::boolean:
    case Kind::integer:
    case Kind::int64:
    case Kind::uint8:
    case Kind::uint64: return value.as_int();
    case Kind::float64: return truncate(value.as_float());
    case Kind::string: return parse_int64(value.as_text());
    default: return 0;
  }
}

std::int64_t to_int(Value value) { return to_int64(value); }

double to_float64(Value value) {
  value = plain_number(value);
  switch (value.kind()) {
    case Kind::boolean:
    case Kind::integer:
    case Kind::int64:
    case Kind::uint8: return static_cast<double>(value.as_int());
    case Kind::uint64: return static_cast<double>(value.as_uint64());
    case Kind::float64: return value.as_float();
    case Kind::string: return parse_float64(value.as_text());
    default: return 0;
  }
}

// Structs never are empty; a named number is when it is zero.
bool is_empty(Value value) {
  if (value.is(Kind::object)) {
    const auto number = value.as_object().number();
    return number && is_empty(*number);
  }
  return !gotemplate::is_true(value);
}

}  // namespace kyma::helm
