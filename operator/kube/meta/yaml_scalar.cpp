#include "operator/kube/meta/yaml_scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace kyma::kube {
namespace {

constexpr std::array<std::string_view, 5> kNulls = {"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 11> kTrue = {"y",    "Y",    "yes", "Yes", "YES", "true",
                                                    "True", "TRUE", "on",  "On",  "ON"};
constexpr std::array<std::string_view, 11> kFalse = {"n",     "N",     "no",  "No",  "NO", "false",
                                                     "False", "FALSE", "off", "Off", "OFF"};

template <class Words>
bool is_one_of(const Words& words, std::string_view text) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

// Takes 0x, 0o, 0b or a leading 0 off the digits.
int take_base(std::string_view& digits) {
  if (digits.size() < 2 || digits.front() != '0') return 10;
  const char letter = digits[1];
  const int base = letter == 'x' || letter == 'X' ? 16 : letter == 'b' || letter == 'B' ? 2 : 8;
  const bool letters = base != 8 || letter == 'o' || letter == 'O';
  digits.remove_prefix(letters ? 2 : 1);
  return base;
}

std::optional<json::Value> integer(std::string_view digits) {
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.remove_prefix(1);
  const int base = take_base(digits);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  if (!negative) return json::Value(number);
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (number > kMost) return std::nullopt;
  return json::Value(-static_cast<std::int64_t>(number));
}

std::optional<json::Value> real(std::string_view digits) {
  if (digits.starts_with('+')) digits.remove_prefix(1);
  const bool has_digit = digits.find_first_of("0123456789") != std::string_view::npos;
  if (!has_digit || digits.find_first_not_of("-+.0123456789eE") != std::string_view::npos) return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size() || !std::isfinite(number)) return std::nullopt;
  // JSON does not tell 1.0 from 1.
  constexpr double kExact = 9007199254740992;
  if (std::trunc(number) == number && std::abs(number) <= kExact) return json::Value(static_cast<std::int64_t>(number));
  return json::Value(number);
}

}  // namespace

json::Value yaml_scalar(std::string_view text, json::Allocator& allocator) {
  if (is_one_of(kNulls, text)) return json::Value();
  if (is_one_of(kTrue, text)) return json::Value(true);
  if (is_one_of(kFalse, text)) return json::Value(false);
  if (std::string_view("+-.0123456789").find(text.front()) != std::string_view::npos) {
    std::string digits(text);
    std::erase(digits, '_');
    if (auto number = integer(digits)) return std::move(*number);
    if (auto number = real(digits)) return std::move(*number);
  }
  return json::make_string(text, allocator);
}

}  // namespace kyma::kube
