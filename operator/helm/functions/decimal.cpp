#include "operator/helm/functions/decimal.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace kyma::helm {
namespace {

using Integer = boost::multiprecision::cpp_int;

constexpr std::int32_t kDivisionPlaces = 16;

Integer power_of_ten(std::int64_t exponent) {
  return boost::multiprecision::pow(Integer(10), static_cast<unsigned>(exponent));
}

}  // namespace

Decimal Decimal::from_float(double value) {
  if (std::isnan(value)) throw std::runtime_error("Cannot create a Decimal from NaN");
  if (std::isinf(value))
    throw std::runtime_error(fmt::format("Cannot create a Decimal from {}Inf", value < 0 ? '-' : '+'));
  if (value == 0) return {0, 0};
  char text[40];
  const auto written = std::to_chars(text, text + sizeof text, std::abs(value), std::chars_format::scientific);
  std::string_view digits(text, static_cast<std::size_t>(written.ptr - text));
  const std::size_t e = digits.find('e');
  std::int32_t exponent = 0;
  const char* number = digits.data() + e + 1;
  if (*number == '+') ++number;
  std::from_chars(number, digits.data() + digits.size(), exponent);

  std::uint64_t all = 0;  // 17 digits at most
  for (const char c : digits.substr(0, e)) {
    if (c != '.') all = all * 10 + static_cast<std::uint64_t>(c - '0');
  }
  const auto places = static_cast<std::int32_t>(e) - (e > 1 ? 2 : 1);
  Integer signed_digits(all);
  if (value < 0) signed_digits = -signed_digits;
  return {std::move(signed_digits), exponent - places};
}

Decimal Decimal::operator+(const Decimal& other) const {
  if (exponent_ >= other.exponent_) {
    return {digits_ * power_of_ten(std::int64_t{exponent_} - other.exponent_) + other.digits_, other.exponent_};
  }
  return other + *this;
}

Decimal Decimal::operator-(const Decimal& other) const { return *this + Decimal(-other.digits_, other.exponent_); }

Decimal Decimal::operator*(const Decimal& other) const {
  return {digits_ * other.digits_, exponent_ + other.exponent_};
}

Decimal Decimal::operator/(const Decimal& other) const {
  if (other.digits_.is_zero()) throw std::runtime_error("decimal division by 0");
  const std::int64_t shift = std::int64_t{exponent_} - other.exponent_ + kDivisionPlaces;
  const Integer dividend = shift > 0 ? Integer(digits_ * power_of_ten(shift)) : digits_;
  const Integer divisor = shift < 0 ? Integer(other.digits_ * power_of_ten(-shift)) : other.digits_;
  Integer quotient;
  Integer rest;
  boost::multiprecision::divide_qr(dividend, divisor, quotient, rest);
  if (abs(rest) * 2 >= abs(divisor)) quotient += digits_.sign() * other.digits_.sign() < 0 ? -1 : 1;
  return {std::move(quotient), -kDivisionPlaces};
}

double Decimal::to_float() const {
  const std::string text = digits_.str() + "e" + std::to_string(exponent_);
  double result = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), result);
  if (read.ec == std::errc::result_out_of_range) {
    // Too large or too small: the magnitude of the leading digit tells.
    const auto magnitude = static_cast<std::int64_t>(text.find('e')) + exponent_;
    if (magnitude > 0) return digits_ < 0 ? -HUGE_VAL : HUGE_VAL;
    return 0;
  }
  return result;
}

}  // namespace kyma::helm
