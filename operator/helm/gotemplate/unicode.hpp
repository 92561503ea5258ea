// Runes and their categories, as Go's utf8 and unicode packages see them (Unicode 15).
//
// Text is bytes that are meant to be UTF-8; what is not decodes as U+FFFD, one byte at a time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kyma::gotemplate {

inline constexpr char32_t kRuneError = 0xFFFD;
inline constexpr char32_t kMaxRune = 0x10FFFF;

// The next rune of `text` at `index`, which moves on; U+FFFD and one byte for what is not UTF-8. `index` is in the
// text.
char32_t next_rune(std::string_view text, std::size_t& index);
// U+FFFD for what is no rune.
void append_rune(std::string& out, char32_t rune);
// How many runes next_rune finds.
std::size_t count_runes(std::string_view text);
bool is_valid_utf8(std::string_view text);
// No surrogate, and not past U+10FFFF.
constexpr bool is_valid_rune(char32_t rune) { return rune < 0xD800 || (rune > 0xDFFF && rune <= kMaxRune); }

// unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space.
bool is_printable(char32_t rune);
// unicode.IsLetter and unicode.IsDigit.
bool is_letter(char32_t rune);
bool is_digit(char32_t rune);
// unicode.IsSpace, and strings.TrimSpace.
bool is_space(char32_t rune);
std::string_view trim_space(std::string_view text);

}  // namespace kyma::gotemplate
