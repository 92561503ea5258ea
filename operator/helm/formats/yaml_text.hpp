// Characters as YAML's emitters class them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kyma::helm {

struct YamlRune {
  std::uint8_t width = 1;  // in bytes
  bool is_printable = true;
  bool is_break = false;  // LF CR NEL LS PS
  bool is_tab = false;    // which is not printable
};

// go-yaml takes every rune of four bytes, and the byte order mark, for unprintable. The text must be valid UTF-8.
inline YamlRune yaml_rune_at(std::string_view text, std::size_t at) noexcept {
  const auto byte = [&](std::size_t offset) {
    return at + offset < text.size() ? static_cast<unsigned char>(text[at + offset]) : 0U;
  };
  const unsigned first = byte(0);
  if (first >= 0x20 && first < 0x7F) return {};
  if (first < 0x80) {
    return {1, first == '\n', first == '\n' || first == '\r', first == '\t'};
  }
  if (first < 0xE0) {
    const bool next_line = first == 0xC2 && byte(1) == 0x85;
    return {2, first > 0xC2 || byte(1) >= 0xA0, next_line, false};
  }
  if (first >= 0xF0) return {4, false, false, false};
  const bool separator = first == 0xE2 && byte(1) == 0x80 && (byte(2) == 0xA8 || byte(2) == 0xA9);
  const bool unprintable = first == 0xEF && ((byte(1) == 0xBB && byte(2) == 0xBF) ||
                                             (byte(1) == 0xBF && (byte(2) == 0xBE || byte(2) == 0xBF)));
  return {3, !unprintable, separator, false};
}

}  // namespace kyma::helm
