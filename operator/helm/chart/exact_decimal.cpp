#include "operator/helm/chart/exact_decimal.hpp"

#include <fmt/format.h>
#include <openssl/bn.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <new>
#include <tuple>

#include "operator/helm/formats/go_number.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Kind;

constexpr long kMaxExponent = 10'000;

using BigNumber = std::unique_ptr<BIGNUM, decltype(&BN_free)>;

BigNumber big_number(const std::string& digits, int zeros) {
  const std::string text = digits + std::string(static_cast<std::size_t>(zeros), '0');
  BIGNUM* number = nullptr;
  if (BN_dec2bn(&number, text.c_str()) == 0) throw std::bad_alloc();
  return {number, BN_free};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<ExactDecimal> ExactDecimal::parse(std::string_view text) {
  ExactDecimal result;
  if (text.starts_with('-')) {
    result.negative_ = true;
    text.remove_prefix(1);
  }
  const std::size_t mark = text.find_first_of("eE");
  long exponent = 0;
  if (mark != std::string_view::npos) {
    const std::string number(text.substr(mark + 1));
    exponent = std::strtol(number.c_str(), nullptr, 10);
    if (exponent > kMaxExponent || exponent < -kMaxExponent) return std::nullopt;
    text = text.substr(0, mark);
  }
  const std::size_t dot = std::min(text.find('.'), text.size());
  for (const char c : text) {
    if (is_digit(c)) {
      result.digits_ += c;
    } else if (c != '.') {
      return std::nullopt;
    }
  }
  if (result.digits_.empty() || result.digits_.size() > kMaxExponent) return std::nullopt;
  const std::size_t first = result.digits_.find_first_not_of('0');
  if (first == std::string::npos) return ExactDecimal();
  result.digits_.erase(result.digits_.find_last_not_of('0') + 1);
  result.digits_.erase(0, first);
  result.point_ = static_cast<int>(static_cast<long>(dot) - static_cast<long>(first) + exponent);
  return result;
}

std::optional<ExactDecimal> ExactDecimal::of(gotemplate::Value value) {
  switch (value.kind()) {
    case Kind::integer:
    case Kind::int64:
    case Kind::uint8: return parse(fmt::to_string(value.as_int()));
    case Kind::uint64: return parse(fmt::to_string(value.as_uint64()));
    case Kind::float64: {
      const double number = value.as_float();
      if (!std::isfinite(number)) return std::nullopt;
      if (number == 0) return ExactDecimal();
      const Digits digits = shortest_digits(number);
      ExactDecimal result;
      result.negative_ = digits.negative;
      result.digits_ = digits.view();
      result.digits_.erase(result.digits_.find_last_not_of('0') + 1);
      result.point_ = digits.point;
      return result;
    }
    default: return std::nullopt;
  }
}

std::strong_ordering ExactDecimal::operator<=>(const ExactDecimal& other) const noexcept {
  const int sign = is_zero() ? 0 : (negative_ ? -1 : 1);
  const int other_sign = other.is_zero() ? 0 : (other.negative_ ? -1 : 1);
  if (sign != other_sign) return sign <=> other_sign;
  if (sign == 0) return std::strong_ordering::equal;
  const auto magnitude = [](const ExactDecimal& number) { return std::tie(number.point_, number.digits_); };
  return negative_ ? magnitude(other) <=> magnitude(*this) : magnitude(*this) <=> magnitude(other);
}

bool ExactDecimal::is_multiple_of(const ExactDecimal& other) const {
  if (is_zero()) return true;
  const int scale = point_ - static_cast<int>(digits_.size());
  const int other_scale = other.point_ - static_cast<int>(other.digits_.size());
  const BigNumber number = big_number(digits_, std::max(0, scale - other_scale));
  const BigNumber divisor = big_number(other.digits_, std::max(0, other_scale - scale));
  const BigNumber rest(BN_new(), BN_free);
  const std::unique_ptr<BN_CTX, decltype(&BN_CTX_free)> context(BN_CTX_new(), BN_CTX_free);
  if (!rest || !context || BN_mod(rest.get(), number.get(), divisor.get(), context.get()) == 0) throw std::bad_alloc();
  return BN_is_zero(rest.get()) != 0;
}

std::string ExactDecimal::str() const {
  if (is_zero()) return "0";
  constexpr int kPlainBelow = 6;  // digits before the point
  const std::string sign = negative_ ? "-" : "";
  const int exponent = point_ - 1;
  const int count = static_cast<int>(digits_.size());
  if (exponent < -4 || exponent >= kPlainBelow) {
    const std::string fraction = count > 1 ? "." + digits_.substr(1) : "";
    return fmt::format("{}{}{}e{}{:02}", sign, digits_[0], fraction, exponent < 0 ? '-' : '+', std::abs(exponent));
  }
  if (point_ <= 0) return fmt::format("{}0.{}{}", sign, std::string(static_cast<std::size_t>(-point_), '0'), digits_);
  if (count <= point_) return sign + digits_ + std::string(static_cast<std::size_t>(point_ - count), '0');
  return fmt::format("{}{}.{}", sign, digits_.substr(0, static_cast<std::size_t>(point_)),
                     digits_.substr(static_cast<std::size_t>(point_)));
}

}  // namespace kyma::helm
