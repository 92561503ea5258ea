#include "operator/helm/chart/set_parser.hpp"

#include <fmt/format.h>

#include "operator/helm/chart/failure.hpp"
#include "operator/helm/chart/json_text.hpp"
#include "operator/helm/chart/text.hpp"
#include "operator/helm/formats/go_number.hpp"
#include "operator/helm/formats/json.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::helm {
namespace {

using gotemplate::List;
using gotemplate::Map;

constexpr std::int64_t kMaxIndex = 65536;
constexpr int kMaxLevel = 30;
constexpr std::size_t kStackReserve = std::size_t{64} << 10;

// What is not UTF-8 becomes U+FFFD, as it does where Go reads runes.
std::string valid_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) gotemplate::append_rune(result, gotemplate::next_rune(text, i));
  return result;
}

Value typed_value(const std::string& text, Heap& heap) {
  if (equal_fold(text, "true")) return Value::boolean(true);
  if (equal_fold(text, "false")) return Value::boolean(false);
  if (equal_fold(text, "null")) return Value::nil();
  if (text == "0") return Value::int64(0);
  if (!text.empty() && text[0] != '0') {
    const auto number = parse_integer(text, 10);
    if (number && !number->is_unsigned) return Value::int64(number->value);
  }
  return gotemplate::make_string(heap, text);
}

// Helm's assertion that something is a table or a list panics, and the parser reports the panic.
[[noreturn]] void fail_conversion(Value value, std::string_view wanted) {
  const std::string_view found = value.is_nothing() ? "nil" : gotemplate::type_name(value);
  throw ChartFailure(
      fmt::format("unable to parse key: interface conversion: interface {{}} is {}, not {}", found, wanted));
}

// %q of a list of runes.
std::string quote_runes(std::string_view text) {
  std::vector<std::string> runes;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t start = i;
    const char32_t rune = gotemplate::next_rune(text, i);
    if (rune == '\'') {
      runes.emplace_back(R"('\'')");
    } else if (rune == '"') {
      runes.emplace_back(R"('"')");
    } else {
      const std::string quoted = gotemplate::quote(text.substr(start, i - start));
      runes.push_back(fmt::format("'{}'", quoted.substr(1, quoted.size() - 2)));
    }
  }
  return fmt::format("[{}]", fmt::join(runes, " "));
}

}  // namespace

SetParser::SetParser(std::string_view text, SetMode mode, Heap& heap)
    : text_(valid_utf8(text)), mode_(mode), heap_(heap) {
  if (mode == SetMode::typed) {
    reader_ = [&heap](const std::string& value) { return typed_value(value, heap); };
  } else {
    reader_ = [&heap](const std::string& value) { return gotemplate::make_string(heap, value); };
  }
}

SetParser::SetParser(std::string_view text, Reader reader, Heap& heap)
    : text_(valid_utf8(text)), mode_(SetMode::string), reader_(std::move(reader)), heap_(heap) {}

void SetParser::run(Value destination) {
  while (key(destination.as_map(), 0) != End::of_text) {
  }
}

// A backslash takes the next character as it is, except in literals.
SetParser::Token SetParser::until(std::string_view stops) {
  Token token;
  while (at_ < text_.size()) {
    const char c = text_[at_++];
    if (stops.find(c) != std::string_view::npos) {
      token.stop = c;
      return token;
    }
    if (c == '\\' && !is_literal()) {
      if (at_ < text_.size()) token.text += text_[at_++];
    } else {
      token.text += c;
    }
  }
  return token;
}

std::string SetParser::value_text() { return until(is_literal() ? "" : ",").text; }

SetParser::End SetParser::key(Map& map, int level) {
  const Token token = until(is_literal() ? "=[." : "=[,.");
  switch (token.stop) {
    case '[': return list_key(map, token.text, level);
    case '=': return key_value(map, token.text);
    case '.': return nested_key(map, token.text, level + 1);
    case ',': throw ChartFailure(fmt::format("key {} has no value (cannot end with ,)", gotemplate::quote(token.text)));
    default:
      if (token.text.empty()) return End::of_text;
      throw ChartFailure(fmt::format("key {} has no value", gotemplate::quote(token.text)));
  }
}

SetParser::End SetParser::nested_key(Map& map, const std::string& name, int level) {
  if (level > kMaxLevel) {
    throw ChartFailure(
        fmt::format("value name nested level is greater than maximum supported nested level of {}", kMaxLevel));
  }
  const Value* present = map.find(name);
  if (present != nullptr && !present->is_map()) fail_conversion(*present, "map[string]interface {}");
  Map& inner = present != nullptr ? present->as_map() : gotemplate::make_map(heap_);
  const End end = key(inner, level);
  if (end == End::none && inner.entries.empty()) {
    throw ChartFailure(fmt::format("key map {} has no value", gotemplate::quote(name)));
  }
  if (!inner.entries.empty()) set(map, name, Value::map(&inner));
  return end;
}

SetParser::End SetParser::list_key(Map& map, const std::string& name, int level) {
  const std::int64_t place = index();
  const Value* present = map.find(name);
  if (present != nullptr && !present->is_list()) fail_conversion(*present, "[]interface {}");
  List& list = present != nullptr ? present->as_list() : *heap_.make<List>(heap_);
  const End end = item(list, place, level);
  set(map, name, Value::list(&list));
  return end;
}

SetParser::End SetParser::key_value(Map& map, const std::string& name) {
  if (mode_ == SetMode::json) {
    set(map, name, json_value());
    return End::none;
  }
  if (is_value_list()) {
    set(map, name, value_list());
  } else if (at_ == text_.size()) {
    set(map, name, Value::string(""));
    if (!is_literal()) return End::of_text;
  } else {
    set(map, name, reader_(value_text()));
  }
  return End::none;
}

std::int64_t SetParser::index() {
  const Token token = until("]");
  if (token.stop == '\0') throw ChartFailure("error parsing index: EOF");
  const auto number = parse_integer(token.text, 10);
  if (number && !number->is_unsigned) return number->value;
  const std::string_view digits = std::string_view(token.text).substr(token.text.find_first_not_of("+-") == 1 ? 1 : 0);
  const bool is_number = !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
  throw ChartFailure(fmt::format("error parsing index: strconv.Atoi: parsing {}: {}", gotemplate::quote(token.text),
                                 is_number ? "value out of range" : "invalid syntax"));
}

// Behind the ']' of an index.
SetParser::End SetParser::item(List& list, std::int64_t index, int level) {
  if (!stack_.has(kStackReserve)) throw ChartFailure("lists are nested too deeply");
  if (index < 0) throw ChartFailure(fmt::format("negative {} index not allowed", index));
  const Token token = until("[.=");
  if (!token.text.empty()) {
    throw ChartFailure(fmt::format("unexpected data at end of array index: {}", quote_runes(token.text)));
  }
  switch (token.stop) {
    case '=': return item_value(list, index);
    case '[': return nested_list(list, index, level);
    case '.': return nested_item(list, index, level);
    default: return End::of_text;
  }
}

SetParser::End SetParser::item_value(List& list, std::int64_t index) {
  if (mode_ == SetMode::json) {
    set(list, index, json_value());
  } else if (is_value_list()) {
    set(list, index, value_list());
  } else if (at_ == text_.size()) {
    set(list, index, Value::string(""));
  } else {
    set(list, index, reader_(value_text()));
  }
  return End::none;
}

SetParser::End SetParser::nested_list(List& list, std::int64_t index, int level) {
  const std::int64_t place = this->index();
  const auto at = static_cast<std::size_t>(index);
  const Value present = at < list.items.size() ? list.items[at] : Value();
  if (!present.is_nothing() && !present.is_list()) fail_conversion(present, "[]interface {}");
  List& inner = present.is_list() ? present.as_list() : *heap_.make<List>(heap_);
  const End end = item(inner, place, level);
  if (end == End::none) set(list, index, Value::list(&inner));
  return end;
}

SetParser::End SetParser::nested_item(List& list, std::int64_t index, int level) {
  const auto at = static_cast<std::size_t>(index);
  const Value present = at < list.items.size() ? list.items[at] : Value();
  const Value inner = present.is_map() ? present : Value::map(&gotemplate::make_map(heap_));
  if (at < list.items.size()) list.items[at] = inner;
  const End end = key(inner.as_map(), level);
  if (end == End::none) set(list, index, inner);
  return end;
}

bool SetParser::is_value_list() { return !is_literal() && at_ < text_.size() && text_[at_] == '{'; }

Value SetParser::value_list() {
  ++at_;
  List* list = heap_.make<List>(heap_);
  while (true) {
    const Token token = until(",}");
    if (token.stop == '\0') throw ChartFailure("list must terminate with '}'");
    list->items.push_back(reader_(token.text));
    if (token.stop == '}') break;
  }
  if (at_ < text_.size() && text_[at_] == ',') ++at_;
  return Value::list(list);
}

// One JSON value, and what separates it from the next key. Nothing at all stands for null.
Value SetParser::json_value() {
  if (skip_blank_value()) return Value::nil();
  const std::string_view rest = std::string_view(text_).substr(at_);
  const std::size_t length = json_value_length(rest);
  if (length == std::string_view::npos) throw ChartFailure("unexpected EOF");
  const Value value = from_json(rest.substr(0, length), heap_);
  at_ += length;
  skip_blank_value();
  return value;
}

// True behind white space and a comma, or at the end.
bool SetParser::skip_blank_value() {
  while (at_ < text_.size()) {
    if (text_[at_] == ',') {
      ++at_;
      return true;
    }
    std::size_t next = at_;
    if (!is_space(gotemplate::next_rune(text_, next))) return false;
    at_ = next;
  }
  return true;
}

// A value for the empty key goes nowhere.
void SetParser::set(Map& map, const std::string& name, Value value) {
  if (!name.empty()) map.set(heap_, name, value);
}

void SetParser::set(List& list, std::int64_t index, Value value) {
  if (index > kMaxIndex) {
    throw ChartFailure(fmt::format("index of {} is greater than maximum supported index of {}", index, kMaxIndex));
  }
  const auto at = static_cast<std::size_t>(index);
  if (at >= list.items.size()) list.items.resize(at + 1, Value::nil());
  list.items[at] = value;
}

}  // namespace kyma::helm
