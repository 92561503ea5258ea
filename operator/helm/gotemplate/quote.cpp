// Go's strconv.Quote and Unquote.
#include <fmt/format.h>

#include <algorithm>

#include "operator/helm/gotemplate/format.hpp"

namespace kyma::gotemplate {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

void append_hex(std::string& out, char32_t value, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out.push_back(kHexDigits[value >> shift & 0xF]);
}

// The letter after the backslash, 0 for none.
constexpr char escape_letter(char32_t rune) {
  switch (rune) {
    case '\a': return 'a';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\v': return 'v';
    default: return 0;
  }
}

void append_escaped(std::string& out, char32_t rune, char quote, bool ascii_only) {
  if (rune == static_cast<unsigned char>(quote) || rune == '\\') {
    out.push_back('\\');
    out.push_back(static_cast<char>(rune));
  } else if ((!ascii_only || rune < 0x80) && is_printable(rune)) {
    append_rune(out, rune);
  } else if (const char letter = escape_letter(rune)) {
    out.push_back('\\');
    out.push_back(letter);
  } else if (rune < ' ' || rune == 0x7F) {
    out.append("\\x");
    append_hex(out, rune, 2);
  } else if (rune < 0x10000) {
    out.append("\\u");
    append_hex(out, rune, 4);
  } else {
    out.append("\\U");
    append_hex(out, rune, 8);
  }
}

// Neither escaped nor more than one byte long.
constexpr bool is_plain(char c) { return c >= ' ' && c < 0x7F && c != '"' && c != '\\'; }

std::string quote_with(std::string_view text, bool ascii_only) {
  std::string out;
  out.reserve(text.size() + text.size() / 8 + 2);
  out.push_back('"');
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t start = i;
    while (i < text.size() && is_plain(text[i])) ++i;
    out.append(text.substr(start, i - start));
    if (i == text.size()) break;
    const std::size_t odd = i;
    const char32_t rune = next_rune(text, i);
    if (rune == kRuneError && i == odd + 1) {
      out.append("\\x");
      append_hex(out, static_cast<unsigned char>(text[odd]), 2);
    } else {
      append_escaped(out, rune, '"', ascii_only);
    }
  }
  out.push_back('"');
  return out;
}

// -1: no digit of that base.
constexpr int digit_of(char c, int base) {
  int digit = 99;
  if (c >= '0' && c <= '9') digit = c - '0';
  if (c >= 'a' && c <= 'f') digit = c - 'a' + 10;
  if (c >= 'A' && c <= 'F') digit = c - 'A' + 10;
  return digit < base ? digit : -1;
}

std::optional<char32_t> take_digits(std::string_view& rest, std::size_t count, int base) {
  if (rest.size() < count) return std::nullopt;
  char32_t value = 0;
  for (const char c : rest.substr(0, count)) {
    const int digit = digit_of(c, base);
    if (digit < 0) return std::nullopt;
    value = value * static_cast<char32_t>(base) + static_cast<char32_t>(digit);
  }
  rest.remove_prefix(count);
  return value;
}

// `rest` is past the backslash.
std::optional<LiteralChar> unquote_escape(std::string_view& rest, char quote) {
  if (rest.empty()) return std::nullopt;
  const char c = rest[0];
  if (c >= '0' && c <= '7') {
    const auto value = take_digits(rest, 3, 8);
    if (!value || *value > 255) return std::nullopt;
    return LiteralChar{*value, true};
  }
  rest.remove_prefix(1);
  switch (c) {
    case 'a': return LiteralChar{'\a'};
    case 'b': return LiteralChar{'\b'};
    case 'f': return LiteralChar{'\f'};
    case 'n': return LiteralChar{'\n'};
    case 'r': return LiteralChar{'\r'};
    case 't': return LiteralChar{'\t'};
    case 'v': return LiteralChar{'\v'};
    case '\\': return LiteralChar{'\\'};
    case '\'':
    case '"':
      if (c != quote) return std::nullopt;
      return LiteralChar{static_cast<unsigned char>(c)};
    case 'x':
      if (const auto value = take_digits(rest, 2, 16)) return LiteralChar{*value, true};
      return std::nullopt;
    case 'u':
    case 'U': {
      const auto value = take_digits(rest, c == 'u' ? 4 : 8, 16);
      if (!value || !is_valid_rune(*value)) return std::nullopt;
      return LiteralChar{*value};
    }
    default: return std::nullopt;
  }
}

// Raw: all but carriage returns stands for itself.
std::string unquote_raw(std::string_view inside) {
  std::string out(inside);
  std::erase(out, '\r');
  return out;
}

}  // namespace

std::string quote(std::string_view text) { return quote_with(text, false); }

std::string quote_ascii(std::string_view text) { return quote_with(text, true); }

std::string quote_rune(char32_t rune, bool ascii_only) {
  std::string out = "'";
  append_escaped(out, is_valid_rune(rune) ? rune : kRuneError, '\'', ascii_only);
  out.push_back('\'');
  return out;
}

std::optional<LiteralChar> unquote_char(std::string_view& rest, char quote) {
  if (rest.empty() || (rest[0] == quote && quote != '`')) return std::nullopt;
  if (rest[0] == '\\') {
    rest.remove_prefix(1);
    return unquote_escape(rest, quote);
  }
  std::size_t length = 0;
  const char32_t rune = next_rune(rest, length);
  rest.remove_prefix(length);
  return LiteralChar{rune};
}

std::optional<std::string> unquote(std::string_view literal) {
  if (literal.size() < 2 || literal.front() != literal.back()) return std::nullopt;
  const char mark = literal.front();
  std::string_view rest = literal.substr(1, literal.size() - 2);
  if (mark == '`') {
    if (rest.find('`') != std::string_view::npos) return std::nullopt;
    return unquote_raw(rest);
  }
  if (mark != '"' && mark != '\'') return std::nullopt;
  if (mark == '"' && std::all_of(rest.begin(), rest.end(), is_plain)) return std::string(rest);
  std::string out;
  out.reserve(rest.size());
  for (std::size_t count = 0; !rest.empty(); ++count) {
    if (rest[0] == '\n' || (mark == '\'' && count > 0)) return std::nullopt;
    const auto c = unquote_char(rest, mark);
    if (!c) return std::nullopt;
    if (c->is_byte) {
      out.push_back(static_cast<char>(c->value));
    } else {
      append_rune(out, c->value);
    }
  }
  if (mark == '\'' && literal.size() == 2) return std::nullopt;
  return out;
}

}  // namespace kyma::gotemplate
