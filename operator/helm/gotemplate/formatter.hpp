// The scalars of Go's fmt: integers, floats, texts and runes with flags, width and precision.
//
// Knows no values and no verbs' rules for them: that is Printer. Throws HeapExhausted when the text outgrows its limit.
// Lifetime: the text must outlive the formatter. Thread: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "operator/helm/gotemplate/heap.hpp"
#include "operator/helm/gotemplate/unicode.hpp"

namespace kyma::gotemplate {

// The seventeenth is the letter of the prefix 0x.
inline constexpr std::string_view kLowerDigits = "0123456789abcdefx";
inline constexpr std::string_view kUpperDigits = "0123456789ABCDEFX";

struct Flags {
  bool minus = false;
  bool plus = false;
  bool sharp = false;
  bool space = false;
  bool zero = false;
  bool plus_v = false;   // of %+v: names of fields
  bool sharp_v = false;  // of %#v: Go syntax
  bool has_width = false;
  bool has_precision = false;
  std::size_t width = 0;
  std::size_t precision = 0;
};

// Appends one formatted scalar after another.
class Formatter {
 public:
  Formatter(std::string& out, std::size_t limit) : out_(out), limit_(limit) {}

  Flags flags;

  void pad(std::string_view text) {
    const std::size_t length = flags.has_width && flags.width > 0 ? count_runes(text) : 0;
    const std::size_t missing = flags.width > length && flags.has_width ? flags.width - length : 0;
    if (!flags.minus) write_padding(missing);
    write(text);
    if (flags.minus) write_padding(missing);
  }

  // Aligned by spaces even under a zero flag.
  void pad_with_spaces(std::string_view text) {
    const bool zero = std::exchange(flags.zero, false);
    pad(text);
    flags.zero = zero;
  }

  void integer(std::uint64_t value, unsigned base, bool is_signed, char32_t verb,
               std::string_view digits = kLowerDigits);
  void unicode(std::uint64_t value);
  void character(std::uint64_t value) {
    std::string text;
    append_rune(text, rune_of(value));
    pad(text);
  }
  void quoted_character(std::uint64_t value);
  void text(std::string_view value) { pad(truncated(value)); }
  void quoted_text(std::string_view value);
  void hexadecimal(std::string_view bytes, std::string_view digits);
  void floating(double value, char verb, int precision);

  void write(std::string_view text) {
    reserve(text.size());
    out_.append(text);
  }
  void write(char c) { out_.push_back(c); }
  void write_rune(char32_t rune) { append_rune(out_, rune); }

 private:
  static char32_t rune_of(std::uint64_t value) { return value > kMaxRune ? kRuneError : static_cast<char32_t>(value); }

  void reserve(std::size_t more) const {
    if (out_.size() + more > limit_) throw HeapExhausted(limit_);
  }

  void write_padding(std::size_t count) {
    reserve(count);
    out_.append(count, flags.zero && !flags.minus ? '0' : ' ');
  }

  std::string_view truncated(std::string_view value) const {
    if (!flags.has_precision) return value;
    std::size_t index = 0;
    for (std::size_t runes = 0; runes < flags.precision && index < value.size(); ++runes) next_rune(value, index);
    return value.substr(0, index);
  }

  void keep_point(std::string& number, char verb, int precision) const;

  std::string& out_;
  std::size_t limit_;
};

}  // namespace kyma::gotemplate
