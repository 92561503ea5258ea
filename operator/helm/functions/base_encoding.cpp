#include "operator/helm/functions/base_encoding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace kyma::helm {
namespace {

constexpr std::string_view kAlphabet64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kAlphabet32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::uint8_t kNoDigit = 0xff;

using DigitTable = std::array<std::uint8_t, 256>;

constexpr DigitTable digit_table(std::string_view alphabet) {
  DigitTable table{};
  table.fill(kNoDigit);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return table;
}

constexpr DigitTable kDigits64 = digit_table(kAlphabet64);
constexpr DigitTable kDigits32 = digit_table(kAlphabet32);

[[noreturn]] void corrupt(std::string_view base, std::size_t position) {
  throw gotemplate::FunctionError(fmt::format("illegal {} data at input byte {}", base, position));
}

bool is_line_break(char c) { return c == '\n' || c == '\r'; }

std::size_t skip_line_breaks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_line_break(text[at])) ++at;
  return at;
}

// The padding after `count` digits of the last group, the first '=' of which stands before `at`.
void check_padding64(std::string_view text, std::size_t at, int count) {
  if (count < 2) corrupt("base64", at - 1);
  if (count == 2) {
    at = skip_line_breaks(text, at);
    if (at == text.size()) corrupt("base64", text.size());
    if (text[at] != '=') corrupt("base64", at - 1);
    ++at;
  }
  at = skip_line_breaks(text, at);
  if (at < text.size()) corrupt("base64", at);
}

// The first `digits` digits of `width` bits each, from the top of a group.
void append_bytes(std::string& out, std::uint64_t group, int digits, int group_digits, int width) {
  const int total = group_digits * width;
  for (int done = 8; done <= digits * width; done += 8) out += static_cast<char>(group >> (total - done) & 0xff);
}

}  // namespace

std::string decode_base64_like_go(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3);
  std::uint64_t group = 0;
  int count = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::uint8_t digit = kDigits64[static_cast<unsigned char>(text[at])];
    if (digit == kNoDigit) {
      if (is_line_break(text[at])) continue;
      if (text[at] != '=') corrupt("base64", at);
      check_padding64(text, at + 1, count);
      append_bytes(out, group << 6 * (4 - count), count, 4, 6);
      return out;
    }
    group = group << 6 | digit;
    if (++count == 4) {
      append_bytes(out, group, 4, 4, 6);
      group = 0;
      count = 0;
    }
  }
  if (count != 0) corrupt("base64", text.size() - static_cast<std::size_t>(count));
  return out;
}

std::string encode_base32(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 4) / 5 * 8);
  for (std::size_t at = 0; at < bytes.size(); at += 5) {
    const std::string_view part = bytes.substr(at, 5);
    std::uint64_t group = 0;
    for (std::size_t i = 0; i < 5; ++i)
      group = group << 8 | (i < part.size() ? static_cast<unsigned char>(part[i]) : 0);
    const std::size_t digits = (part.size() * 8 + 4) / 5;
    for (std::size_t i = 0; i < 8; ++i) out += i < digits ? kAlphabet32[group >> (35 - 5 * i) & 31] : '=';
  }
  return out;
}

std::string decode_base32_like_go(std::string_view input) {
  // Positions in messages count without the line breaks.
  std::string text(input);
  std::erase_if(text, is_line_break);
  std::string out;
  out.reserve(text.size() / 8 * 5);
  std::uint64_t group = 0;
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t left = text.size() - at - 1;
    if (text[at] == '=' && count >= 2 && left < 8) {
      if (left + count < 7) corrupt("base32", text.size());
      for (std::size_t k = 0; k < 7 - count; ++k) {
        if (left > k && text[at + 1 + k] != '=') corrupt("base32", at + k);
      }
      if (count == 3 || count == 6) corrupt("base32", at);
      append_bytes(out, group << 5 * (8 - count), static_cast<int>(count), 8, 5);
      return out;
    }
    const std::uint8_t digit = kDigits32[static_cast<unsigned char>(text[at])];
    if (digit == kNoDigit) corrupt("base32", at);
    group = group << 5 | digit;
    if (++count == 8) {
      append_bytes(out, group, 8, 8, 5);
      group = 0;
      count = 0;
    }
  }
  if (count != 0) corrupt("base32", text.size() - count);
  return out;
}

}  // namespace kyma::helm
