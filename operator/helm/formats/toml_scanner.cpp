#include "operator/helm/formats/toml_scanner.hpp"

#include <fmt/format.h>

#include "operator/helm/formats/go_number.hpp"
#include "operator/helm/gotemplate/format.hpp"
#include "operator/helm/gotemplate/unicode.hpp"

namespace kyma::helm {
namespace {

bool is_digit(char32_t rune) { return rune >= U'0' && rune <= U'9'; }

bool is_hex(char32_t rune) {
  return is_digit(rune) || (rune >= U'a' && rune <= U'f') || (rune >= U'A' && rune <= U'F');
}

bool is_ascii_letter(char32_t rune) { return (rune >= U'a' && rune <= U'z') || (rune >= U'A' && rune <= U'Z'); }

}  // namespace

char32_t TomlScanner::peek() const {
  if (at_ >= text_.size()) return kEnd;
  const auto byte = static_cast<unsigned char>(text_[at_]);
  const bool lone_return = byte == '\r' && (at_ + 1 >= text_.size() || text_[at_ + 1] != '\n');
  if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F || lone_return) {
    fail(fmt::format("TOML files cannot contain control characters: '0x{:02x}'", byte));
  }
  if (byte < 0x80) return byte;
  std::size_t index = at_;
  const char32_t rune = gotemplate::next_rune(text_, index);
  if (rune == 0xFFFD && index == at_ + 1) fail(fmt::format("invalid UTF-8 byte: 0x{:02x}", byte));
  return rune;
}

char32_t TomlScanner::next() {
  const char32_t rune = peek();
  if (at_ >= text_.size()) {
    at_end_ = true;
    return kEnd;
  }
  gotemplate::next_rune(text_, at_);
  if (rune == U'\n') ++line_;
  return rune;
}

bool TomlScanner::accept(char32_t rune) {
  if (at_ >= text_.size() || peek() != rune) return false;
  next();
  return true;
}

void TomlScanner::skip_blanks() {
  while (is_blank(peek())) next();
}

void TomlScanner::skip_comment() {
  while (at_ < text_.size() && !is_break(peek())) next();
}

void TomlScanner::skip_filler() {
  while (true) {
    const char32_t rune = peek();
    if (is_blank(rune) || is_break(rune)) {
      next();
    } else if (rune == U'#') {
      skip_comment();
    } else {
      return;
    }
  }
}

std::string TomlScanner::quoted(char32_t rune) {
  if (rune == U'\'') return R"('\'')";
  if (rune == U'"') return R"('"')";
  std::string text;
  gotemplate::append_rune(text, rune);
  const std::string in_quotes = gotemplate::quote(text);
  return "'" + in_quotes.substr(1, in_quotes.size() - 2) + "'";
}

std::string TomlScanner::rune_or_end(char32_t rune) {
  if (rune == kEnd) return "end of file";
  std::string out = "'";
  gotemplate::append_rune(out, rune);
  return out += '\'';
}

std::string TomlScanner::bare_key() {
  const std::size_t start = at_;
  while (is_ascii_letter(peek()) || is_digit(peek()) || peek() == U'_' || peek() == U'-') next();
  return std::string(since(start));
}

std::string TomlScanner::basic_string() {
  if (accept(U'"')) {
    if (accept(U'"')) return basic_lines();
    return {};
  }
  return basic_line();
}

void TomlScanner::fail_broken_line(char32_t rune) const {
  throw TomlError{line_ - (rune == U'\n' ? 1 : 0), "strings cannot contain newlines"};
}

std::string TomlScanner::finish_string(std::string text) {
  if (!late_error_.empty()) fail(late_error_);
  return text;
}

std::string TomlScanner::basic_line() {
  string_start_ = at_;
  std::string out;
  while (true) {
    const char32_t rune = next();
    if (rune == kEnd) fail("unexpected EOF; expected '\"'");
    if (is_break(rune)) fail_broken_line(rune);
    if (rune == U'"') return finish_string(std::move(out));
    if (rune == U'\\') {
      escape(out, false);
    } else {
      gotemplate::append_rune(out, rune);
    }
  }
}

// The quotes at the end of a text of many lines: three close it, one or two before them belong to the text.
std::string TomlScanner::quotes_at_end(char32_t quote, bool& closed) {
  std::size_t count = 1;
  while (count < 5 && accept(quote)) ++count;
  closed = count >= 3;
  return std::string(closed ? count - 3 : count, static_cast<char>(quote));
}

std::string TomlScanner::basic_lines() {
  std::string out;
  string_start_ = at_;
  if (peek() == U'\r') next();
  accept(U'\n');
  while (true) {
    const char32_t rune = next();
    if (rune == kEnd) fail(R"(unexpected EOF; expected '"""')");
    if (rune == U'\\') {
      escape(out, true);
    } else if (rune == U'"') {
      bool closed = false;
      out += quotes_at_end(U'"', closed);
      if (closed) return finish_string(std::move(out));
    } else {
      gotemplate::append_rune(out, rune);
    }
  }
}

void TomlScanner::skip_line_end_and_blanks() {
  while (is_blank(peek()) || is_break(peek())) next();
}

// After the backslash.
void TomlScanner::escape(std::string& out, bool many_lines) {
  if (many_lines) {
    std::size_t ahead = at_;
    while (ahead < text_.size() && is_blank(static_cast<unsigned char>(text_[ahead]))) ++ahead;
    if (ahead < text_.size() && is_break(static_cast<unsigned char>(text_[ahead]))) return skip_line_end_and_blanks();
  }
  const char32_t rune = next();
  switch (rune) {
    case U'b': out += '\b'; return;
    case U't': out += '\t'; return;
    case U'n': out += '\n'; return;
    case U'f': out += '\f'; return;
    case U'r': out += '\r'; return;
    case U'"': out += '"'; return;
    case U'\\': out += '\\'; return;
    case U'u': unicode_escape(out, 4); return;
    case U'U': unicode_escape(out, 8); return;
    case U' ':
    case U'\t': fail_later(fmt::format("invalid escape: '\\{}'", static_cast<char>(rune))); return;
    default: break;
  }
  std::string text;
  gotemplate::append_rune(text, rune);
  fail(fmt::format("invalid escape in string '\\{}'", text));
}

void TomlScanner::unicode_escape(std::string& out, int digits) {
  const std::size_t start = at_;
  for (int i = 0; i < digits; ++i) {
    if (is_hex(next())) continue;
    fail(fmt::format("expected {} hexadecimal digits after '\\{}', but got {} instead", digits == 4 ? "four" : "eight",
                     digits == 4 ? 'u' : 'U', gotemplate::quote(since(string_start_))));
  }
  const auto number = static_cast<std::uint64_t>(parse_integer(since(start), 16)->value);
  if (number > 0x10FFFF || (number >= 0xD800 && number < 0xE000)) {
    fail_later(fmt::format("Escaped character '\\u{}' is not valid UTF-8.", since(start)));
    return;
  }
  gotemplate::append_rune(out, static_cast<char32_t>(number));
}

std::string TomlScanner::literal_string() {
  if (!accept(U'\'')) return literal_line();
  return accept(U'\'') ? literal_lines() : std::string();
}

std::string TomlScanner::literal_line() {
  std::string out;
  while (true) {
    const char32_t rune = next();
    if (rune == kEnd) fail("unexpected EOF; expected \"'\"");
    if (is_break(rune)) fail_broken_line(rune);
    if (rune == U'\'') return out;
    gotemplate::append_rune(out, rune);
  }
}

std::string TomlScanner::literal_lines() {
  std::string out;
  if (peek() == U'\r') next();
  accept(U'\n');
  while (true) {
    const char32_t rune = next();
    if (rune == kEnd) fail("unexpected EOF; expected \"'''\"");
    if (rune != U'\'') {
      gotemplate::append_rune(out, rune);
      continue;
    }
    bool closed = false;
    out += quotes_at_end(U'\'', closed);
    if (closed) return out;
  }
}

}  // namespace kyma::helm
