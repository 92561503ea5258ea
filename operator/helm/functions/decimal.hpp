// Decimal numbers of any size, as Sprig's addf, subf, mulf and divf reckon with them (shopspring/decimal): a float64
// enters with its shortest digits, sums and products are exact, a quotient is rounded to 16 places.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>

#include <cstdint>

namespace kyma::helm {

class Decimal {
 public:
  // Throws std::runtime_error for NaN and infinities.
  static Decimal from_float(double value);

  Decimal operator+(const Decimal& other) const;
  Decimal operator-(const Decimal& other) const;
  Decimal operator*(const Decimal& other) const;
  // Half away from zero. Throws std::runtime_error for a zero divisor.
  Decimal operator/(const Decimal& other) const;

  // The nearest float64; there is no negative zero.
  double to_float() const;

 private:
  using Integer = boost::multiprecision::cpp_int;

  Decimal(Integer digits, std::int32_t exponent) : digits_(std::move(digits)), exponent_(exponent) {}

  Integer digits_;
  std::int32_t exponent_;  // of ten
};

}  // namespace kyma::helm
