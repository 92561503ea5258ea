#include "operator/helm/gotemplate/formatter.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <iterator>

#include "operator/helm/gotemplate/format.hpp"

namespace kyma::gotemplate {

void Formatter::integer(std::uint64_t value, unsigned base, bool is_signed, char32_t verb, std::string_view digits) {
  const bool negative = is_signed && static_cast<std::int64_t>(value) < 0;
  if (negative) value = 0 - value;
  std::size_t least = 0;
  if (flags.has_precision) {
    least = flags.precision;
    if (least == 0 && value == 0) {
      const bool zero = std::exchange(flags.zero, false);
      if (flags.has_width) write_padding(flags.width);
      flags.zero = zero;
      return;
    }
  } else if (flags.zero && !flags.minus && flags.has_width) {
    least = flags.width;
    if (least > 0 && (negative || flags.plus || flags.space)) --least;
  }
  std::array<char, 64> reversed;
  std::size_t count = 0;
  for (std::uint64_t rest = value; count == 0 || rest > 0; rest /= base) reversed[count++] = digits[rest % base];
  std::string text;
  if (negative) {
    text.push_back('-');
  } else if (flags.plus || flags.space) {
    text.push_back(flags.plus ? '+' : ' ');
  }
  if (verb == 'O') text.append("0o");
  if (flags.sharp && base == 2) text.append("0b");
  if (flags.sharp && base == 16) text.append({'0', digits[16]});
  if (flags.sharp && base == 8 && least <= count && reversed[count - 1] != '0') text.push_back('0');
  if (least > count) text.append(least - count, '0');
  text.append(std::make_reverse_iterator(reversed.begin() + count), reversed.rend());
  pad_with_spaces(text);
}

void Formatter::quoted_character(std::uint64_t value) { pad(quote_rune(rune_of(value), flags.plus)); }

void Formatter::unicode(std::uint64_t value) {
  const std::size_t digits = flags.has_precision && flags.precision > 4 ? flags.precision : 4;
  const std::string number = fmt::format("{:X}", value);
  std::string text = "U+";
  if (digits > number.size()) text.append(digits - number.size(), '0');
  text.append(number);
  if (flags.sharp && value <= kMaxRune && is_printable(static_cast<char32_t>(value))) {
    text.append(" '");
    append_rune(text, static_cast<char32_t>(value));
    text.push_back('\'');
  }
  pad_with_spaces(text);
}

namespace {

// Whether `...` can hold it.
bool fits_raw_literal(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t start = i;
    const char32_t rune = next_rune(text, i);
    if (i - start > 1) {
      if (rune == 0xFEFF) return false;
    } else if (rune == kRuneError || (rune < ' ' && rune != '\t') || rune == '`' || rune == 0x7F) {
      return false;
    }
  }
  return true;
}

}  // namespace

void Formatter::quoted_text(std::string_view value) {
  value = truncated(value);
  if (flags.sharp && fits_raw_literal(value)) {
    pad(fmt::format("`{}`", value));
  } else {
    pad(flags.plus ? quote_ascii(value) : quote(value));
  }
}

void Formatter::hexadecimal(std::string_view bytes, std::string_view digits) {
  if (flags.has_precision) bytes = bytes.substr(0, flags.precision);
  std::string text;
  text.reserve(bytes.size() * 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (flags.space && i > 0) text.push_back(' ');
    if (flags.sharp && (flags.space || i == 0)) text.append({'0', digits[16]});
    const auto byte = static_cast<unsigned char>(bytes[i]);
    text.append({digits[byte >> 4], digits[byte & 0xF]});
  }
  pad(text);
}

// %#g and friends: the point always, and zeros up to the precision. `number` has a sign.
void Formatter::keep_point(std::string& number, char verb, int precision) const {
  int digits = 0;
  const bool hexadecimal = verb == 'x' || verb == 'X';
  if (verb == 'g' || verb == 'G' || verb == 'x') digits = precision < 0 ? 6 : precision;
  std::string tail;
  bool has_point = false;
  bool significant = false;
  for (std::size_t i = 1; i < number.size(); ++i) {
    const char c = number[i];
    if (c == '.') {
      has_point = true;
    } else if (c == 'p' || c == 'P' || (!hexadecimal && (c == 'e' || c == 'E'))) {
      tail = number.substr(i);
      number.resize(i);
    } else {
      if (c != '0') significant = true;
      if (significant) --digits;
    }
  }
  if (!has_point) {
    if (number.size() == 2 && number[1] == '0') --digits;
    number.push_back('.');
  }
  if (digits > 0) number.append(static_cast<std::size_t>(digits), '0');
  number.append(tail);
}

void Formatter::floating(double value, char verb, int precision) {
  if (flags.has_precision) precision = static_cast<int>(flags.precision);
  std::string number = format_float(value, verb, precision);
  if (number[0] != '-' && number[0] != '+') number.insert(number.begin(), '+');
  if (flags.space && number[0] == '+' && !flags.plus) number[0] = ' ';
  if (!std::isfinite(value)) {
    if (std::isnan(value) && !flags.space && !flags.plus) number.erase(0, 1);
    pad_with_spaces(number);
    return;
  }
  if (flags.sharp && verb != 'b') keep_point(number, verb, precision);
  if (!flags.plus && number[0] == '+') return pad(std::string_view(number).substr(1));
  if (flags.zero && !flags.minus && flags.has_width && flags.width > number.size()) {
    write(number[0]);
    write_padding(flags.width - number.size());
    write(std::string_view(number).substr(1));
    return;
  }
  pad(number);
}

}  // namespace kyma::gotemplate
