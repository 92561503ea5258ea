// The characters, strings and numbers of a TOML text, with BurntSushi/toml's messages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "operator/helm/formats/json.hpp"

namespace kyma::helm {

// Where and what; the reader adds the key at which it happened.
struct TomlError {
  std::int64_t line;
  std::string message;
};

class TomlScanner {
 public:
  static constexpr char32_t kEnd = 0;

  explicit TomlScanner(std::string_view text) : text_(text) {}

  // The next rune, kEnd at the end of the text. Throws TomlError for control characters and what is not UTF-8.
  char32_t peek() const;
  char32_t next();
  bool accept(char32_t rune);
  void skip_blanks();
  // Blanks, line breaks and comments.
  void skip_filler();
  // After a `#`.
  void skip_comment();
  std::int64_t line() const noexcept { return line_; }

  std::string bare_key();
  // After the opening quote; of one line.
  std::string quoted_key(char32_t quote) { return quote == U'"' ? basic_line() : literal_line(); }
  // After the opening quote, of one line or of many.
  std::string basic_string();
  std::string literal_string();
  // Letters: true, false, or an error.
  bool boolean();
  // inf or nan without a sign; where it is neither, nothing, and a part of it may have been skipped.
  std::optional<double> special_float();
  // Integers, floats, dates; the first character is a digit or a sign.
  Value number(Heap& heap);

  // At the end of the text the library counts one line less.
  [[noreturn]] void fail(std::string message) const {
    throw TomlError{at_end_ ? line_ - 1 : line_, std::move(message)};
  }
  // A rune as %q prints it, or "end of file".
  static std::string quoted(char32_t rune);
  static std::string rune_or_end(char32_t rune);

  static bool is_blank(char32_t rune) { return rune == U' ' || rune == U'\t'; }
  static bool is_break(char32_t rune) { return rune == U'\n' || rune == U'\r'; }

 private:
  std::string basic_line();
  std::string basic_lines();
  std::string literal_line();
  std::string literal_lines();
  // What is wrong within a string shows only when all of it has been read.
  [[noreturn]] void fail_broken_line(char32_t rune) const;
  std::string finish_string(std::string text);
  void fail_later(std::string message) {
    if (late_error_.empty()) late_error_ = std::move(message);
  }
  void escape(std::string& out, bool many_lines);
  void skip_line_end_and_blanks();
  void unicode_escape(std::string& out, int digits);
  std::string quotes_at_end(char32_t quote, bool& closed);
  std::string_view since(std::size_t start) const { return text_.substr(start, at_ - start); }
  Value finish_integer(std::string_view text) const;
  Value finish_float(std::string_view text) const;
  Value based_integer(std::size_t start, std::string_view digits, std::string_view name);
  Value signed_number(std::size_t start);

  std::string_view text_;
  std::size_t at_ = 0;
  std::int64_t line_ = 1;
  bool at_end_ = false;
  std::string late_error_;
  std::size_t string_start_ = 0;  // of the string that is being read
};

}  // namespace kyma::helm
