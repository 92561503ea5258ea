#include "operator/helm/chart/json_text.hpp"

namespace kyma::helm {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// Behind the closing quote of the text that opens at `at`.
std::size_t skip_text(std::string_view text, std::size_t at) noexcept {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return kNone;
}

std::size_t skip_brackets(std::string_view text, std::size_t at) noexcept {
  std::size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = skip_text(text, at);
      continue;
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return at;
  }
  return kNone;
}

// The longest number; npos if it stops in the middle.
std::size_t skip_number(std::string_view text, std::size_t at) noexcept {
  const auto digits = [&] {
    const std::size_t start = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at > start;
  };
  if (text[at] == '-') ++at;
  if (at < text.size() && text[at] == '0') {
    ++at;
  } else if (!digits()) {
    return kNone;
  }
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (!digits()) return kNone;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (!digits()) return kNone;
  }
  return at;
}

}  // namespace

std::size_t json_value_length(std::string_view text) noexcept {
  const std::size_t at = text.find_first_not_of(" \t\r\n");
  if (at == kNone) return kNone;
  const char c = text[at];
  if (c == '{' || c == '[') return skip_brackets(text, at);
  if (c == '"') return skip_text(text, at);
  if (c == '-' || is_digit(c)) return skip_number(text, at);
  for (const std::string_view word : {"true", "false", "null"}) {
    if (text.substr(at).starts_with(word)) return at + word.size();
  }
  return kNone;
}

}  // namespace kyma::helm
