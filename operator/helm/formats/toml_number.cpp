// The words and numbers of a TOML text.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "operator/helm/formats/go_number.hpp"
#include "operator/helm/formats/toml_scanner.hpp"
#include "operator/helm/formats/toml_time.hpp"
#include "operator/helm/gotemplate/format.hpp"
#include "operator/helm/gotemplate/unicode.hpp"

namespace kyma::helm {
namespace {

bool is_digit(char32_t rune) { return rune >= U'0' && rune <= U'9'; }

bool is_hex(char32_t rune) {
  return is_digit(rune) || (rune >= U'a' && rune <= U'f') || (rune >= U'A' && rune <= U'F');
}

bool is_ascii_letter(char32_t rune) { return (rune >= U'a' && rune <= U'z') || (rune >= U'A' && rune <= U'Z'); }

bool is_any(char32_t rune, std::u32string_view set) {
  return rune != TomlScanner::kEnd && set.find(rune) != std::u32string_view::npos;
}

// As the library's message shows it.
std::string canonical_time(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c == 't' || c == ' ') c = 'T';
    if (c == 'z') c = 'Z';
  }
  return result;
}

// Underscores stand between digits (of any base) only.
bool underscores_fit(std::string_view text) {
  if (text.find('_') == std::string_view::npos) return true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') continue;
    if (i == 0 || i + 1 == text.size() || !is_hex(static_cast<unsigned char>(text[i - 1])) ||
        !is_hex(static_cast<unsigned char>(text[i + 1]))) {
      return false;
    }
  }
  return true;
}

std::string without_underscores(std::string_view text) {
  std::string out(text);
  std::erase(out, '_');
  return out;
}

std::string_view without_sign(std::string_view text) {
  return text.starts_with('-') || text.starts_with('+') ? text.substr(1) : text;
}

bool has_leading_zero(std::string_view text) {
  text = without_sign(text);
  return text.size() > 1 && text[0] == '0' && (is_digit(static_cast<unsigned char>(text[1])) || text[1] == '_');
}

}  // namespace

bool TomlScanner::boolean() {
  const std::size_t start = at_;
  while (gotemplate::is_letter(peek())) next();
  const std::string_view word = since(start);
  if (word != "true" && word != "false") {
    fail(fmt::format("expected value but found {} instead", gotemplate::quote(word)));
  }
  return word == "true";
}

// The library's lexer tries the letters one by one, and after a failure goes back by one only.
std::optional<double> TomlScanner::special_float() {
  const std::size_t start = at_;
  next();
  if ((accept(U'n') && accept(U'f')) || (accept(U'a') && accept(U'n'))) {
    const std::string_view word = since(start);
    if (word == "inf") return std::numeric_limits<double>::infinity();
    if (word == "nan") return std::numeric_limits<double>::quiet_NaN();
    fail(fmt::format("Invalid float value: {}", gotemplate::quote(word)));
  }
  --at_;
  return std::nullopt;
}

Value TomlScanner::number(Heap& heap) {
  const std::size_t start = at_;
  if (is_any(peek(), U"+-")) return signed_number(start);
  if (next() == U'0') {
    switch (peek()) {
      case U'b': return based_integer(start, "01", "a binary");
      case U'o': return based_integer(start, "01234567", "an octal");
      case U'x': return based_integer(start, "0123456789abcdefABCDEF", "a hexidecimal");
      default: break;
    }
  }
  while (is_digit(peek())) next();
  if (is_any(peek(), U"-:")) {
    while (is_digit(peek()) || is_any(peek(), U"-:Tt .Zz+")) next();
    std::string_view text = since(start);
    while (text.ends_with(' ')) text.remove_suffix(1);
    const auto time = TomlTime::parse(text);
    if (!time) fail(fmt::format("invalid datetime: {}", gotemplate::quote(canonical_time(text))));
    return Value::object(heap.make<TomlTime>(*time));
  }
  while (is_digit(peek()) || peek() == U'_') next();
  if (!is_any(peek(), U".eE")) return finish_integer(since(start));
  while (is_digit(peek()) || is_any(peek(), U"_.+-eE")) next();
  return finish_float(since(start));
}

Value TomlScanner::signed_number(std::size_t start) {
  const bool negative = next() == U'-';
  const char32_t rune = next();
  if (rune == U'i' || rune == U'n') {
    const bool infinite = rune == U'i';
    if (!accept(infinite ? U'n' : U'a') || !accept(infinite ? U'f' : U'n')) {
      fail(fmt::format("invalid float: '{}'", since(start)));
    }
    const double value = infinite ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
    return Value::float64(negative ? -value : value);
  }
  if (rune == U'.') fail("floats must start with a digit, not '.'");
  if (!is_digit(rune)) fail("expected a digit but got " + quoted(rune));
  if (rune == U'0' && is_any(peek(), U"box")) {
    const std::string_view current = since(start);
    fail(fmt::format("cannot use sign with non-decimal numbers: '{}{}'", current, static_cast<char>(peek())));
  }
  while (is_digit(peek()) || peek() == U'_') next();
  if (!is_any(peek(), U".eE")) return finish_integer(since(start));
  while (is_digit(peek()) || is_any(peek(), U"_.+-eE")) next();
  return finish_float(since(start));
}

// After the 0, at the letter of the base.
Value TomlScanner::based_integer(std::size_t start, std::string_view digits, std::string_view name) {
  const auto fits = [&](char32_t rune) {
    return rune != kEnd && rune < 0x80 && digits.find(static_cast<char>(rune)) != std::string_view::npos;
  };
  next();
  if (!fits(peek())) {
    const std::string_view current = since(start);
    std::string rune;
    gotemplate::append_rune(rune, peek());
    fail(fmt::format("not {} number: '{}{}'", name, current, rune));
  }
  while (fits(peek()) || peek() == U'_') next();
  return finish_integer(since(start));
}

Value TomlScanner::finish_integer(std::string_view text) const {
  const bool based = text.size() > 1 && text[0] == '0' && is_ascii_letter(static_cast<unsigned char>(text[1]));
  if (!underscores_fit(based ? text.substr(2) : without_sign(text))) {
    fail(fmt::format("Invalid integer {}: underscores must be surrounded by digits", gotemplate::quote(text)));
  }
  if (has_leading_zero(text)) {
    fail(fmt::format("Invalid integer {}: cannot have leading zeroes", gotemplate::quote(text)));
  }
  const auto value = parse_integer(without_underscores(text), based ? 0 : 10);
  if (!value || value->is_unsigned) fail(fmt::format("{} is out of range for int64", text));
  return Value::int64(value->value);
}

Value TomlScanner::finish_float(std::string_view text) const {
  const std::string name = gotemplate::quote(text);
  std::size_t start = 0;
  while (start <= text.size()) {
    const std::size_t end = std::min(text.find_first_of(".eE", start), text.size());
    const std::string_view part = text.substr(start, end - start);
    if (!part.empty() && (without_sign(part).empty() || !underscores_fit(without_sign(part)))) {
      fail(fmt::format("Invalid float {}: underscores must be surrounded by digits", name));
    }
    start = end + 1;
  }
  if (has_leading_zero(text.substr(0, text.find_first_of(".eE")))) {
    fail(fmt::format("Invalid float {}: cannot have leading zeroes", name));
  }
  const std::size_t point = text.find('.');
  if (point != std::string_view::npos &&
      (point + 1 == text.size() || !is_digit(static_cast<unsigned char>(text[point + 1])))) {
    fail(fmt::format("Invalid float {}: '.' must be followed by one or more digits", name));
  }
  bool overflow = false;
  const auto value = parse_decimal(without_underscores(text), &overflow);
  if (overflow) fail(fmt::format("{} is out of range for float64", text));
  if (!value) fail(fmt::format("Invalid float value: {}", name));
  return Value::float64(*value);
}

}  // namespace kyma::helm
