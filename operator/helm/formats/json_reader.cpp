#include <fmt/format.h>

#include <array>
#include <vector>

#include "operator/helm/formats/go_number.hpp"
#include "operator/helm/formats/json.hpp"
#include "operator/helm/formats/nesting.hpp"
#include "operator/helm/gotemplate/format.hpp"
#include "operator/helm/gotemplate/unicode.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Kind;
using gotemplate::List;
using gotemplate::Map;

// A byte as Go's messages name it: as a rune of that number, quoted.
std::string quote_byte(unsigned char byte) {
  if (byte == '\'') return R"('\'')";
  if (byte == '"') return R"('"')";
  std::string rune;
  gotemplate::append_rune(rune, byte);
  const std::string quoted = gotemplate::quote(rune);
  return "'" + quoted.substr(1, quoted.size() - 2) + "'";
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// One pass over the text. Go checks the whole syntax first and decodes then; a number that is too large is the one
// error of the second step, so it is kept until the end.
class Reader {
 public:
  Reader(std::string_view text, Heap& heap) : text_(text), heap_(heap) {}

  Value read() {
    skip_space();
    const Value value = read_value();
    skip_space();
    if (at_ < text_.size()) fail("after top-level value");
    if (!late_error_.empty()) throw FormatError(late_error_, value);
    return value;
  }

 private:
  // At the end of the text Go feeds one more space before it complains of the end.
  [[noreturn]] void fail(std::string_view where) const {
    if (at_ < text_.size()) fail_at(text_[at_], where);
    throw FormatError("unexpected end of JSON input");
  }
  [[noreturn]] static void fail_at(char c, std::string_view where) {
    throw FormatError(fmt::format("invalid character {} {}", quote_byte(static_cast<unsigned char>(c)), where));
  }
  // For places where that space is an error by itself.
  [[noreturn]] void fail_here(std::string_view where) const { fail_at(at_ < text_.size() ? text_[at_] : ' ', where); }

  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool accept(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  Value read_value();
  Value read_object();
  Value read_array();
  Value read_number();
  void read_literal(std::string_view word);
  std::string_view read_string();
  std::size_t scan_string(bool& plain);
  std::string_view decode_string(std::string_view raw);
  static char32_t hex_escape(std::string_view raw, std::size_t at);
  void enter() {
    if (nesting_.enter() > gotemplate::kMaxDepth) throw FormatError(json_depth_error(text_[at_]));
  }

  std::string_view text_;
  Heap& heap_;
  std::size_t at_ = 0;
  Nesting nesting_;
  std::string late_error_;
};

Value Reader::read_value() {
  switch (peek()) {
    case '{': return read_object();
    case '[': return read_array();
    case '"': return Value::string(read_string());
    case 't': read_literal("true"); return Value::boolean(true);
    case 'f': read_literal("false"); return Value::boolean(false);
    case 'n': read_literal("null"); return Value::nil();
    default: break;
  }
  if (peek() == '-' || is_digit(peek())) return read_number();
  fail("looking for beginning of value");
}

void Reader::read_literal(std::string_view word) {
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (accept(word[i])) continue;
    fail_here(fmt::format("in literal {} (expecting {})", word, quote_byte(static_cast<unsigned char>(word[i]))));
  }
}

Value Reader::read_number() {
  const std::size_t start = at_;
  accept('-');
  if (!accept('0')) {
    if (!is_digit(peek())) fail_here("in numeric literal");
    while (is_digit(peek())) ++at_;
  }
  if (accept('.')) {
    if (!is_digit(peek())) fail_here("after decimal point in numeric literal");
    while (is_digit(peek())) ++at_;
  }
  if (accept('e') || accept('E')) {
    if (!accept('+')) accept('-');
    if (!is_digit(peek())) fail_here("in exponent of numeric literal");
    while (is_digit(peek())) ++at_;
  }
  const std::string_view text = text_.substr(start, at_ - start);
  if (const auto value = parse_decimal(text)) return Value::float64(*value);
  if (late_error_.empty()) late_error_ = json_type_error(fmt::format("number {}", text), "float64");
  return Value::nil();
}

Value Reader::read_array() {
  enter();
  ++at_;
  List* list = heap_.make<List>(heap_);
  skip_space();
  if (!accept(']')) {
    while (true) {
      skip_space();
      list->items.push_back(read_value());
      skip_space();
      if (accept(']')) break;
      if (!accept(',')) fail("after array element");
    }
  }
  nesting_.leave();
  return Value::list(list);
}

Value Reader::read_object() {
  enter();
  ++at_;
  Map* map = heap_.make<Map>(heap_);
  skip_space();
  if (!accept('}')) {
    while (true) {
      skip_space();
      if (peek() != '"') fail("looking for beginning of object key string");
      const std::string_view key = read_string();
      skip_space();
      if (!accept(':')) fail("after object key");
      skip_space();
      map->entries.insert_or_assign(key, read_value());
      skip_space();
      if (accept('}')) break;
      if (!accept(',')) fail("after object key:value pair");
    }
  }
  nesting_.leave();
  return Value::map(map);
}

std::string_view Reader::read_string() {
  ++at_;
  bool plain = true;
  const std::size_t length = scan_string(plain);
  const std::string_view raw = text_.substr(at_, length);
  at_ += length + 1;
  return plain ? heap_.copy(raw) : decode_string(raw);
}

// Checks the string that starts at at_; its length up to the closing quote. `plain`: it says just what it spells.
std::size_t Reader::scan_string(bool& plain) {
  const std::size_t start = at_;
  while (true) {
    if (at_ >= text_.size()) fail({});
    const auto c = static_cast<unsigned char>(text_[at_]);
    if (c == '"') break;
    if (c < 0x20) fail("in string literal");
    if (c >= 0x80) plain = false;
    ++at_;
    if (c != '\\') continue;
    plain = false;
    if (at_ < text_.size() && text_[at_] == 'u') {
      ++at_;
      for (int i = 0; i < 4; ++i, ++at_) {
        if (std::string_view("0123456789abcdefABCDEF").find(at_ < text_.size() ? text_[at_] : ' ') ==
            std::string_view::npos) {
          fail_here("in \\u hexadecimal character escape");
        }
      }
    } else if (at_ < text_.size() && std::string_view("bfnrt\\/\"").find(text_[at_]) != std::string_view::npos) {
      ++at_;
    } else {
      fail_here("in string escape code");
    }
  }
  const std::size_t length = at_ - start;
  at_ = start;
  return length;
}

char32_t Reader::hex_escape(std::string_view raw, std::size_t at) {
  if (at + 6 > raw.size() || raw[at] != '\\' || raw[at + 1] != 'u') return 0;
  return static_cast<char32_t>(parse_integer(raw.substr(at + 2, 4), 16)->value);
}

std::string_view Reader::decode_string(std::string_view raw) {
  std::string text;
  text.reserve(raw.size());
  for (std::size_t at = 0; at < raw.size();) {
    const char c = raw[at];
    if (c != '\\') {
      gotemplate::append_rune(text, gotemplate::next_rune(raw, at));
      continue;
    }
    const char escaped = raw[at + 1];
    if (escaped != 'u') {
      constexpr std::string_view kNames = "bfnrt";
      const std::size_t index = kNames.find(escaped);
      text += index == std::string_view::npos ? escaped : "\b\f\n\r\t"[index];
      at += 2;
      continue;
    }
    char32_t rune = hex_escape(raw, at);
    at += 6;
    if (rune >= 0xD800 && rune < 0xDC00) {
      const char32_t low = hex_escape(raw, at);
      if (low >= 0xDC00 && low < 0xE000) {
        rune = 0x10000 + ((rune - 0xD800) << 10) + (low - 0xDC00);
        at += 6;
      }
    }
    gotemplate::append_rune(text, rune >= 0xD800 && rune < 0xE000 ? 0xFFFD : rune);
  }
  return heap_.copy(text);
}

}  // namespace

Value from_json(std::string_view text, Heap& heap) { return Reader(text, heap).read(); }

std::string json_type_error(std::string_view found, std::string_view wanted) {
  return fmt::format("json: cannot unmarshal {} into Go value of type {}", found, wanted);
}

std::string_view json_kind(Value value) {
  switch (value.kind()) {
    case Kind::boolean: return "bool";
    case Kind::string: return "string";
    case Kind::list: return "array";
    case Kind::map: return "object";
    default: return "number";
  }
}

std::string json_depth_error(char bracket) { return fmt::format("invalid character '{}' {}", bracket, kJsonTooDeep); }

namespace {

Value expect_map(Value document, Heap& heap) {
  if (document.is_map()) return document;
  if (!document.is_nothing()) throw FormatError(json_type_error(json_kind(document), gotemplate::kAnyMap.name));
  Map& map = gotemplate::make_map(heap);
  map.is_nil = true;
  return Value::map(&map);
}

Value expect_list(Value document, Heap& heap) {
  if (document.is_list()) return document;
  if (!document.is_nothing()) throw FormatError(json_type_error(json_kind(document), gotemplate::kAnyList.name));
  List* list = heap.make<List>(heap);
  list->is_nil = true;
  return Value::list(list);
}

// A number that is too large is an error only if the document has the right type: Go reports the first error it meets,
// and keeps what it could read.
template <Value (*Expect)(Value, Heap&)>
Value read_as(std::string_view text, Heap& heap) {
  try {
    return Expect(from_json(text, heap), heap);
  } catch (const FormatError& error) {
    if (!error.partial.is_valid()) throw;
    const bool lone_number = error.partial.is_nothing();
    throw FormatError(error.what(), Expect(lone_number ? Value::float64(0) : error.partial, heap));
  }
}

}  // namespace

Value from_json_map(std::string_view text, Heap& heap) { return read_as<expect_map>(text, heap); }

Value from_json_list(std::string_view text, Heap& heap) { return read_as<expect_list>(text, heap); }

}  // namespace kyma::helm
