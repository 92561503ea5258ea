#include "operator/helm/gotemplate/constant.hpp"

#include <fmt/format.h>

#include <cmath>

#include "operator/helm/gotemplate/format.hpp"
#include "operator/helm/gotemplate/number.hpp"

namespace kyma::gotemplate {
namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;

// The integers that the float equals, if any.
void add_integers(double value, NumberNode& node) {
  if (std::trunc(value) != value) return;
  if (!node.is_int && value >= -kTwoTo63 && value < kTwoTo63) {
    node.is_int = true;
    node.int_value = static_cast<std::int64_t>(value);
  }
  if (!node.is_uint && value >= 0 && value < 2 * kTwoTo63) {
    node.is_uint = true;
    node.uint_value = static_cast<std::uint64_t>(value);
  }
}

void set_complex(double real, double imaginary, NumberNode& node) {
  node.is_complex = true;
  node.is_float = imaginary == 0;
  node.float_value = real;
  node.imaginary = imaginary;
  if (node.is_float) add_integers(real, node);
}

std::string read_char(std::string_view text, NumberNode& node) {
  std::string_view rest = text.substr(1);
  const auto character = unquote_char(rest, '\'');
  if (!character) return "invalid syntax";
  if (rest != "'") return fmt::format("malformed character constant: {}", text);
  node.is_int = node.is_uint = node.is_float = true;
  node.int_value = character->value;
  node.uint_value = character->value;
  node.float_value = character->value;
  return {};
}

// What Go's fmt.Sscan takes for a float at the start of the text, which may be no float at all.
std::string_view take_float(std::string_view text) {
  std::size_t at = 0;
  const auto accept = [&](std::string_view valid) {
    if (at >= text.size() || valid.find(text[at]) == std::string_view::npos) return false;
    ++at;
    return true;
  };
  std::string_view digits = "0123456789_";
  std::string_view exponent = "eEpP";
  accept("+-");
  if (accept("0") && accept("xX")) {
    digits = "0123456789aAbBcCdDeEfF_";
    exponent = "pP";
  }
  const auto accept_digits = [&](std::string_view valid) {
    while (accept(valid)) {
    }
  };
  accept_digits(digits);
  if (accept(".")) accept_digits(digits);
  if (accept(exponent)) {
    accept("+-");
    accept_digits("0123456789_");
  }
  return text.substr(0, at);
}

// 1+2i
std::string read_complex(std::string_view text, NumberNode& node) {
  const std::string_view real_text = take_float(text);
  const std::string_view rest = text.substr(real_text.size());
  const bool has_sign = !rest.empty() && (rest[0] == '+' || rest[0] == '-');
  const std::string_view imaginary_text = has_sign ? take_float(rest) : std::string_view();
  if (!has_sign || !rest.substr(imaginary_text.size()).starts_with('i')) return "syntax error scanning complex number";
  const auto problem = [](std::string_view part) {
    return fmt::format("strconv.ParseFloat: parsing {}: invalid syntax", quote(part));
  };
  const auto real = parse_float(real_text);
  if (!real) return problem(real_text);
  const auto imaginary = parse_float(imaginary_text);
  if (!imaginary) return problem(imaginary_text);
  set_complex(*real, *imaginary, node);
  return {};
}

std::string read_number(std::string_view text, NumberNode& node) {
  if (text.ends_with('i')) {
    if (const auto imaginary = parse_float(text.substr(0, text.size() - 1))) {
      set_complex(0, *imaginary, node);
      return {};
    }
  }
  if (const auto value = parse_uint(text, 0)) {
    node.is_uint = true;
    node.uint_value = *value;
  }
  if (const auto value = parse_int(text, 0)) {
    node.is_int = true;
    node.int_value = *value;
    if (*value == 0) node.is_uint = true;  // -0
  }
  if (node.is_int || node.is_uint) {
    node.is_float = true;
    node.float_value = node.is_int ? static_cast<double>(node.int_value) : static_cast<double>(node.uint_value);
    return {};
  }
  const auto value = parse_float(text);
  if (!value) return fmt::format("illegal number syntax: {}", quote(text));
  // A float without the look of one is an integer that is too large.
  if (text.find_first_of(".eEpP") == std::string_view::npos) return fmt::format("integer overflow: {}", quote(text));
  node.is_float = true;
  node.float_value = *value;
  add_integers(*value, node);
  return {};
}

}  // namespace

std::string read_constant(const Item& item, NumberNode& node) {
  node.text = item.value;
  switch (item.type) {
    case ItemType::char_literal: return read_char(item.value, node);
    case ItemType::complex: return read_complex(item.value, node);
    default: return read_number(item.value, node);
  }
}

}  // namespace kyma::gotemplate
