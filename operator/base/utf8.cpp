#include "operator/base/utf8.hpp"

#include <algorithm>

namespace kyma {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// How many bytes from the front are right.
std::size_t right_bytes(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t size = utf8_character_bytes(text.substr(at));
    if (size == 0) break;
    at += size;
  }
  return at;
}

}  // namespace

std::size_t utf8_character_bytes(std::string_view text) noexcept {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const auto first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  const bool surrogate = first == 0xed && byte(1) > 0x9f;
  const bool beyond = first == 0xf4 && byte(1) > 0x8f;
  return overlong || surrogate || beyond ? 0 : size;
}

bool is_utf8(std::string_view text) noexcept { return right_bytes(text) == text.size(); }

std::string make_utf8(std::string text) {
  std::string_view rest = text;
  std::size_t right = right_bytes(rest);
  if (right == rest.size()) return text;
  std::string result;
  result.reserve(text.size() + kReplacement.size());
  while (!rest.empty()) {
    result += rest.substr(0, right);
    rest.remove_prefix(right);
    if (!rest.empty()) {
      result += kReplacement;
      rest.remove_prefix(1);
    }
    right = right_bytes(rest);
  }
  return result;
}

std::string cut_utf8(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  std::size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

}  // namespace kyma
