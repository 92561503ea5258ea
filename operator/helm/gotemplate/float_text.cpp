// Go's strconv.FormatFloat.
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "operator/helm/gotemplate/format.hpp"

namespace kyma::gotemplate {
namespace {

// No float64 has more significant digits, or more digits after the point, than these; what is asked for beyond is
// zeros.
constexpr int kMostDigits = 800;
constexpr int kMostDecimals = 1100;

// 0.d1d2d3... x 10^point, without zeros at its end.
struct Decimal {
  std::array<char, kMostDigits + 16> digits{};
  int count = 0;
  int point = 0;
};

// precision: of significant digits; -1: the shortest.
Decimal decimal_of(double value, int precision) {
  Decimal result;
  std::array<char, kMostDigits + 32> text{};
  const auto end = precision < 0
                       ? std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific)
                       : std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific,
                                       std::min(precision, kMostDigits) - 1);
  const char* at = text.data();
  for (; at != end.ptr && *at != 'e'; ++at) {
    if (*at != '.') result.digits[static_cast<std::size_t>(result.count++)] = *at;
  }
  int exponent = 0;
  if (at != end.ptr) ++at;
  if (at != end.ptr && *at == '+') ++at;
  std::from_chars(at, end.ptr, exponent);
  while (result.count > 0 && result.digits[static_cast<std::size_t>(result.count - 1)] == '0') --result.count;
  result.point = result.count > 0 ? exponent + 1 : 0;
  return result;
}

void append_exponent(std::string& out, char letter, int exponent) {
  out.push_back(letter);
  out.push_back(exponent < 0 ? '-' : '+');
  const std::string digits = std::to_string(std::abs(exponent));
  if (digits.size() < 2) out.push_back('0');
  out.append(digits);
}

// d.ddde+dd, with `decimals` digits after the point.
void append_scientific(std::string& out, const Decimal& number, int decimals, char letter) {
  const int shown = std::min(number.count, decimals + 1);
  out.push_back(number.count > 0 ? number.digits[0] : '0');
  if (decimals > 0) {
    out.push_back('.');
    if (shown > 1) out.append(number.digits.data() + 1, static_cast<std::size_t>(shown - 1));
    out.append(static_cast<std::size_t>(decimals - std::max(shown - 1, 0)), '0');
  }
  append_exponent(out, letter, number.count > 0 ? number.point - 1 : 0);
}

// ddd.ddd
void append_plain(std::string& out, const Decimal& number, int decimals) {
  const auto digit = [&](int index) {
    return index >= 0 && index < number.count ? number.digits[static_cast<std::size_t>(index)] : '0';
  };
  if (number.point <= 0) out.push_back('0');
  for (int i = 0; i < number.point; ++i) out.push_back(digit(i));
  if (decimals > 0) out.push_back('.');
  for (int i = 0; i < decimals; ++i) out.push_back(digit(number.point + i));
}

void append_general(std::string& out, double value, char verb, int precision) {
  const bool shortest = precision < 0;
  if (precision == 0) precision = 1;
  const Decimal number = decimal_of(value, precision);
  int threshold = precision;
  if (threshold > number.count && number.count >= number.point) threshold = number.count;
  if (shortest) threshold = 6;
  const int exponent = number.point - 1;
  if (number.count > 0 && (exponent < -4 || exponent >= threshold)) {
    append_scientific(out, number, number.count - 1, verb == 'g' ? 'e' : 'E');
  } else {
    append_plain(out, number, std::max(number.count - number.point, 0));
  }
}

// Fixed-point needs no digits of its own: to_chars rounds at the right place.
void append_fixed(std::string& out, double value, int precision) {
  if (precision < 0) {
    const Decimal number = decimal_of(value, -1);
    append_plain(out, number, std::max(number.count - number.point, 0));
    return;
  }
  std::array<char, 320 + kMostDecimals> text{};
  const int exact = std::min(precision, kMostDecimals);
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, exact);
  out.append(text.data(), end.ptr);
  out.append(static_cast<std::size_t>(precision - exact), '0');
}

struct Binary {
  std::uint64_t mantissa = 0;
  int exponent = 0;  // of the mantissa's highest bit, were it set
};

Binary binary_of(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  Binary result{bits & ((std::uint64_t{1} << 52) - 1), static_cast<int>(bits >> 52 & 0x7FF)};
  if (result.exponent == 0) {
    result.exponent = 1;
  } else {
    result.mantissa |= std::uint64_t{1} << 52;
  }
  result.exponent -= 1023;
  return result;
}

// 4503599627370496p-52
void append_binary(std::string& out, double value) {
  const Binary number = binary_of(value);
  const int exponent = number.exponent - 52;
  out.append(std::to_string(number.mantissa)).push_back('p');
  if (exponent >= 0) out.push_back('+');
  out.append(std::to_string(exponent));
}

// 0x1.8p+01
void append_hexadecimal(std::string& out, double value, char verb, int precision) {
  constexpr std::uint64_t kLeading = std::uint64_t{1} << 60;
  const Binary number = binary_of(value);
  std::uint64_t mantissa = number.mantissa << 8;
  int exponent = mantissa == 0 ? 0 : number.exponent;
  for (; mantissa != 0 && !(mantissa & kLeading); --exponent) mantissa <<= 1;
  if (precision >= 0 && precision < 15) {
    const int shift = 4 * precision;
    const std::uint64_t rest = (mantissa << shift) & (kLeading - 1);
    mantissa >>= 60 - shift;
    if ((rest | (mantissa & 1)) > kLeading >> 1) ++mantissa;
    mantissa <<= 60 - shift;
    if (mantissa & kLeading << 1) {
      mantissa >>= 1;
      ++exponent;
    }
  }
  const std::string_view digits = verb == 'x' ? "0123456789abcdef" : "0123456789ABCDEF";
  out.push_back('0');
  out.push_back(verb);
  out.push_back(mantissa & kLeading ? '1' : '0');
  mantissa <<= 4;
  if (precision > 0 || (precision < 0 && mantissa != 0)) out.push_back('.');
  for (int i = 0; precision < 0 ? mantissa != 0 : i < precision; ++i, mantissa <<= 4) {
    out.push_back(digits[mantissa >> 60]);
  }
  append_exponent(out, verb == 'x' ? 'p' : 'P', exponent);
}

}  // namespace

std::string format_float(double value, char verb, int precision) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  std::string out;
  if (std::signbit(value)) out.push_back('-');
  value = std::fabs(value);
  switch (verb) {
    case 'b': append_binary(out, value); break;
    case 'x':
    case 'X': append_hexadecimal(out, value, verb, precision); break;
    case 'e':
    case 'E': {
      const Decimal number = decimal_of(value, precision < 0 ? -1 : precision + 1);
      append_scientific(out, number, precision < 0 ? std::max(number.count - 1, 0) : precision, verb);
      break;
    }
    case 'f': append_fixed(out, value, precision); break;
    default: append_general(out, value, verb, precision); break;
  }
  return out;
}

std::string float_text(double value) { return format_float(value, 'g', -1); }

}  // namespace kyma::gotemplate
