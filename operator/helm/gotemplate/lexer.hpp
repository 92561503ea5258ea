// The text of a template as items: runs of plain text, and inside actions the tokens of Go's template language.
//
// Items view the text (errors: the lexer), so both must outlive them. A lexer makes one item at a time and looks no
// further than that item needs, as Go's does: which of two mistakes is reported depends on it. Spaces inside actions
// are items of their own; comments are none. Thread: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <string>
#include <string_view>

namespace kyma::gotemplate {

enum class ItemType : std::uint8_t {
  error,  // the value is the message
  boolean,
  character,     // a printable ASCII character, such as a comma
  char_literal,  // 'x', quotes included
  complex,       // 1+2i
  assign,        // =
  declare,       // :=
  end_of_text,
  field,  // .name
  identifier,
  left_delimiter,
  left_paren,
  number,
  pipe,
  raw_string,  // `...`, quotes included
  right_delimiter,
  right_paren,
  space,
  string,  // "...", quotes included
  text,
  variable,  // $name
  // Keywords from here.
  keyword,
  block,
  break_,
  continue_,
  dot,
  define,
  else_,
  end,
  if_,
  nil,
  range,
  template_,
  with,
};

struct Item {
  ItemType type = ItemType::error;
  std::size_t pos = 0;  // of its first byte in the text
  std::string_view value;
  int line = 0;  // where it starts

  // As messages name it: "x", <range>, EOF.
  std::string describe() const;
};

class Lexer {
 public:
  // `break` and `continue` are keywords unless the host has functions of these names.
  Lexer(std::string_view text, bool break_is_keyword, bool continue_is_keyword) noexcept
      : text_(text), break_is_keyword_(break_is_keyword), continue_is_keyword_(continue_is_keyword) {}
  Lexer(const Lexer&) = delete;
  Lexer& operator=(const Lexer&) = delete;

  Item next();

 private:
  struct Closing {
    bool found = false;
    bool trims = false;
  };

  // Where the states of Go's lexer hand over without an item, these return false.
  bool lex_text();
  bool lex_left_delimiter();
  bool lex_comment();
  void lex_inside_action();
  void lex_right_delimiter();
  void lex_space();
  void lex_identifier();
  void lex_field_or_variable(ItemType type);
  void lex_quoted(char quote, std::string_view problem);
  void lex_raw_quoted();
  void lex_number();
  bool scan_number();

  std::int32_t advance();
  void back();
  std::int32_t peek();
  bool accept(std::string_view valid);
  void accept_run(std::string_view valid);
  bool at_terminator();
  Closing at_closing() const;
  bool starts_with(std::size_t at, std::string_view what) const {
    return at <= text_.size() && text_.substr(at).starts_with(what);
  }
  void count_lines();
  void ignore();
  Item take(ItemType type);
  void emit(ItemType type) { item_ = take(type); }
  void fail(std::string message);

  std::string_view text_;
  bool break_is_keyword_;
  bool continue_is_keyword_;
  std::size_t pos_ = 0;
  std::size_t start_ = 0;  // of the item
  bool at_end_ = false;    // the end was read once: there is no way back
  bool in_action_ = false;
  int paren_depth_ = 0;
  int line_ = 1;
  int start_line_ = 1;
  Item item_;
  std::forward_list<std::string> errors_;
};

}  // namespace kyma::gotemplate
