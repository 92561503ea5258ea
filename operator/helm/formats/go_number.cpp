#include "operator/helm/formats/go_number.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace kyma::helm {
namespace {

template <class Float>
Digits digits_of(Float value) {
  Digits result;
  result.negative = std::signbit(value);
  char buffer[40];
  const auto [end, error] =
      std::to_chars(buffer, buffer + sizeof buffer, std::abs(value), std::chars_format::scientific);
  const char* at = buffer;
  for (; at != end && *at != 'e'; ++at) {
    if (*at != '.') result.text[result.count++] = *at;
  }
  int exponent = 0;
  if (at != end) {
    const bool minus = at[1] == '-';
    std::from_chars(at + 2, end, exponent);
    if (minus) exponent = -exponent;
  }
  while (result.count > 1 && result.text[result.count - 1] == '0') --result.count;
  result.point = exponent + 1;
  return result;
}

void append_scientific(std::string& out, const Digits& digits, std::size_t exponent_digits) {
  out += digits.text[0];
  if (digits.count > 1) {
    out += '.';
    out += digits.view().substr(1);
  }
  const int exponent = digits.point - 1;
  out += 'e';
  out += exponent < 0 ? '-' : '+';
  const std::string text = std::to_string(std::abs(exponent));
  if (text.size() < exponent_digits) out.append(exponent_digits - text.size(), '0');
  out += text;
}

void append_plain(std::string& out, const Digits& digits) {
  const int count = digits.count;
  if (digits.point <= 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-digits.point), '0');
    out += digits.view();
  } else if (count <= digits.point) {
    out += digits.view();
    out.append(static_cast<std::size_t>(digits.point - count), '0');
  } else {
    out += digits.view().substr(0, static_cast<std::size_t>(digits.point));
    out += '.';
    out += digits.view().substr(static_cast<std::size_t>(digits.point));
  }
}

template <class Float>
std::string general(Float value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  const Digits digits = digits_of(value);
  std::string out;
  if (digits.negative) out += '-';
  const int exponent = digits.point - 1;
  if (exponent < -4 || exponent >= 6) {
    append_scientific(out, digits, 2);
  } else {
    append_plain(out, digits);
  }
  return out;
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 99;
}

// The base that a prefix names; the prefix is removed.
int detect_base(std::string_view& text) {
  if (text.size() < 2 || text[0] != '0') return 10;
  int base = 0;
  switch (text[1]) {
    case 'x':
    case 'X': base = 16; break;
    case 'b':
    case 'B': base = 2; break;
    case 'o':
    case 'O': base = 8; break;
    default: text.remove_prefix(1); return 8;
  }
  text.remove_prefix(2);
  return base;
}

std::optional<std::uint64_t> parse_magnitude(std::string_view text, int base) {
  if (base == 0) base = detect_base(text);
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    const int digit = digit_value(c);
    if (digit >= base) return std::nullopt;
    if (__builtin_mul_overflow(value, static_cast<std::uint64_t>(base), &value) ||
        __builtin_add_overflow(value, static_cast<std::uint64_t>(digit), &value)) {
      return std::nullopt;
    }
  }
  return value;
}

}  // namespace

Digits shortest_digits(double value) { return digits_of(value); }

Digits shortest_digits(float value) { return digits_of(value); }

std::string general_text(double value) { return general(value); }

std::string general_text(float value) { return general(value); }

std::string plain_text(double value) {
  const Digits digits = digits_of(value);
  std::string out;
  if (digits.negative) out += '-';
  append_plain(out, digits);
  return out;
}

void append_json_number(std::string& out, double value) {
  const double magnitude = std::abs(value);
  if (magnitude < 1e15 && magnitude == std::floor(magnitude) && !(value == 0 && std::signbit(value))) {
    char buffer[24];
    const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, static_cast<std::int64_t>(value));
    out.append(buffer, end);
    return;
  }
  const Digits digits = digits_of(value);
  if (digits.negative) out += '-';
  if (magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21)) {
    append_scientific(out, digits, 1);
  } else {
    append_plain(out, digits);
  }
}

std::optional<double> parse_decimal(std::string_view text, bool* overflow) {
  if (!text.empty() && text.front() == '+') {
    text.remove_prefix(1);
    if (!text.empty() && text.front() == '-') return std::nullopt;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::invalid_argument || end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) {  // of either kind: too large is an error to Go, too small is not
    value = std::strtod(std::string(text).c_str(), nullptr);
    if (std::isinf(value)) {
      if (overflow != nullptr) *overflow = true;
      return std::nullopt;
    }
  }
  return value;
}

std::optional<GoInteger> parse_integer(std::string_view text, int base) {
  bool negative = false;
  bool has_sign = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    has_sign = true;
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  const auto magnitude = parse_magnitude(text, base);
  if (!magnitude) return std::nullopt;
  constexpr std::uint64_t kLimit = std::uint64_t{1} << 63;
  if (*magnitude < kLimit || (negative && *magnitude == kLimit)) {
    const std::uint64_t bits = negative ? 0 - *magnitude : *magnitude;
    return GoInteger{static_cast<std::int64_t>(bits), false};
  }
  if (has_sign) return std::nullopt;  // ParseUint knows none
  return GoInteger{static_cast<std::int64_t>(*magnitude), true};
}

}  // namespace kyma::helm
