#include "operator/kube/client/base64.hpp"

#include <cstdint>

namespace kyma::kube {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string encode_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::string_view part = bytes.substr(i, 3);
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8 | (j < part.size() ? static_cast<unsigned char>(part[j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text += j <= part.size() ? kAlphabet[group >> (18 - 6 * j) & 63] : '=';
    }
  }
  return text;
}

std::optional<std::string> decode_base64(std::string_view text) {
  std::string bytes;
  std::uint32_t group = 0;
  int digits = 0;
  int padding = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r') continue;
    const auto value = kAlphabet.find(c);
    if (c == '=') {
      ++padding;
      group <<= 6;
    } else if (value == std::string_view::npos || padding > 0) {
      return std::nullopt;
    } else {
      group = group << 6 | static_cast<std::uint32_t>(value);
    }
    if (++digits < 4) continue;
    if (padding > 2) return std::nullopt;
    for (int i = 0; i < 3 - padding; ++i) bytes += static_cast<char>(group >> (16 - 8 * i) & 0xFF);
    group = 0;
    digits = 0;
    // What follows padding would start a new text.
    if (padding > 0) padding = 3;
  }
  if (digits != 0) return std::nullopt;
  return bytes;
}

}  // namespace kyma::kube
