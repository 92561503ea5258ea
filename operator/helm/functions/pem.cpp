#include "operator/helm/functions/pem.hpp"

#include <algorithm>

#include "operator/base/base64.hpp"
#include "operator/helm/functions/base_encoding.hpp"

namespace kyma::helm {
namespace {

constexpr std::string_view kBegin = "\n-----BEGIN ";
constexpr std::string_view kEnd = "\n-----END ";
constexpr std::string_view kDashes = "-----";
constexpr std::size_t kLineLength = 64;

// Without the white space at its end, off the front of the text.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line.substr(0, line.find_last_not_of(" \t") + 1);
}

// What follows the next "-----BEGIN " at the start of a line. False: none.
bool skip_to_begin(std::string_view& text) {
  if (text.starts_with(kBegin.substr(1))) {
    text.remove_prefix(kBegin.size() - 1);
    return true;
  }
  const std::size_t at = text.find(kBegin);
  if (at == text.npos) return false;
  text.remove_prefix(at + kBegin.size());
  return true;
}

// The text between the begin line and the end line that fits it.
std::optional<std::string_view> body(std::string_view text, std::string_view type, bool has_headers) {
  std::size_t end = 0;
  std::size_t trailer = kEnd.size() - 1;
  if (has_headers || !text.starts_with(kEnd.substr(1))) {
    end = text.find(kEnd);
    if (end == text.npos) return std::nullopt;
    trailer = end + kEnd.size();
  }
  std::string_view rest = text.substr(trailer);
  if (!rest.starts_with(type)) return std::nullopt;
  rest.remove_prefix(type.size());
  if (!rest.starts_with(kDashes)) return std::nullopt;
  rest.remove_prefix(kDashes.size());
  if (!take_line(rest).empty()) return std::nullopt;
  return text.substr(0, end);
}

std::optional<std::string> decode_body(std::string_view text) {
  std::string base64(text);
  std::erase_if(base64, [](char c) { return c == ' ' || c == '\t'; });
  try {
    return decode_base64_like_go(base64);
  } catch (const gotemplate::FunctionError&) {
    return std::nullopt;
  }
}

}  // namespace

std::optional<PemBlock> decode_pem(std::string_view text) {
  while (skip_to_begin(text)) {
    std::string_view type = take_line(text);
    if (!type.ends_with(kDashes)) continue;
    type.remove_suffix(kDashes.size());
    bool has_headers = false;
    for (;;) {
      if (text.empty()) return std::nullopt;
      std::string_view next = text;
      if (take_line(next).find(':') == std::string_view::npos) break;
      has_headers = true;
      text = next;
    }
    const auto base64 = body(text, type, has_headers);
    auto bytes = base64 ? decode_body(*base64) : std::nullopt;
    if (bytes) return PemBlock{std::string(type), std::move(*bytes)};
  }
  return std::nullopt;
}

std::string encode_pem(std::string_view type, std::string_view bytes) {
  std::string text;
  text.append("-----BEGIN ").append(type).append("-----\n");
  const std::string base64 = encode_base64(bytes);
  for (std::size_t at = 0; at < base64.size(); at += kLineLength) text.append(base64, at, kLineLength).append("\n");
  return text.append("-----END ").append(type).append("-----\n");
}

}  // namespace kyma::helm
