#include "operator/helm/gotemplate/lexer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "operator/helm/gotemplate/format.hpp"
#include "operator/helm/gotemplate/unicode.hpp"

namespace kyma::gotemplate {
namespace {

constexpr std::string_view kLeftDelimiter = "{{";
constexpr std::string_view kRightDelimiter = "}}";
constexpr std::string_view kLeftComment = "/*";
constexpr std::string_view kRightComment = "*/";
constexpr std::string_view kSpaces = " \t\r\n";
constexpr std::size_t kTrimMarkerLength = 2;  // a minus and a space, in either order
constexpr std::int32_t kEnd = -1;

constexpr bool is_blank(std::int32_t rune) { return rune == ' ' || rune == '\t' || rune == '\r' || rune == '\n'; }

bool is_alphanumeric(std::int32_t rune) {
  if (rune < 0) return false;
  const auto r = static_cast<char32_t>(rune);
  return r == '_' || is_letter(r) || is_digit(r);
}

bool opens_with_trim(std::string_view after_delimiter) {
  return after_delimiter.size() >= 2 && after_delimiter[0] == '-' && is_blank(after_delimiter[1]);
}

bool closes_with_trim(std::string_view rest) { return rest.size() >= 2 && is_blank(rest[0]) && rest[1] == '-'; }

constexpr std::array<std::pair<std::string_view, ItemType>, 11> kKeywords = {{
    {"block", ItemType::block},
    {"break", ItemType::break_},
    {"continue", ItemType::continue_},
    {"define", ItemType::define},
    {"else", ItemType::else_},
    {"end", ItemType::end},
    {"if", ItemType::if_},
    {"nil", ItemType::nil},
    {"range", ItemType::range},
    {"template", ItemType::template_},
    {"with", ItemType::with},
}};

ItemType type_of_word(std::string_view word) {
  for (const auto& [keyword, type] : kKeywords) {
    if (word == keyword) return type;
  }
  return word == "true" || word == "false" ? ItemType::boolean : ItemType::identifier;
}

// Go's %#U: U+002D '-'.
std::string name_of_rune(std::int32_t rune) {
  if (rune < 0) return "U+FFFFFFFFFFFFFFFF";
  const auto r = static_cast<char32_t>(rune);
  std::string name = fmt::format("U+{:04X}", rune);
  if (is_printable(r)) {
    name.append(" '");
    append_rune(name, r);
    name.push_back('\'');
  }
  return name;
}

}  // namespace

std::string Item::describe() const {
  constexpr std::size_t kShown = 10;
  if (type == ItemType::end_of_text) return "EOF";
  if (type == ItemType::error) return std::string(value);
  if (type > ItemType::keyword) return fmt::format("<{}>", value);
  if (value.size() <= kShown) return quote(value);
  std::size_t end = 0;
  for (std::size_t runes = 0; runes < kShown && end < value.size(); ++runes) next_rune(value, end);
  return quote(value.substr(0, end)) + "...";
}

Item Lexer::next() {
  item_ = {ItemType::end_of_text, pos_, "EOF", start_line_};
  if (in_action_) {
    lex_inside_action();
  } else {
    while (!lex_text()) {
    }
  }
  return item_;
}

std::int32_t Lexer::advance() {
  if (pos_ >= text_.size()) {
    at_end_ = true;
    return kEnd;
  }
  const auto byte = static_cast<unsigned char>(text_[pos_]);
  if (byte < 0x80) {
    ++pos_;
    if (byte == '\n') ++line_;
    return byte;
  }
  return static_cast<std::int32_t>(next_rune(text_, pos_));
}

// One rune. What is no UTF-8 was read byte by byte and goes back so.
void Lexer::back() {
  if (at_end_ || pos_ == 0) return;
  std::size_t before = pos_ - 1;
  for (std::size_t length = 2; length <= 4 && length <= pos_; ++length) {
    if (static_cast<unsigned char>(text_[before]) < 0x80) break;
    std::size_t end = pos_ - length;
    next_rune(text_, end);
    if (end != pos_) continue;
    before = pos_ - length;
    break;
  }
  pos_ = before;
  if (text_[pos_] == '\n') --line_;
}

std::int32_t Lexer::peek() {
  const std::int32_t rune = advance();
  back();
  return rune;
}

bool Lexer::accept(std::string_view valid) {
  const std::int32_t rune = advance();
  if (rune >= 0 && rune < 0x80 && valid.find(static_cast<char>(rune)) != std::string_view::npos) return true;
  back();
  return false;
}

void Lexer::accept_run(std::string_view valid) {
  while (accept(valid)) {
  }
}

bool Lexer::at_terminator() {
  const std::int32_t rune = peek();
  if (is_blank(rune)) return true;
  switch (rune) {
    case kEnd:
    case '.':
    case ',':
    case '|':
    case ':':
    case ')':
    case '(': return true;
    default: return starts_with(pos_, kRightDelimiter);
  }
}

Lexer::Closing Lexer::at_closing() const {
  const std::string_view rest = text_.substr(std::min(pos_, text_.size()));
  if (closes_with_trim(rest) && rest.substr(kTrimMarkerLength).starts_with(kRightDelimiter)) return {true, true};
  return {rest.starts_with(kRightDelimiter), false};
}

void Lexer::count_lines() {
  const auto item = text_.substr(start_, pos_ - start_);
  line_ += static_cast<int>(std::count(item.begin(), item.end(), '\n'));
}

void Lexer::ignore() {
  count_lines();
  start_ = pos_;
  start_line_ = line_;
}

Item Lexer::take(ItemType type) {
  const Item result{type, start_, text_.substr(start_, pos_ - start_), start_line_};
  start_ = pos_;
  start_line_ = line_;
  return result;
}

// Nothing follows an error.
void Lexer::fail(std::string message) {
  item_ = {ItemType::error, start_, errors_.emplace_front(std::move(message)), start_line_};
  text_ = {};
  pos_ = 0;
  start_ = 0;
}

bool Lexer::lex_text() {
  const std::size_t delimiter = text_.find(kLeftDelimiter, pos_);
  if (delimiter == std::string_view::npos) {
    pos_ = text_.size();
    count_lines();
    emit(pos_ > start_ ? ItemType::text : ItemType::end_of_text);
    return true;
  }
  if (delimiter == pos_) return lex_left_delimiter();
  pos_ = delimiter;
  if (opens_with_trim(text_.substr(delimiter + kLeftDelimiter.size()))) {
    while (pos_ > start_ && is_blank(text_[pos_ - 1])) --pos_;
  }
  count_lines();
  const Item text = take(ItemType::text);
  pos_ = delimiter;
  ignore();
  if (text.value.empty()) return lex_left_delimiter();
  item_ = text;
  return true;
}

bool Lexer::lex_left_delimiter() {
  pos_ += kLeftDelimiter.size();
  const std::size_t marker = opens_with_trim(text_.substr(pos_)) ? kTrimMarkerLength : 0;
  if (starts_with(pos_ + marker, kLeftComment)) {
    pos_ += marker;
    ignore();
    return lex_comment();
  }
  emit(ItemType::left_delimiter);
  in_action_ = true;
  pos_ += marker;
  ignore();
  paren_depth_ = 0;
  return true;
}

bool Lexer::lex_comment() {
  const std::size_t end = text_.find(kRightComment, pos_ + kLeftComment.size());
  if (end == std::string_view::npos) {
    fail("unclosed comment");
    return true;
  }
  pos_ = end + kRightComment.size();
  const Closing closing = at_closing();
  if (!closing.found) {
    fail("comment ends before closing delimiter");
    return true;
  }
  take(ItemType::space);  // its lines go uncounted, as in Go: messages about what follows give smaller numbers
  pos_ += (closing.trims ? kTrimMarkerLength : 0) + kRightDelimiter.size();
  if (closing.trims) pos_ = std::min(text_.find_first_not_of(kSpaces, pos_), text_.size());
  ignore();
  return false;
}

void Lexer::lex_inside_action() {
  if (at_closing().found) {
    if (paren_depth_ == 0) return lex_right_delimiter();
    return fail("unclosed left paren");
  }
  const std::int32_t rune = advance();
  switch (rune) {
    case kEnd: return fail("unclosed action");
    case ' ':
    case '\t':
    case '\r':
    case '\n': back(); return lex_space();
    case '=': return emit(ItemType::assign);
    case ':':
      if (advance() != '=') return fail("expected :=");
      return emit(ItemType::declare);
    case '|': return emit(ItemType::pipe);
    case '"': return lex_quoted('"', "unterminated quoted string");
    case '\'': return lex_quoted('\'', "unterminated character constant");
    case '`': return lex_raw_quoted();
    case '$': return lex_field_or_variable(ItemType::variable);
    case '(': ++paren_depth_; return emit(ItemType::left_paren);
    case ')':
      if (--paren_depth_ < 0) return fail("unexpected right paren");
      return emit(ItemType::right_paren);
    case '.':
      if (pos_ < text_.size() && (text_[pos_] < '0' || text_[pos_] > '9'))
        return lex_field_or_variable(ItemType::field);
      [[fallthrough]];
    case '+':
    case '-': back(); return lex_number();
    default: break;
  }
  if (rune >= '0' && rune <= '9') {
    back();
    return lex_number();
  }
  if (is_alphanumeric(rune)) return lex_identifier();
  if (rune < 0x80 && is_printable(static_cast<char32_t>(rune))) return emit(ItemType::character);
  fail(fmt::format("unrecognized character in action: {}", name_of_rune(rune)));
}

void Lexer::lex_right_delimiter() {
  const bool trims = at_closing().trims;
  if (trims) {
    pos_ += kTrimMarkerLength;
    ignore();
  }
  pos_ += kRightDelimiter.size();
  const Item item = take(ItemType::right_delimiter);
  if (trims) {
    pos_ = std::min(text_.find_first_not_of(kSpaces, pos_), text_.size());
    ignore();
  }
  in_action_ = false;
  item_ = item;
}

void Lexer::lex_space() {
  std::size_t count = 0;
  for (; is_blank(peek()); ++count) advance();
  // The last space belongs to a trim marker that follows.
  if (closes_with_trim(text_.substr(pos_ - 1)) && starts_with(pos_ - 1 + kTrimMarkerLength, kRightDelimiter)) {
    back();
    if (count == 1) return lex_right_delimiter();
  }
  emit(ItemType::space);
}

void Lexer::lex_identifier() {
  std::int32_t rune = advance();
  while (is_alphanumeric(rune)) rune = advance();
  back();
  const std::string_view word = text_.substr(start_, pos_ - start_);
  if (!at_terminator()) return fail(fmt::format("bad character {}", name_of_rune(rune)));
  const ItemType type = type_of_word(word);
  const bool is_function =
      (type == ItemType::break_ && !break_is_keyword_) || (type == ItemType::continue_ && !continue_is_keyword_);
  emit(is_function ? ItemType::identifier : type);
}

// The dot or dollar has been read. Alone they are the data, and the template's argument.
void Lexer::lex_field_or_variable(ItemType type) {
  if (at_terminator()) return emit(type == ItemType::variable ? ItemType::variable : ItemType::dot);
  std::int32_t rune = advance();
  while (is_alphanumeric(rune)) rune = advance();
  back();
  if (!at_terminator()) return fail(fmt::format("bad character {}", name_of_rune(rune)));
  emit(type);
}

void Lexer::lex_quoted(char quote, std::string_view problem) {
  while (true) {
    std::int32_t rune = advance();
    if (rune == quote) return emit(quote == '"' ? ItemType::string : ItemType::char_literal);
    if (rune == '\\') rune = advance();
    if (rune == kEnd || rune == '\n') return fail(std::string(problem));
  }
}

void Lexer::lex_raw_quoted() {
  const std::size_t end = text_.find('`', pos_);
  if (end == std::string_view::npos) {
    // The error stands where the string begins.
    return fail("unterminated raw quoted string");
  }
  pos_ = end + 1;
  count_lines();
  emit(ItemType::raw_string);
}

void Lexer::lex_number() {
  const auto so_far = [&] { return quote(text_.substr(start_, pos_ - start_)); };
  if (!scan_number()) return fail(fmt::format("bad number syntax: {}", so_far()));
  const std::int32_t sign = peek();
  if (sign != '+' && sign != '-') return emit(ItemType::number);
  // A complex number, as 1+2i: no spaces, and an i at the end.
  if (!scan_number() || text_[pos_ - 1] != 'i') return fail(fmt::format("bad number syntax: {}", so_far()));
  emit(ItemType::complex);
}

// What has the look of a number; whether it is one is for the parser to say.
bool Lexer::scan_number() {
  constexpr std::string_view kDecimal = "0123456789_";
  constexpr std::string_view kHexadecimal = "0123456789abcdefABCDEF_";
  accept("+-");
  std::string_view digits = kDecimal;
  if (accept("0")) {
    if (accept("xX")) {
      digits = kHexadecimal;
    } else if (accept("oO")) {
      digits = "01234567_";
    } else if (accept("bB")) {
      digits = "01_";
    }
  }
  accept_run(digits);
  if (accept(".")) accept_run(digits);
  if ((digits == kDecimal && accept("eE")) || (digits == kHexadecimal && accept("pP"))) {
    accept("+-");
    accept_run(kDecimal);
  }
  accept("i");
  if (!is_alphanumeric(peek())) return true;
  advance();
  return false;
}

}  // namespace kyma::gotemplate
