// Characters, escapes and character classes of Go's regular expressions, read from a pattern and written for RE2.
// What they are put together to is the translator's (regexp_syntax).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kyma::helm {

// Throws gotemplate::FunctionError ("error parsing regexp: COMPLAINT: `CULPRIT`").
[[noreturn]] void fail_regexp(std::string_view complaint, std::string_view culprit);

// What was taken off the front of `whole` to leave `rest`.
inline std::string_view taken(std::string_view whole, std::string_view rest) {
  return whole.substr(0, whole.size() - rest.size());
}

// An ASCII letter or digit, or _.
bool is_word_character(char c);

// Everything that reads takes what it has read off `rest_`, and fails with Go's message if that is malformed.
class RegexpScanner {
 protected:
  explicit RegexpScanner(std::string_view pattern) : rest_(pattern) {}

  // At the end: U+FFFD.
  char32_t take_rune() { return take_rune(rest_); }
  static char32_t take_rune(std::string_view& text);
  static void check_utf8(std::string_view text);

  void take_verbatim(std::size_t size);
  // The rune as a character that means itself.
  void emit(char32_t rune);

  // \n, \x41, \., \101
  char32_t escaped_rune();
  // Each: whether there was one.
  bool unicode_class();  // \pN, \p{Greek}, \P..., \p{^...}
  bool perl_class();     // \d \D \s \S \w \W
  // [...]
  void character_class();

  std::string_view rest_;
  std::string pattern_;  // for RE2

 private:
  bool posix_class();  // [:alpha:], [:^alpha:]
  char32_t class_rune(std::string_view whole_class);
  std::optional<char32_t> octal_rune(char32_t first);
  std::optional<char32_t> hex_rune();
};

}  // namespace kyma::helm
