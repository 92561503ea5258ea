// How the emitter writes the text of one scalar, in each style.
#include <fmt/format.h>

#include <iterator>

#include "operator/helm/formats/yaml_emitter.hpp"
#include "operator/helm/formats/yaml_text.hpp"
#include "operator/helm/gotemplate/unicode.hpp"

namespace kyma::helm {
namespace {

bool is_space_at(std::string_view text, std::size_t at) { return at < text.size() && text[at] == ' '; }

// Whether the text may be written as it is, in a line that it does not make too long.
bool fits(std::string_view text, int column, int width) {
  return text.size() <= static_cast<std::size_t>(width) && column + static_cast<int>(text.size()) <= width;
}

}  // namespace

void YamlEmitter::put_text_break(std::string_view rune) {
  if (rune == "\n") {
    put_break();
  } else {
    out_ += rune;
    column_ = 0;
  }
}

void YamlEmitter::write_plain(std::string_view text, bool may_fold) {
  if (!whitespace_) put(' ');
  bool spaces = false;
  if (!may_fold || dialect_ == YamlDialect::yaml3 || fits(text, column_, kWidth)) {
    out_ += text;  // which holds no line breaks
    for (const char c : text) column_ += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  } else {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t width = yaml_rune_at(text, at).width;
      const bool space = text[at] == ' ';
      if (space && !spaces && is_past_width() && !is_space_at(text, at + 1)) {
        write_indent();
      } else {
        put_rune(text.substr(at, width));
        if (!space) indention_ = false;
      }
      spaces = space;
      at += width;
    }
  }
  whitespace_ = false;
  indention_ = false;
}

void YamlEmitter::write_single_quoted(std::string_view text, bool may_fold) {
  write_indicator("'", true, false, false);
  bool spaces = false;
  bool breaks = false;
  for (std::size_t at = 0; at < text.size();) {
    const YamlRune rune = yaml_rune_at(text, at);
    const std::string_view bytes = text.substr(at, rune.width);
    if (text[at] == ' ') {
      const bool inner = at > 0 && at + 1 < text.size();
      if (may_fold && !spaces && is_past_width() && inner && !is_space_at(text, at + 1)) {
        write_indent();
      } else {
        put_rune(bytes);
      }
      spaces = true;
    } else if (rune.is_break) {
      if (!breaks && text[at] == '\n') put_break();
      put_text_break(bytes);
      indention_ = true;
      breaks = true;
    } else {
      if (breaks) write_indent();
      if (text[at] == '\'') put('\'');
      put_rune(bytes);
      indention_ = false;
      spaces = breaks = false;
    }
    at += rune.width;
  }
  write_indicator("'", false, false, false);
  whitespace_ = false;
  indention_ = false;
}

void YamlEmitter::write_double_quoted(std::string_view text, bool may_fold) {
  write_indicator("\"", true, false, false);
  bool spaces = false;
  // go-yaml asks of every character whether the text starts with a byte order mark.
  const bool escape_all = text.starts_with("\xEF\xBB\xBF");
  for (std::size_t at = 0; at < text.size();) {
    const YamlRune rune = yaml_rune_at(text, at);
    if (escape_all || !rune.is_printable || rune.is_break || text[at] == '"' || text[at] == '\\') {
      std::size_t index = at;
      write_escape(gotemplate::next_rune(text, index));
      spaces = false;
    } else if (text[at] == ' ') {
      if (may_fold && !spaces && is_past_width() && at > 0 && at + 1 < text.size()) {
        write_indent();
        if (is_space_at(text, at + 1)) put('\\');
      } else {
        put(' ');
      }
      spaces = true;
    } else {
      put_rune(text.substr(at, rune.width));
      spaces = false;
    }
    at += rune.width;
  }
  write_indicator("\"", false, false, false);
  whitespace_ = false;
  indention_ = false;
}

void YamlEmitter::write_escape(char32_t rune) {
  const std::size_t before = out_.size();
  out_ += '\\';
  switch (rune) {
    case 0x00: out_ += '0'; break;
    case 0x07: out_ += 'a'; break;
    case 0x08: out_ += 'b'; break;
    case 0x09: out_ += 't'; break;
    case 0x0A: out_ += 'n'; break;
    case 0x0B: out_ += 'v'; break;
    case 0x0C: out_ += 'f'; break;
    case 0x0D: out_ += 'r'; break;
    case 0x1B: out_ += 'e'; break;
    case '"': out_ += '"'; break;
    case '\\': out_ += '\\'; break;
    case 0x85: out_ += 'N'; break;
    case 0xA0: out_ += '_'; break;
    case 0x2028: out_ += 'L'; break;
    case 0x2029: out_ += 'P'; break;
    default: {
      const auto number = static_cast<std::uint32_t>(rune);
      auto end = std::back_inserter(out_);
      if (number <= 0xFF) {
        fmt::format_to(end, "x{:02X}", number);
      } else if (number <= 0xFFFF) {
        fmt::format_to(end, "u{:04X}", number);
      } else {
        fmt::format_to(end, "U{:08X}", number);
      }
    }
  }
  column_ += static_cast<int>(out_.size() - before);
}

void YamlEmitter::write_literal_hints(std::string_view text) {
  if (text.empty()) return;
  if (text[0] == ' ' || yaml_rune_at(text, 0).is_break) {
    const char hint = static_cast<char>('0' + kIndent);
    write_indicator(std::string_view(&hint, 1), false, false, false);
  }
  const auto start_before = [&](std::size_t end) {
    do {
      --end;
    } while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80);
    return end;
  };
  const std::size_t last = start_before(text.size());
  if (!yaml_rune_at(text, last).is_break) {
    write_indicator("-", false, false, false);
  } else if (last == 0 || yaml_rune_at(text, start_before(last)).is_break) {
    write_indicator("+", false, false, false);
  }
}

void YamlEmitter::write_literal(std::string_view text) {
  write_indicator("|", true, false, false);
  write_literal_hints(text);
  put_break();
  indention_ = true;
  whitespace_ = true;
  bool breaks = true;
  for (std::size_t at = 0; at < text.size();) {
    const YamlRune rune = yaml_rune_at(text, at);
    if (rune.is_break) {
      put_text_break(text.substr(at, rune.width));
      indention_ = true;
      breaks = true;
      at += rune.width;
      continue;
    }
    if (breaks) write_indent();
    std::size_t end = at;
    while (end < text.size() && text[end] != '\n') {
      const YamlRune inner = yaml_rune_at(text, end);
      if (inner.is_break) break;
      end += inner.width;
      ++column_;
    }
    out_ += text.substr(at, end - at);
    indention_ = false;
    breaks = false;
    at = end;
  }
}

}  // namespace kyma::helm
