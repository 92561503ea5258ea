// toYaml: what encoding/json makes of a value, read back as YAML and written by go-yaml v2. The round trip is not made;
// what it does to a value is.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "operator/base/base64.hpp"
#include "operator/helm/formats/go_number.hpp"
#include "operator/helm/formats/json_object.hpp"
#include "operator/helm/formats/key_order.hpp"
#include "operator/helm/formats/nesting.hpp"
#include "operator/helm/formats/yaml.hpp"
#include "operator/helm/formats/yaml_emitter.hpp"
#include "operator/helm/formats/yaml_scalar.hpp"
#include "operator/helm/gotemplate/unicode.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Kind;
using gotemplate::List;
using gotemplate::Map;
using gotemplate::Object;

constexpr std::string_view kNextLine = "\xC2\x85";

// A character that JSON leaves as it is and a YAML reader refuses.
bool is_forbidden(char32_t rune) {
  return rune == 0x7F || (rune >= 0x80 && rune < 0xA0 && rune != 0x85) || rune == 0xFFFE || rune == 0xFFFF;
}

// The text as it comes out of a double-quoted scalar: NEL is a line break there, which folds with the spaces around it.
std::string fold_next_lines(std::string_view text) {
  std::string out;
  std::size_t at = 0;
  while (true) {
    const std::size_t found = text.find(kNextLine, at);
    if (found == std::string_view::npos) return out += text.substr(at);
    out += text.substr(at, found - at);
    while (out.ends_with(' ')) out.pop_back();
    std::size_t breaks = 0;
    at = found;
    while (at < text.size() && (text[at] == ' ' || text.substr(at).starts_with(kNextLine))) {
      const bool space = text[at] == ' ';
      breaks += space ? 0 : 1;
      at += space ? 1 : kNextLine.size();
    }
    if (breaks == 1) {
      out += ' ';
    } else {
      out.append(breaks - 1, '\n');
    }
  }
}

// JSON's text must be readable as YAML, where a key stands on one line and is not longer than 1024 characters.
void check_key(std::string_view key) {
  constexpr std::size_t kLongest = 1024;
  constexpr std::size_t kLongestEscape = 6;
  const auto refuse = [] { throw FormatError("yaml: could not find expected ':'"); };
  if (key.find(kNextLine) != std::string_view::npos) refuse();
  if (key.size() <= kLongest / kLongestEscape) return;
  std::size_t length = 0;
  for (const char c : to_json(Value::string(key))) length += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  if (length > kLongest) refuse();
}

class Writer {
 public:
  explicit Writer(std::size_t max_size) : emitter_(out_, YamlDialect::yaml2, max_size) {}

  std::string write_document(Value value) {
    write(value);
    emitter_.end_document();
    if (out_.ends_with('\n')) out_.pop_back();
    return std::move(out_);
  }

 private:
  struct Entry {
    std::string_view key;
    Value value;
  };

  void write(Value value);
  void write_word(std::string_view word) { emitter_.scalar(word, YamlStyle::plain); }
  void write_string(std::string_view text);
  void write_clean_string(std::string_view text);
  void write_float(double value);
  void write_list(const List& list);
  void write_map(const Map& map);
  void write_object(const Object& object);
  void write_entries(std::vector<Entry> entries, const void* container);
  void enter(const void* container);

  std::string out_;
  YamlEmitter emitter_;
  CycleGuard cycles_;
};

void Writer::write(Value value) {
  switch (value.kind()) {
    case Kind::invalid:
    case Kind::nil: write_word("null"); return;
    case Kind::boolean: write_word(value.as_bool() ? "true" : "false"); return;
    case Kind::integer:
    case Kind::int64: write_word(fmt::format_int(value.as_int()).c_str()); return;
    case Kind::uint8:
    case Kind::uint64: write_word(fmt::format_int(value.as_uint64()).c_str()); return;
    case Kind::float64: write_float(value.as_float()); return;
    case Kind::string: write_string(value.as_text()); return;
    case Kind::bytes: write_clean_string(encode_base64(value.as_text())); return;
    case Kind::list: write_list(value.as_list()); return;
    case Kind::map: write_map(value.as_map()); return;
    case Kind::object: write_object(value.as_object()); return;
  }
}

// Whole numbers are integers again.
void Writer::write_float(double value) {
  if (!std::isfinite(value)) throw FormatError("json: unsupported value: " + general_text(value));
  std::string text;
  append_json_number(text, value);
  if (text == "-0") text = "0";
  const bool whole = text.find_first_of(".e") == std::string::npos && parse_integer(text, 10).has_value();
  write_word(whole ? text : general_text(value));
}

void Writer::write_string(std::string_view text) {
  bool clean = true;
  bool next_lines = false;
  for (std::size_t at = 0; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c < 0x7F) {
      ++at;
      continue;
    }
    const std::size_t start = at;
    const char32_t rune = gotemplate::next_rune(text, at);
    if (is_forbidden(rune)) throw FormatError("yaml: control characters are not allowed");
    if (rune == 0xFFFD && at - start == 1) clean = false;
    if (rune == 0x85) next_lines = true;
  }
  if (clean && !next_lines) {
    write_clean_string(text);
    return;
  }
  std::string cleaned;
  for (std::size_t at = 0; at < text.size();) gotemplate::append_rune(cleaned, gotemplate::next_rune(text, at));
  write_clean_string(next_lines ? fold_next_lines(cleaned) : cleaned);
}

void Writer::write_clean_string(std::string_view text) {
  YamlStyle style = YamlStyle::plain;
  if (text.find('\n') != std::string_view::npos) {
    style = YamlStyle::literal;
  } else if (!is_plain_yaml2(text)) {
    style = YamlStyle::double_quoted;
  }
  emitter_.scalar(text, style);
}

void Writer::enter(const void* container) {
  if (!cycles_.enter(container)) throw FormatError("json: unsupported value: encountered a cycle");
}

void Writer::write_list(const List& list) {
  if (list.is_nil) return write_word("null");
  if (list.items.empty()) return emitter_.empty_sequence();
  enter(&list);
  emitter_.begin_sequence();
  for (const Value item : list.items) write(item);
  emitter_.end_sequence();
  cycles_.leave(&list);
}

void Writer::write_map(const Map& map) {
  if (map.is_nil) return write_word("null");
  std::vector<Entry> entries;
  entries.reserve(map.entries.size());
  for (const auto& [key, item] : map.entries) entries.push_back({key, item});
  write_entries(std::move(entries), &map.entries);
}

void Writer::write_entries(std::vector<Entry> entries, const void* container) {
  if (entries.empty()) return emitter_.empty_mapping();
  const auto less = [](const Entry& a, const Entry& b) { return key_less(a.key, b.key, KeyOrder::yaml2); };
  // A merge sort, which an order that is not transitive cannot lead astray.
  if (!std::is_sorted(entries.begin(), entries.end(), less)) std::stable_sort(entries.begin(), entries.end(), less);
  enter(container);
  emitter_.begin_mapping();
  for (const Entry& entry : entries) {
    check_key(entry.key);
    write_string(entry.key);
    write(entry.value);
  }
  emitter_.end_mapping();
  cycles_.leave(container);
}

void Writer::write_object(const Object& object) {
  if (const auto json = object.json()) {
    Heap scratch;
    return write(from_json(*json, scratch));
  }
  if (const auto number = object.number()) return write(*number);
  std::vector<Entry> entries;
  for (const JsonField& field : json_fields(object)) entries.push_back({field.name, field.value});
  write_entries(std::move(entries), &object);
}

}  // namespace

std::string to_yaml(Value value, std::size_t max_size) { return Writer(max_size).write_document(value); }

}  // namespace kyma::helm
