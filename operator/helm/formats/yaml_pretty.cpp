// toYamlPretty: yaml.v3's encoder with an indent of 2, on the Go values themselves.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "operator/base/base64.hpp"
#include "operator/helm/formats/go_number.hpp"
#include "operator/helm/formats/json.hpp"
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

class Writer {
 public:
  explicit Writer(std::size_t max_size) : emitter_(out_, YamlDialect::yaml3, max_size) {}

  std::string write_document(Value value) {
    write(value);
    emitter_.end_document();
    if (out_.ends_with('\n')) out_.pop_back();
    return std::move(out_);
  }

 private:
  void write(Value value);
  void write_word(std::string_view word) { emitter_.scalar(word, YamlStyle::plain); }
  void write_string(std::string_view text);
  void write_float(double value);
  void write_list(const List& list);
  void write_bytes(std::string_view bytes);
  void write_map(const Map& map);
  void write_object(const Object& object);
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
    case Kind::bytes: write_bytes(value.as_text()); return;
    case Kind::list: write_list(value.as_list()); return;
    case Kind::map: write_map(value.as_map()); return;
    case Kind::object: write_object(value.as_object()); return;
  }
}

void Writer::write_float(double value) {
  if (std::isnan(value)) return write_word(".nan");
  if (std::isinf(value)) return write_word(value > 0 ? ".inf" : "-.inf");
  write_word(general_text(value));
}

void Writer::write_string(std::string_view text) {
  if (!gotemplate::is_valid_utf8(text)) {
    const std::string encoded = encode_base64(text);
    emitter_.scalar(encoded, YamlStyle::plain, "!!binary");
    return;
  }
  YamlStyle style = YamlStyle::plain;
  if (text.find('\n') != std::string_view::npos) {
    style = YamlStyle::literal;
  } else if (!is_plain_yaml3(text)) {
    style = YamlStyle::double_quoted;
  }
  emitter_.scalar(text, style);
}

// yaml.v3 would go on until its stack ends.
void Writer::enter(const void* container) {
  if (!cycles_.enter(container)) throw gotemplate::LimitExceeded("toYamlPretty of a value that contains itself");
}

void Writer::write_list(const List& list) {
  if (list.items.empty()) return emitter_.empty_sequence();
  enter(&list);
  emitter_.begin_sequence();
  for (const Value item : list.items) write(item);
  emitter_.end_sequence();
  cycles_.leave(&list);
}

// A list of numbers like any other.
void Writer::write_bytes(std::string_view bytes) {
  if (bytes.empty()) return emitter_.empty_sequence();
  emitter_.begin_sequence();
  for (const char byte : bytes) write(Value::uint8(static_cast<std::uint8_t>(byte)));
  emitter_.end_sequence();
}

void Writer::write_map(const Map& map) {
  if (map.entries.empty()) return emitter_.empty_mapping();
  std::vector<const Map::Entries::value_type*> entries;
  entries.reserve(map.entries.size());
  for (const auto& entry : map.entries) entries.push_back(&entry);
  const auto less = [](const auto* a, const auto* b) { return key_less(a->first, b->first, KeyOrder::yaml3); };
  if (!std::is_sorted(entries.begin(), entries.end(), less)) std::stable_sort(entries.begin(), entries.end(), less);
  enter(&map.entries);
  emitter_.begin_mapping();
  for (const auto* entry : entries) {
    write_string(entry->first);
    write(entry->second);
  }
  emitter_.end_mapping();
  cycles_.leave(&map.entries);
}

// A struct's fields in their own order, under their names in lower case: yaml.v3 does not look at JSON's tags.
void Writer::write_object(const Object& object) {
  if (const auto number = object.number()) return write(*number);
  // What writes itself as a JSON string (a version, a time) does so here; a time is what YAML calls a timestamp.
  if (const auto json = object.json()) {
    Heap scratch;
    const Value value = from_json(*json, scratch);
    if (value.is_string() && object.type().name == "time.Time") return write_word(value.as_text());
    return write(value);
  }
  const auto fields = object.fields();
  if (fields.empty()) return emitter_.empty_mapping();
  enter(&object);
  emitter_.begin_mapping();
  for (const auto& field : fields) {
    std::string name(field.name);
    for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    write_string(name);
    write(field.value);
  }
  emitter_.end_mapping();
  cycles_.leave(&object);
}

}  // namespace

std::string to_yaml_pretty(Value value, std::size_t max_size) { return Writer(max_size).write_document(value); }

}  // namespace kyma::helm
