#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

#include "operator/base/base64.hpp"
#include "operator/helm/formats/go_number.hpp"
#include "operator/helm/formats/json.hpp"
#include "operator/helm/formats/json_object.hpp"
#include "operator/helm/formats/nesting.hpp"
#include "operator/helm/gotemplate/unicode.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Kind;
using gotemplate::List;
using gotemplate::Map;
using gotemplate::Object;

constexpr char kHex[] = "0123456789abcdef";
constexpr char32_t kReplacement = 0xFFFD;

class Writer {
 public:
  Writer(JsonStyle style, std::size_t max_size) : style_(style), max_size_(max_size) {}

  void write(Value value);
  std::string take() { return std::move(out_); }

 private:
  void write_string(std::string_view text);
  void write_escape(unsigned char c);
  void write_float(double value);
  void write_list(const List& list);
  void write_map(const Map& map);
  void write_object(const Object& object);
  void write_key(std::string_view key, bool first);
  void new_line();
  void enter(const void* container, std::string_view type);
  void check_size(std::size_t more) const {
    if (out_.size() + more > max_size_) throw gotemplate::HeapExhausted(max_size_);
  }

  JsonStyle style_;
  std::size_t max_size_;
  std::string out_;
  CycleGuard cycles_;
};

void Writer::write(Value value) {
  switch (value.kind()) {
    case Kind::invalid:
    case Kind::nil: out_ += "null"; return;
    case Kind::boolean: out_ += value.as_bool() ? "true" : "false"; return;
    case Kind::integer:
    case Kind::int64: out_ += fmt::format_int(value.as_int()).c_str(); return;
    case Kind::uint8:
    case Kind::uint64: out_ += fmt::format_int(value.as_uint64()).c_str(); return;
    case Kind::float64: write_float(value.as_float()); return;
    case Kind::string: write_string(value.as_text()); return;
    case Kind::bytes:
      out_ += '"';
      out_ += encode_base64(value.as_text());
      out_ += '"';
      return;
    case Kind::list: write_list(value.as_list()); return;
    case Kind::map: write_map(value.as_map()); return;
    case Kind::object: write_object(value.as_object()); return;
  }
}

void Writer::write_float(double value) {
  if (!std::isfinite(value)) throw FormatError("json: unsupported value: " + general_text(value));
  append_json_number(out_, value);
}

constexpr bool is_plain(unsigned char c, bool escape_html) {
  if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\') return false;
  return !escape_html || (c != '<' && c != '>' && c != '&');
}

constexpr auto plain_table(bool escape_html) {
  std::array<bool, 256> table{};
  for (unsigned c = 0; c < 256; ++c) table[c] = is_plain(static_cast<unsigned char>(c), escape_html);
  return table;
}

constexpr auto kPlain = plain_table(false);
constexpr auto kPlainHtml = plain_table(true);

void Writer::write_string(std::string_view text) {
  const auto& plain = style_.escape_html ? kPlainHtml : kPlain;
  check_size(text.size());
  out_ += '"';
  std::size_t written = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (plain[c]) {
      ++at;
      continue;
    }
    std::size_t next = at + 1;
    char32_t rune = 0;
    if (c >= 0x80) {
      next = at;
      rune = gotemplate::next_rune(text, next);
      const bool malformed = rune == kReplacement && next == at + 1;
      if (!malformed && rune != 0x2028 && rune != 0x2029) {
        at = next;
        continue;
      }
    }
    out_ += text.substr(written, at - written);
    if (c < 0x80) {
      write_escape(c);
    } else if (rune == kReplacement) {
      out_ += "\\ufffd";
    } else {
      out_ += rune == 0x2028 ? "\\u2028" : "\\u2029";
    }
    at = written = next;
  }
  out_ += text.substr(written);
  out_ += '"';
}

void Writer::write_escape(unsigned char c) {
  out_ += '\\';
  switch (c) {
    case '"':
    case '\\': out_ += static_cast<char>(c); return;
    case '\b': out_ += 'b'; return;
    case '\f': out_ += 'f'; return;
    case '\n': out_ += 'n'; return;
    case '\r': out_ += 'r'; return;
    case '\t': out_ += 't'; return;
    default:
      out_ += "u00";
      out_ += kHex[c >> 4];
      out_ += kHex[c & 15];
  }
}

void Writer::new_line() {
  if (style_.indent.empty()) return;
  const std::size_t length = style_.indent.size() * static_cast<std::size_t>(cycles_.depth());
  check_size(length);
  out_ += '\n';
  for (int i = 0; i < cycles_.depth(); ++i) out_ += style_.indent;
}

void Writer::enter(const void* container, std::string_view type) {
  check_size(0);
  if (!cycles_.enter(container)) {
    throw FormatError(fmt::format("json: unsupported value: encountered a cycle via {}", type));
  }
}

void Writer::write_list(const List& list) {
  if (list.is_nil) {
    out_ += "null";
    return;
  }
  out_ += '[';
  if (!list.items.empty()) {
    enter(&list, list.type->name);
    bool first = true;
    for (const Value item : list.items) {
      if (!std::exchange(first, false)) out_ += ',';
      new_line();
      write(item);
    }
    cycles_.leave(&list);
    new_line();
  }
  out_ += ']';
}

void Writer::write_key(std::string_view key, bool first) {
  if (!first) out_ += ',';
  new_line();
  write_string(key);
  out_ += style_.indent.empty() ? ":" : ": ";
}

void Writer::write_map(const Map& map) {
  if (map.is_nil) {
    out_ += "null";
    return;
  }
  out_ += '{';
  if (!map.entries.empty()) {
    enter(&map.entries, map.type->name);
    bool first = true;
    for (const auto& [key, item] : map.entries) {
      write_key(key, std::exchange(first, false));
      write(item);
    }
    cycles_.leave(&map.entries);
    new_line();
  }
  out_ += '}';
}

void Writer::write_object(const Object& object) {
  if (const auto json = object.json()) {
    // What a type's own MarshalJSON says is indented and escaped like the rest.
    Heap scratch;
    write(from_json(*json, scratch));
    return;
  }
  if (const auto number = object.number()) {
    write(*number);
    return;
  }
  const auto fields = json_fields(object);
  out_ += '{';
  if (!fields.empty()) {
    enter(&object, object.type().name);
    bool first = true;
    for (const auto& field : fields) {
      write_key(field.name, std::exchange(first, false));
      write(field.value);
    }
    cycles_.leave(&object);
    new_line();
  }
  out_ += '}';
}

}  // namespace

std::string to_json(Value value, JsonStyle style, std::size_t max_size) {
  Writer writer(style, max_size);
  writer.write(value);
  return writer.take();
}

}  // namespace kyma::helm
