// Random texts and numbers, all from the environment and without bias.
#include <fmt/format.h>

#include <array>
#include <cstring>
#include <string>

#include "operator/base/base64.hpp"
#include "operator/helm/functions/crypto_natives.hpp"

namespace kyma::helm::crypto {
namespace {

using gotemplate::Environment;
using gotemplate::HeapExhausted;

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kAlphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kAscii =
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

std::size_t checked_size(Call& call, std::int64_t count) {
  if (static_cast<std::uint64_t>(count) > call.heap.limit() / 2) throw HeapExhausted(call.heap.limit());
  return static_cast<std::size_t>(count);
}

// So many of the characters; nothing for a negative count.
Value random_text(Call& call, std::string_view characters) {
  if (call.integer(0) <= 0) return Value::string("");
  const std::size_t count = checked_size(call, call.integer(0));
  // Bytes beyond the last multiple would favour the first characters.
  const std::size_t fair = 256 - 256 % characters.size();
  std::string text;
  text.reserve(count);
  std::array<unsigned char, 256> bytes;
  while (text.size() < count) {
    call.environment.random(bytes);
    for (const unsigned char byte : bytes) {
      if (byte >= fair) continue;
      text += characters[byte % characters.size()];
      if (text.size() == count) break;
    }
  }
  return call.make(text);
}

// Below the bound, which is not 0.
std::uint64_t random_below(Environment& environment, std::uint64_t bound) {
  const std::uint64_t unfair = (0 - bound) % bound;  // 2^64 modulo the bound
  for (;;) {
    std::array<unsigned char, 8> bytes;
    environment.random(bytes);
    std::uint64_t number = 0;
    std::memcpy(&number, bytes.data(), bytes.size());
    if (number >= unfair) return number % bound;
  }
}

}  // namespace

Value random_alphanumeric(Call& call) { return random_text(call, kAlphanumerics); }
Value random_letters(Call& call) { return random_text(call, kLetters); }
Value random_ascii(Call& call) { return random_text(call, kAscii); }
Value random_digits(Call& call) { return random_text(call, kDigits); }

Value random_integer(Call& call) {
  const auto least = static_cast<std::uint64_t>(call.integer(0));
  const std::uint64_t count = static_cast<std::uint64_t>(call.integer(1)) - least;
  if (static_cast<std::int64_t>(count) <= 0) Call::fail("invalid argument to Intn");
  return Value::integer(static_cast<std::int64_t>(least + random_below(call.environment, count)));
}

Value random_bytes(Call& call) {
  if (call.integer(0) < 0) Call::fail("runtime error: makeslice: len out of range");
  std::string bytes(checked_size(call, call.integer(0)), '\0');
  call.environment.random({reinterpret_cast<unsigned char*>(bytes.data()), bytes.size()});
  return call.make(encode_base64(bytes));
}

// Version 4 of RFC 9562.
Value random_uuid(Call& call) {
  std::array<unsigned char, 16> bytes;
  call.environment.random(bytes);
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", bytes[i]);
  }
  return call.make(text);
}

}  // namespace kyma::helm::crypto
