#include "operator/helm/gotemplate/unicode.hpp"

#include <utf8proc.h>

namespace kyma::gotemplate {
namespace {

constexpr bool is_continuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

// What the first byte of a sequence allows: its length, and the range of the second byte (which rules out overlong
// forms, surrogates and what is past U+10FFFF). Length 0: no first byte.
struct Lead {
  std::size_t length = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
};

constexpr Lead lead_of(unsigned char first) {
  if (first < 0xC2 || first > 0xF4) return {};
  if (first < 0xE0) return {.length = 2};
  if (first == 0xE0) return {.length = 3, .low = 0xA0};
  if (first == 0xED) return {.length = 3, .high = 0x9F};
  if (first < 0xF0) return {.length = 3};
  if (first == 0xF0) return {.length = 4, .low = 0x90};
  if (first == 0xF4) return {.length = 4, .high = 0x8F};
  return {.length = 4};
}

utf8proc_category_t category(char32_t rune) { return utf8proc_category(static_cast<utf8proc_int32_t>(rune)); }

}  // namespace

char32_t next_rune(std::string_view text, std::size_t& index) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t start = index++;
  const unsigned char first = at(start);
  if (first < 0x80) return first;
  const Lead lead = lead_of(first);
  if (lead.length == 0 || text.size() - start < lead.length) return kRuneError;
  if (at(start + 1) < lead.low || at(start + 1) > lead.high) return kRuneError;
  char32_t rune = first & (0x7Fu >> lead.length);
  for (std::size_t i = start + 1; i < start + lead.length; ++i) {
    if (!is_continuation(at(i))) return kRuneError;
    rune = rune << 6 | (at(i) & 0x3Fu);
  }
  index = start + lead.length;
  return rune;
}

void append_rune(std::string& out, char32_t rune) {
  const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (!is_valid_rune(rune)) rune = kRuneError;
  if (rune < 0x80) {
    put(rune);
  } else if (rune < 0x800) {
    put(0xC0 | rune >> 6);
    put(0x80 | (rune & 0x3F));
  } else if (rune < 0x10000) {
    put(0xE0 | rune >> 12);
    put(0x80 | (rune >> 6 & 0x3F));
    put(0x80 | (rune & 0x3F));
  } else {
    put(0xF0 | rune >> 18);
    put(0x80 | (rune >> 12 & 0x3F));
    put(0x80 | (rune >> 6 & 0x3F));
    put(0x80 | (rune & 0x3F));
  }
}

std::size_t count_runes(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++count) next_rune(text, i);
  return count;
}

bool is_valid_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t start = i;
    if (next_rune(text, i) == kRuneError && i == start + 1) return false;
  }
  return true;
}

bool is_printable(char32_t rune) {
  if (rune < 0x7F) return rune >= ' ';
  if (rune > kMaxRune) return false;
  const auto c = category(rune);
  return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_SO;
}

bool is_letter(char32_t rune) {
  if (rune < 0x80) return (rune | 0x20) >= 'a' && (rune | 0x20) <= 'z';
  if (rune > kMaxRune) return false;
  const auto c = category(rune);
  return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO;
}

bool is_digit(char32_t rune) {
  if (rune < 0x80) return rune >= '0' && rune <= '9';
  return rune <= kMaxRune && category(rune) == UTF8PROC_CATEGORY_ND;
}

bool is_space(char32_t rune) {
  if (rune < 0x80) return rune == ' ' || (rune >= '\t' && rune <= '\r');
  if (rune == 0x85) return true;
  if (rune > kMaxRune) return false;
  const auto c = category(rune);
  return c >= UTF8PROC_CATEGORY_ZS && c <= UTF8PROC_CATEGORY_ZP;
}

std::string_view trim_space(std::string_view text) {
  std::size_t begin = 0;
  while (begin < text.size()) {
    std::size_t next = begin;
    if (!is_space(next_rune(text, next))) break;
    begin = next;
  }
  text.remove_prefix(begin);
  while (!text.empty()) {
    std::size_t last = text.size() - 1;
    while (last > 0 && text.size() - last < 4 && is_continuation(static_cast<unsigned char>(text[last]))) --last;
    std::size_t end = last;
    if (!is_space(next_rune(text, end)) || end != text.size()) break;
    text.remove_suffix(text.size() - last);
  }
  return text;
}

}  // namespace kyma::gotemplate
