// Numbers as Go's strconv reads and writes them, as far as the text formats need it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kyma::helm {

// The shortest decimal digits that read back as the same number: 0.DIGITS x 10^point. "0" with point 1 for zero.
struct Digits {
  char text[24];
  int count = 0;
  int point = 0;
  bool negative = false;

  std::string_view view() const noexcept { return {text, static_cast<std::size_t>(count)}; }
};
Digits shortest_digits(double value);
Digits shortest_digits(float value);

// strconv.FormatFloat(value, 'g', -1, 64) and (..., 32): 1e+06, 1e-05, 0.0001; NaN, +Inf, -Inf.
std::string general_text(double value);
std::string general_text(float value);
// strconv.FormatFloat(value, 'f', -1, 64): never with an exponent. Finite numbers only.
std::string plain_text(double value);
// As encoding/json: plain between 1e-6 and 1e21, else 1e-7, 1e+21. Finite numbers only.
void append_json_number(std::string& out, double value);

// strconv.ParseFloat for plain decimal texts (no underscores, hexadecimals or names, which the caller has excluded).
// Nothing when malformed; `overflow` is set for what is too large.
std::optional<double> parse_decimal(std::string_view text, bool* overflow = nullptr);

// An integer as strconv.ParseInt(text, base, 64), or else ParseUint, has it; base 0: 0x, 0o, 0b and leading-0 octal.
// Underscores are not known.
struct GoInteger {
  std::int64_t value = 0;
  bool is_unsigned = false;  // beyond int64; value holds the bits
};
std::optional<GoInteger> parse_integer(std::string_view text, int base = 0);

}  // namespace kyma::helm
