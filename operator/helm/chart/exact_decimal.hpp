// ExactDecimal numbers of any length, exactly: schemas compare 0.3 with multiples of 0.1, and 64-bit limits, and mean
// it.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "operator/helm/gotemplate/value.hpp"

namespace kyma::helm {

class ExactDecimal {
 public:
  ExactDecimal() = default;
  // A JSON number. Nothing for another text, and for exponents beyond any use.
  static std::optional<ExactDecimal> parse(std::string_view text);
  // Of a number of any kind.
  static std::optional<ExactDecimal> of(gotemplate::Value value);

  bool is_integer() const noexcept { return point_ >= static_cast<int>(digits_.size()); }
  bool is_zero() const noexcept { return digits_.empty(); }
  bool is_negative() const noexcept { return negative_; }
  std::strong_ordering operator<=>(const ExactDecimal& other) const noexcept;
  bool operator==(const ExactDecimal& other) const noexcept { return std::is_eq(*this <=> other); }
  // `other` is not zero.
  bool is_multiple_of(const ExactDecimal& other) const;
  // As Go prints a big.Float: 1e+06, 12.5, 1e-07.
  std::string str() const;

 private:
  // 0.DIGITS x 10^point, without zeros at either end of the digits.
  bool negative_ = false;
  std::string digits_;
  int point_ = 0;
};

}  // namespace kyma::helm
