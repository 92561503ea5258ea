// Scans JSON strings eight bytes at a time. For Reader and ListSplitter, whose speed it decides; nobody else needs it.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace kyma::json {

// The first byte at or after `at` that is not a plain character of a string: a quote, a backslash, a control character
// or a byte outside ASCII; `end` when there is none.
inline const char* skip_plain(const char* at, const char* end) noexcept {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  if constexpr (std::endian::native == std::endian::little) {
    while (end - at >= 8) {
      std::uint64_t word;
      std::memcpy(&word, at, 8);
      // A subtraction borrows into a byte's high bit exactly when the byte is too small; bytes above the first hit may
      // be wrong, but only the first counts.
      const std::uint64_t control = word - kOnes * 0x20;
      const std::uint64_t quote = (word ^ kOnes * '"') - kOnes;
      const std::uint64_t backslash = (word ^ kOnes * '\\') - kOnes;
      const std::uint64_t hits = (control | quote | backslash | word) & kOnes * 0x80;
      if (hits != 0) return at + (std::countr_zero(hits) >> 3);
      at += 8;
    }
  }
  for (; at != end; ++at) {
    const auto c = static_cast<unsigned char>(*at);
    if (c == '"' || c == '\\' || c < 0x20 || c >= 0x80) break;
  }
  return at;
}

}  // namespace kyma::json
