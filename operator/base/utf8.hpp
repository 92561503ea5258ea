// UTF-8 that comes from outside: what is broken in it is found, and replaced before it is quoted in an answer or a log.
//
// What counts as right is what Unicode defines: no overlong forms, no surrogates, nothing beyond U+10FFFF.
// Thread: none needed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kyma {

// How many bytes the character at the front has; 0: there is none, or it is broken.
std::size_t utf8_character_bytes(std::string_view text) noexcept;
bool is_utf8(std::string_view text) noexcept;
// Each byte that belongs to no character becomes U+FFFD; a right text is handed on without a copy.
std::string make_utf8(std::string text);
// The text, or its beginning up to `max_bytes`, never within a character, and "..." behind it.
std::string cut_utf8(std::string_view text, std::size_t max_bytes);

}  // namespace kyma
