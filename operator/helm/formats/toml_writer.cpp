#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "operator/helm/formats/go_number.hpp"
#include "operator/helm/formats/nesting.hpp"
#include "operator/helm/formats/toml.hpp"
#include "operator/helm/formats/toml_time.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Kind;
using gotemplate::List;
using gotemplate::Object;

// A table's entries, whatever it is made of.
struct Entry {
  std::string_view key;
  Value value;
};

// Go's nil: it is left out of tables.
bool is_nil(Value value) {
  if (value.is_nothing()) return true;
  if (value.is_list()) return value.as_list().is_nil;
  return value.is_map() && value.as_map().is_nil;
}

bool is_table(Value value) {
  if (value.is_map()) return true;
  return value.is(Kind::object) && !value.as_object().json() && !value.as_object().number();
}

[[noreturn]] void fail_nil_element() { throw FormatError("toml: cannot encode array with nil element"); }

// An array of nothing but tables, which has a form of its own.
bool is_table_list(Value value) {
  if (!value.is_list() || value.as_list().items.empty()) return false;
  bool all = true;
  for (const Value item : value.as_list().items) {
    if (is_nil(item)) fail_nil_element();
    if (!is_table(item)) all = false;
  }
  return all;
}

bool is_bare_key(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\t': out += "\\t"; break;
      case '\n': out += "\\n"; break;
      case '\f': out += "\\f"; break;
      case '\r': out += "\\r"; break;
      default:
        if ((c >= 0 && c < 0x20) || c == 0x7F) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

std::string quoted_key(std::string_view key) {
  if (is_bare_key(key)) return std::string(key);
  std::string out;
  append_quoted(out, key);
  return out;
}

// Plain notation, always with a point.
void append_float(std::string& out, double value) {
  if (std::isnan(value)) {
    out += std::signbit(value) ? "-nan" : "nan";
  } else if (std::isinf(value)) {
    out += value > 0 ? "inf" : "-inf";
  } else {
    const std::string text = plain_text(value);
    out += text;
    if (text.find('.') == std::string::npos) out += ".0";
  }
}

class Writer {
 public:
  explicit Writer(std::size_t max_size) : max_size_(max_size) {}

  std::string write_document(Value value) {
    if (value.is_nothing()) throw std::runtime_error("reflect: call of reflect.Value.Type on zero Value");
    if (is_table_list(value)) throw FormatError("toml: top-level values must be Go maps or structs");
    if (is_table(value)) {
      write_table_body(value);
    } else {
      // Without a key the library writes the value all the same.
      write_element(value);
    }
    return std::move(out_);
  }

 private:
  static std::vector<Entry> entries_of(Value table);
  void write_table_body(Value table);
  void write_entry(const Entry& entry);
  void write_table(Value table);
  void write_table_list(const List& list);
  void write_element(Value value);
  void write_list(const List& list);
  void write_inline_table(Value table);
  void write_object(const Object& object);
  void new_line() {
    if (!out_.empty()) out_ += '\n';
  }
  void write_indent() {
    if (out_.size() > max_size_) throw gotemplate::HeapExhausted(max_size_);
    if (!path_.empty()) out_.append((path_.size() - 1) * 2, ' ');
  }
  std::string full_key() const { return fmt::format("{}", fmt::join(path_, ".")); }
  void enter() {
    if (nesting_.enter() > kMaxTomlDepth) throw FormatError("toml: nested too deeply");
  }

  std::size_t max_size_;
  std::string out_;
  std::vector<std::string> path_;  // quoted keys of the tables around
  Nesting nesting_;
};

// A table's own entries come first, its tables after them.
std::vector<Entry> Writer::entries_of(Value table) {
  std::vector<Entry> entries;
  if (table.is_map()) {
    for (const auto& [key, value] : table.as_map().entries) entries.push_back({key, value});
  } else {
    for (const auto& field : table.as_object().fields()) {
      if (field.json_name == "^") {
        const std::vector<Entry> embedded = entries_of(field.value);
        entries.insert(entries.end(), embedded.begin(), embedded.end());
      } else {
        entries.push_back({field.name, field.value});
      }
    }
  }
  return entries;
}

void Writer::write_table_body(Value table) {
  enter();
  std::vector<Entry> tables;
  for (const Entry& entry : entries_of(table)) {
    if (is_table(entry.value) || is_table_list(entry.value)) {
      tables.push_back(entry);
    } else if (!is_nil(entry.value)) {
      write_entry(entry);
    }
  }
  for (const Entry& entry : tables) {
    if (!is_nil(entry.value)) write_entry(entry);
  }
  nesting_.leave();
}

void Writer::write_entry(const Entry& entry) {
  path_.push_back(quoted_key(entry.key));
  if (is_table(entry.value)) {
    write_table(entry.value);
  } else if (is_table_list(entry.value)) {
    write_table_list(entry.value.as_list());
  } else {
    write_indent();
    out_ += path_.back();
    out_ += " = ";
    write_element(entry.value);
    out_ += '\n';
  }
  path_.pop_back();
}

void Writer::write_table(Value table) {
  if (path_.size() == 1) new_line();
  write_indent();
  out_ += fmt::format("[{}]\n", full_key());
  write_table_body(table);
}

void Writer::write_table_list(const List& list) {
  for (const Value item : list.items) {
    new_line();
    write_indent();
    out_ += fmt::format("[[{}]]\n", full_key());
    write_table_body(item);
  }
}

void Writer::write_element(Value value) {
  switch (value.kind()) {
    case Kind::boolean: out_ += value.as_bool() ? "true" : "false"; return;
    case Kind::integer:
    case Kind::int64: out_ += fmt::format_int(value.as_int()).c_str(); return;
    case Kind::uint8:
    case Kind::uint64: out_ += fmt::format_int(value.as_uint64()).c_str(); return;
    case Kind::float64: append_float(out_, value.as_float()); return;
    case Kind::string: append_quoted(out_, value.as_text()); return;
    case Kind::bytes: {
      std::vector<int> numbers;
      for (const char c : value.as_text()) numbers.push_back(static_cast<unsigned char>(c));
      out_ += fmt::format("[{}]", fmt::join(numbers, ", "));
      return;
    }
    case Kind::list: write_list(value.as_list()); return;
    case Kind::map: write_inline_table(value); return;
    case Kind::object: write_object(value.as_object()); return;
    default: fail_nil_element();
  }
}

void Writer::write_list(const List& list) {
  enter();
  if (out_.size() > max_size_) throw gotemplate::HeapExhausted(max_size_);
  out_ += '[';
  bool first = true;
  for (const Value item : list.items) {
    if (!std::exchange(first, false)) out_ += ", ";
    if (is_nil(item)) fail_nil_element();
    write_element(item);
  }
  out_ += ']';
  nesting_.leave();
}

// The library writes a comma after every entry that is not the last one of all, whether it writes that one or not.
void Writer::write_inline_table(Value table) {
  enter();
  std::vector<Entry> entries;
  std::vector<Entry> tables;
  for (const Entry& entry : entries_of(table)) {
    (is_table(entry.value) || is_table_list(entry.value) ? tables : entries).push_back(entry);
  }
  entries.insert(entries.end(), tables.begin(), tables.end());
  out_ += '{';
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (is_nil(entries[i].value)) continue;
    out_ += quoted_key(entries[i].key);
    out_ += " = ";
    write_element(entries[i].value);
    if (i + 1 < entries.size()) out_ += ", ";
  }
  out_ += '}';
  nesting_.leave();
}

void Writer::write_object(const Object& object) {
  if (const auto json = object.json()) {
    Heap scratch;
    const Value value = from_json(*json, scratch);
    if (value.is_string() && object.type().name == kTomlTimeType.name) {
      const auto* local = dynamic_cast<const TomlTime*>(&object);
      out_ += local == nullptr ? value.as_text() : local->toml();
    } else {
      write_element(value);
    }
  } else if (const auto number = object.number()) {
    write_element(*number);
  } else {
    write_inline_table(Value::object(&object));
  }
}

}  // namespace

std::string to_toml(Value value, std::size_t max_size) { return Writer(max_size).write_document(value); }

}  // namespace kyma::helm
