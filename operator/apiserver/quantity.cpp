#include "operator/apiserver/quantity.hpp"

#include <algorithm>
#include <array>

namespace kyma::apiserver {
namespace {

constexpr std::array<std::string_view, 16> kSuffixes = {"",  "n", "u",  "m",  "k",  "M",  "G",  "T",
                                                        "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

void skip_sign(std::string_view& text) noexcept {
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
}

std::size_t skip_digits(std::string_view& text) noexcept {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto count = static_cast<std::size_t>(end - text.begin());
  text.remove_prefix(count);
  return count;
}

bool is_exponent(std::string_view text) noexcept {
  if (text.empty() || (text.front() != 'e' && text.front() != 'E')) return false;
  text.remove_prefix(1);
  skip_sign(text);
  return skip_digits(text) > 0 && text.empty();
}

}  // namespace

bool is_quantity(std::string_view text) noexcept {
  skip_sign(text);
  auto digits = skip_digits(text);
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    digits += skip_digits(text);
  }
  if (digits == 0) return false;
  return std::find(kSuffixes.begin(), kSuffixes.end(), text) != kSuffixes.end() || is_exponent(text);
}

}  // namespace kyma::apiserver
