#include "operator/helm/formats/yaml_emitter.hpp"

#include <algorithm>

#include "operator/helm/formats/yaml_text.hpp"
#include "operator/helm/gotemplate/heap.hpp"

namespace kyma::helm {
namespace {

// Longer keys get a line of their own.
constexpr std::size_t kLongestSimpleKey = 128;

constexpr std::string_view kLeadingIndicators = "#,[]{}&*!|>'\"%@`";

}  // namespace

// What the text allows, by libyaml's rules (for block context: flow style is only used for what is empty).
YamlEmitter::Analysis YamlEmitter::analyze(std::string_view text, YamlDialect dialect) {
  Analysis result;
  if (text.empty()) {
    result.single_quoted = true;
    result.literal = false;
    return result;
  }
  bool indicators = text.starts_with("---") || text.starts_with("...");
  bool line_breaks = false;
  bool special = false;
  bool tabs = false;
  bool leading = false;
  bool trailing_space = false;
  bool trailing_break = false;
  bool break_space = false;
  bool space_break = false;
  bool previous_space = false;
  bool previous_break = false;
  bool after_blank = true;
  for (std::size_t at = 0; at < text.size();) {
    const YamlRune rune = yaml_rune_at(text, at);
    const std::size_t next = at + rune.width;
    const bool last = next >= text.size();
    const bool before_blank = last || text[next] == ' ' || text[next] == '\t';
    const char c = rune.width == 1 ? text[at] : '\0';
    if (at == 0) {
      if (c != '\0' && kLeadingIndicators.find(c) != std::string_view::npos) indicators = true;
      if ((c == '?' || c == ':' || c == '-') && before_blank) indicators = true;
    } else {
      if (c == ':' && before_blank) indicators = true;
      if (c == '#' && after_blank) indicators = true;
    }
    if (!rune.is_printable) {
      (rune.is_tab && dialect == YamlDialect::yaml3 ? tabs : special) = true;
    }
    if (rune.is_break) {
      line_breaks = true;
      if (at == 0) leading = true;
      if (last) trailing_break = true;
      if (previous_space) space_break = true;
      previous_break = true;
      previous_space = false;
    } else if (c == ' ') {
      if (at == 0) leading = true;
      if (last) trailing_space = true;
      if (previous_break) break_space = true;
      previous_space = true;
      previous_break = false;
    } else {
      previous_space = previous_break = false;
    }
    after_blank = c == ' ' || rune.is_tab || rune.is_break || (rune.width == 1 && c == '\0');
    at = next;
  }
  result.multiline = line_breaks;
  const bool unquotable = break_space || space_break || special || tabs;
  result.single_quoted = !unquotable;
  result.plain = !(unquotable || indicators || line_breaks || leading || trailing_space || trailing_break);
  result.literal = !(trailing_space || space_break || special);
  return result;
}

void YamlEmitter::write_indent() {
  const int indent = std::max(indent_, 0);
  if (!indention_ || column_ > indent || (column_ == indent && !whitespace_)) put_break();
  if (column_ < indent) {
    out_.append(static_cast<std::size_t>(indent - column_), ' ');
    column_ = indent;
  }
  whitespace_ = true;
  indention_ = true;
}

void YamlEmitter::write_indicator(std::string_view indicator, bool need_whitespace, bool is_whitespace,
                                  bool is_indention) {
  if (need_whitespace && !whitespace_) put(' ');
  out_ += indicator;
  column_ += static_cast<int>(indicator.size());
  whitespace_ = is_whitespace;
  indention_ = indention_ && is_indention;
}

void YamlEmitter::start_node() {
  if (out_.size() > max_size_) throw gotemplate::HeapExhausted(max_size_);
  if (frames_.empty()) return;
  Frame& frame = frames_.back();
  if (!frame.is_mapping) {
    write_indent();
    write_indicator("-", true, false, true);
  } else if (frame.simple_key) {
    write_indicator(":", false, false, false);
  } else {
    write_indent();
    write_indicator(":", true, false, true);
  }
}

void YamlEmitter::start_key(bool simple) {
  frames_.back().simple_key = simple;
  write_indent();
  if (!simple) write_indicator("?", true, false, true);
}

void YamlEmitter::after_node() {
  if (!frames_.empty() && frames_.back().is_mapping) frames_.back().value_next = !frames_.back().value_next;
}

void YamlEmitter::empty_container(char open, char close) {
  start_node();
  write_indicator(std::string_view(&open, 1), true, true, false);
  write_indicator(std::string_view(&close, 1), false, false, false);
  after_node();
}

void YamlEmitter::begin_sequence() {
  start_node();
  const bool in_mapping = !frames_.empty() && frames_.back().is_mapping;
  frames_.push_back({.is_mapping = false, .outer_indent = indent_});
  const bool indentless = dialect_ == YamlDialect::yaml2 && in_mapping && !indention_;
  if (indent_ < 0) {
    indent_ = 0;
  } else if (!indentless) {
    indent_ += kIndent;
  }
}

void YamlEmitter::begin_mapping() {
  start_node();
  frames_.push_back({.is_mapping = true, .outer_indent = indent_});
  indent_ = indent_ < 0 ? 0 : indent_ + kIndent;
}

void YamlEmitter::end_container() {
  indent_ = frames_.back().outer_indent;
  frames_.pop_back();
  after_node();
}

void YamlEmitter::end_document() { write_indent(); }

void YamlEmitter::scalar(std::string_view text, YamlStyle style, std::string_view tag) {
  const Analysis analysis = analyze(text, dialect_);
  const bool key = is_key();
  const bool simple_key = key && !analysis.multiline && text.size() + tag.size() <= kLongestSimpleKey;
  if (key) {
    start_key(simple_key);
  } else {
    start_node();
  }
  if (simple_key && analysis.multiline) style = YamlStyle::double_quoted;
  if (style == YamlStyle::plain && (!analysis.plain || (text.empty() && simple_key))) style = YamlStyle::single_quoted;
  if (style == YamlStyle::single_quoted && !analysis.single_quoted) style = YamlStyle::double_quoted;
  if (style == YamlStyle::literal && (!analysis.literal || simple_key)) style = YamlStyle::double_quoted;
  if (!tag.empty()) write_indicator(tag, true, false, false);
  const int outer_indent = indent_;
  indent_ = indent_ < 0 ? kIndent : indent_ + kIndent;
  write_content(text, style, simple_key);
  indent_ = outer_indent;
  after_node();
}

void YamlEmitter::write_content(std::string_view text, YamlStyle style, bool simple_key) {
  switch (style) {
    case YamlStyle::plain: write_plain(text, !simple_key); break;
    case YamlStyle::single_quoted: write_single_quoted(text, !simple_key); break;
    case YamlStyle::double_quoted: write_double_quoted(text, !simple_key); break;
    case YamlStyle::literal: write_literal(text); break;
  }
}

}  // namespace kyma::helm
