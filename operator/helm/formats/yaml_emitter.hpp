// Writes YAML in block style, as the emitters of go-yaml version 2 and 3 do it: libyaml's rules for which scalar may be
// written how, for folding and for indentation, with the two versions' differences.
//
// Guarantees: what is written reads back as the same text. Does not: sort keys, or know what a text means; the caller
// picks the style it wants, and gets another one where that cannot hold the text.
// Bounded: throws HeapExhausted when the output would pass `max_size` by more than one scalar.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kyma::helm {

enum class YamlDialect : std::uint8_t {
  yaml2,  // folds at 80 columns; a list in a mapping is not indented
  yaml3,  // never folds; lists are indented
};

enum class YamlStyle : std::uint8_t { plain, single_quoted, double_quoted, literal };

class YamlEmitter {
 public:
  YamlEmitter(std::string& out, YamlDialect dialect, std::size_t max_size)
      : out_(out), dialect_(dialect), max_size_(max_size) {}

  // An empty container has no begin and end.
  void empty_sequence() { empty_container('[', ']'); }
  void empty_mapping() { empty_container('{', '}'); }
  void begin_sequence();
  void end_sequence() { end_container(); }
  // In a mapping keys and values come in turn; a key is a scalar.
  void begin_mapping();
  void end_mapping() { end_container(); }
  // `tag` as it is to be written ("!!binary"), or empty.
  void scalar(std::string_view text, YamlStyle style, std::string_view tag = {});
  void end_document();

 private:
  struct Frame {
    bool is_mapping;
    int outer_indent;
    bool value_next = false;  // of a mapping: a key has been written
    bool simple_key = false;  // the last key stands on its value's line
  };
  struct Analysis {
    bool multiline = false;
    bool plain = true;
    bool single_quoted = true;
    bool literal = true;
  };

  static Analysis analyze(std::string_view text, YamlDialect dialect);
  void empty_container(char open, char close);
  void end_container();
  // What stands before a node: a dash, a colon, a new line.
  void start_node();
  void start_key(bool simple);
  void after_node();
  bool is_key() const { return !frames_.empty() && frames_.back().is_mapping && !frames_.back().value_next; }

  void write_content(std::string_view text, YamlStyle style, bool simple_key);
  void write_plain(std::string_view text, bool may_fold);
  void write_single_quoted(std::string_view text, bool may_fold);
  void write_double_quoted(std::string_view text, bool may_fold);
  void write_escape(char32_t rune);
  void write_literal(std::string_view text);
  void write_literal_hints(std::string_view text);

  void write_indent();
  void write_indicator(std::string_view indicator, bool need_whitespace, bool is_whitespace, bool is_indention);
  void put(char c) {
    out_ += c;
    ++column_;
  }
  void put_break() {
    out_ += '\n';
    column_ = 0;
  }
  void put_rune(std::string_view rune) {
    out_ += rune;
    ++column_;
  }
  // A line break of the text itself.
  void put_text_break(std::string_view rune);
  bool is_past_width() const { return dialect_ == YamlDialect::yaml2 && column_ > kWidth; }

  static constexpr int kWidth = 80;
  static constexpr int kIndent = 2;

  std::string& out_;
  YamlDialect dialect_;
  std::size_t max_size_;
  std::vector<Frame> frames_;
  int indent_ = -1;
  int column_ = 0;
  bool whitespace_ = true;  // the last character was a space
  bool indention_ = true;   // the line holds nothing but indentation and dashes
};

}  // namespace kyma::helm
