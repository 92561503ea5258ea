// The pull parser behind decoding. RapidJSON's own parsers hand out copies and cannot say where a value's text ends, so
// the structure is walked here; strings with escapes, which are rare, are given to RapidJSON.
#include <fmt/format.h>
#include <rapidjson/encodings.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <array>
#include <bitset>
#include <charconv>
#include <utility>

#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/json_scan.hpp"

namespace kyma::json {
namespace {

bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_hex(char c) noexcept { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

struct Nowhere {
  using Ch = char;
  void Put(char) {}
};

bool is_utf8(std::string_view text) {
  rapidjson::MemoryStream in(text.data(), text.size());
  Nowhere out;
  while (in.Tell() < text.size()) {
    if (!rapidjson::UTF8<>::Validate(in, out)) return false;
  }
  return true;
}

// What stands at the start of a value, for messages.
std::string_view kind_of(char c) noexcept {
  switch (c) {
    case '{': return "an object";
    case '[': return "an array";
    case '"': return "a string";
    case 't':
    case 'f': return "a boolean";
    case 'n': return "null";
    default: return c == '-' || is_digit(c) ? "a number" : "something else";
  }
}

struct StringHandler : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, StringHandler> {
  explicit StringHandler(std::string& to) : target(to) {}
  bool String(const char* text, rapidjson::SizeType size, bool) {
    target.assign(text, size);
    return true;
  }
  std::string& target;
};

}  // namespace

void Reader::skip_space() noexcept {
  while (at_ != end_ && is_space(*at_)) ++at_;
}

bool Reader::take(char expected) noexcept {
  if (at_ == end_ || *at_ != expected) return false;
  ++at_;
  return true;
}

// True when a value other than null begins at at_.
bool Reader::at_value() {
  if (failed_) return false;
  value_pending_ = false;
  skip_space();
  value_ = at_;
  if (at_ == end_) return fail_syntax("a value is missing");
  if (*at_ != 'n') return true;
  pass_literal("null");
  return false;
}

bool Reader::open(char bracket) {
  if (*at_ != bracket) return fail_type(kind_of(bracket));
  if (depth_ == kMaxDepth) return fail_syntax(fmt::format("nested deeper than {} levels", kMaxDepth));
  ++at_;
  ++depth_;
  first_ = true;
  return true;
}

bool Reader::begin_object() { return at_value() && open('{'); }
bool Reader::begin_array() { return at_value() && open('['); }

bool Reader::next_member(std::string_view& key) {
  if (value_pending_) skip();
  if (failed_) return false;
  skip_space();
  if (take('}')) {
    --depth_;
    first_ = false;
    return false;
  }
  if (!std::exchange(first_, false)) {
    if (!take(',')) return fail_syntax("expected ',' or '}' after a member");
    skip_space();
  }
  if (!read_key(key)) return false;
  value_pending_ = true;
  return true;
}

bool Reader::next_element() {
  if (value_pending_) skip();
  if (failed_) return false;
  skip_space();
  if (take(']')) {
    --depth_;
    first_ = false;
    return false;
  }
  if (!std::exchange(first_, false) && !take(',')) return fail_syntax("expected ',' or ']' after an element");
  value_pending_ = true;
  return true;
}

bool Reader::read_key(std::string_view& key) {
  if (at_ == end_ || *at_ != '"') return fail_syntax("expected a member's name in quotes");
  if (!read_string(key)) return false;
  last_key_ = key.data() == scratch_.data() ? std::string_view() : key;
  skip_space();
  return take(':') || fail_syntax("expected ':' after a member's name");
}

// Passes a string, from its opening quote on, and checks all but what escapes mean.
bool Reader::pass_string(bool& escaped) {
  const char* const text = ++at_;
  bool ascii = true;
  while (true) {
    at_ = skip_plain(at_, end_);
    if (at_ == end_) return fail_syntax("a string does not end");
    const auto c = static_cast<unsigned char>(*at_);
    if (c == '"') break;
    if (c < 0x20) return fail_syntax("a control character in a string");
    if (c >= 0x80) {
      ascii = false;
      ++at_;
      continue;
    }
    escaped = true;
    ++at_;
    if (at_ == end_) return fail_syntax("a string does not end");
    if (*at_ == 'u') {
      if (end_ - at_ < 5 || !is_hex(at_[1]) || !is_hex(at_[2]) || !is_hex(at_[3]) || !is_hex(at_[4])) {
        return fail_syntax("\\u without four hexadecimal digits in a string");
      }
      at_ += 5;
    } else {
      if (std::string_view("\"\\/bfnrt").find(*at_) == std::string_view::npos) {
        return fail_syntax("an unknown escape in a string");
      }
      ++at_;
    }
  }
  if (!ascii && !is_utf8({text, static_cast<std::size_t>(at_ - text)})) {
    at_ = text;
    return fail_syntax("a string that is not UTF-8");
  }
  ++at_;
  return true;
}

bool Reader::read_string(std::string_view& text) {
  const char* const quote = at_;
  bool escaped = false;
  if (!pass_string(escaped)) return false;
  text = {quote + 1, static_cast<std::size_t>(at_ - quote - 2)};
  return !escaped || read_escaped_string(text);
}

bool Reader::read_escaped_string(std::string_view& text) {
  rapidjson::MemoryStream in(text.data() - 1, text.size() + 2);
  rapidjson::Reader parser;
  StringHandler handler(scratch_);
  if (parser.Parse(in, handler).IsError()) return fail_syntax("half of a surrogate pair in a string");
  text = scratch_;
  return true;
}

bool Reader::pass_literal(std::string_view literal) {
  if (std::string_view(at_, static_cast<std::size_t>(end_ - at_)).substr(0, literal.size()) != literal) {
    return fail_syntax("expected a value");
  }
  at_ += literal.size();
  return true;
}

bool Reader::pass_number() {
  const auto pass_digits = [this] {
    const char* const from = at_;
    while (at_ != end_ && is_digit(*at_)) ++at_;
    return at_ != from;
  };
  take('-');
  if (!take('0') && !pass_digits()) return fail_syntax("expected a value");
  if (take('.') && !pass_digits()) return fail_syntax("a number without digits after its point");
  if (take('e') || take('E')) {
    if (!take('+')) take('-');
    if (!pass_digits()) return fail_syntax("a number without digits in its exponent");
  }
  return true;
}

bool Reader::pass_scalar() {
  bool escaped = false;
  switch (*at_) {
    case '"': return pass_string(escaped);
    case 't': return pass_literal("true");
    case 'f': return pass_literal("false");
    case 'n': return pass_literal("null");
    default: return pass_number();
  }
}

bool Reader::pass_key() {
  skip_space();
  bool escaped = false;
  if (at_ == end_ || *at_ != '"') return fail_syntax("expected a member's name in quotes");
  if (!pass_string(escaped)) return false;
  skip_space();
  return take(':') || fail_syntax("expected ':' after a member's name");
}

// Passes one value of any kind without recursion.
bool Reader::pass_value() {
  const int outer = depth_;
  std::bitset<kMaxDepth + 1> is_object;  // by depth
  while (true) {
    skip_space();
    if (at_ == end_) return fail_syntax("a value is missing");
    const char c = *at_;
    if (c == '{' || c == '[') {
      if (!open(c)) return false;
      const bool object = c == '{';
      is_object[static_cast<std::size_t>(depth_)] = object;
      skip_space();
      if (!take(object ? '}' : ']')) {
        if (object && !pass_key()) return false;
        continue;
      }
      --depth_;
    } else if (!pass_scalar()) {
      return false;
    }
    // A value has ended; close what ends with it.
    while (true) {
      if (depth_ == outer) {
        first_ = false;
        return true;
      }
      const bool object = is_object[static_cast<std::size_t>(depth_)];
      skip_space();
      if (take(',')) {
        if (object && !pass_key()) return false;
        break;
      }
      if (!take(object ? '}' : ']')) {
        return fail_syntax(object ? "expected ',' or '}' after a member" : "expected ',' or ']' after an element");
      }
      --depth_;
    }
  }
}

void Reader::string(std::string& target) {
  std::string_view text;
  if (string_view(text)) target.assign(text);
}

bool Reader::string_view(std::string_view& target) {
  if (!at_value()) return false;
  if (*at_ != '"') return fail_type("a string");
  return read_string(target);
}

void Reader::integer(std::int64_t& target) {
  if (!at_value()) return;
  const char* const from = at_;
  if (*from != '-' && !is_digit(*from)) {
    fail_type("an integer");
    return;
  }
  if (!pass_number()) return;
  const auto [stop, problem] = std::from_chars(from, at_, target);
  if (problem == std::errc() && stop == at_) return;
  const std::string_view number(from, static_cast<std::size_t>(at_ - from));
  fail(fmt::format("expected an integer of 64 bits, found {}", number.substr(0, 40)));
}

void Reader::boolean(bool& target) {
  if (!at_value()) return;
  if (*at_ != 't' && *at_ != 'f') {
    fail_type("a boolean");
    return;
  }
  const bool truth = *at_ == 't';
  if (pass_literal(truth ? "true" : "false")) target = truth;
}

void Reader::raw(std::string_view& target) {
  if (!at_value()) return;
  const char* const from = at_;
  if (pass_value()) target = {from, static_cast<std::size_t>(at_ - from)};
}

void Reader::skip() {
  if (at_value()) pass_value();
}

bool Reader::finish() {
  if (failed_) return false;
  if (value_pending_ && depth_ == 0) skip();
  if (failed_) return false;
  skip_space();
  return at_ == end_ || fail_syntax("something follows the value");
}

ParseError Reader::error() const { return error_; }

void Reader::fail(std::string_view why) {
  std::string where = last_key_.empty() ? std::string() : fmt::format(" in member \"{}\"", last_key_.substr(0, 80));
  const char* const at = value_ ? value_ : at_;
  fail_at(at, fmt::format("wrong JSON at byte {}{}: {}", at - begin_, where, why));
}

bool Reader::fail_type(std::string_view expected) {
  const std::string_view found = kind_of(*at_);
  if (found == "something else") return fail_syntax("expected a value");
  fail(fmt::format("expected {}, found {}", expected, found));
  return false;
}

bool Reader::fail_syntax(std::string_view why) {
  return fail_at(at_, fmt::format("invalid JSON at byte {}: {}", at_ - begin_, why));
}

bool Reader::fail_at(const char* where, std::string message) {
  if (failed_) return false;
  failed_ = true;
  error_ = {std::move(message), static_cast<std::size_t>(where - begin_)};
  return false;
}

}  // namespace kyma::json
