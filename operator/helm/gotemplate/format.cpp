// %v without flags, which is what templates print with almost always; printf.cpp has the rest of Go's fmt.
#include "operator/helm/gotemplate/format.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "operator/helm/gotemplate/execute.hpp"

namespace kyma::gotemplate {
namespace {

// What %p and pointers inside containers print in place of an address, which would change with every run.
constexpr std::string_view kAddressText = "0xc000000000";

constexpr std::size_t kStackReserve = std::size_t{64} << 10;

void check_size(const std::string& out, std::size_t limit) {
  if (out.size() > limit) throw HeapExhausted(limit);
}

class Writer {
 public:
  Writer(std::string& out, std::size_t limit) : out_(out), limit_(limit) {}

  void append(Value value, int depth) {
    switch (value.kind()) {
      case Kind::invalid:
      case Kind::nil: out_.append("<nil>"); break;
      case Kind::boolean: out_.append(value.as_bool() ? "true" : "false"); break;
      case Kind::integer:
      case Kind::int64:
      case Kind::uint8: append_number(value.as_int()); break;
      case Kind::uint64: append_number(value.as_uint64()); break;
      case Kind::float64: out_.append(float_text(value.as_float())); break;
      case Kind::string: out_.append(value.as_text()); break;
      case Kind::bytes: append_bytes(value.as_text()); break;
      case Kind::list: append_list(value.as_list(), depth); break;
      case Kind::map: append_map(value.as_map(), depth); break;
      case Kind::object: append_object(value.as_object(), depth); break;
    }
  }

 private:
  void append_number(auto number) {
    const fmt::format_int text(number);
    out_.append(text.data(), text.size());
  }

  void append_bytes(std::string_view bytes) {
    check_size(out_, limit_);
    char before = '[';
    for (const char byte : bytes) {
      out_.push_back(before);
      append_number(static_cast<unsigned>(static_cast<unsigned char>(byte)));
      before = ' ';
    }
    out_.append(bytes.empty() ? "[]" : "]");
  }

  void enter(int depth) const {
    check_size(out_, limit_);
    if (depth > kMaxDepth || !stack_.has(kStackReserve)) {
      throw std::runtime_error("a value is nested too deeply, or contains itself");
    }
  }

  void append_list(const List& list, int depth) {
    enter(depth);
    out_.push_back('[');
    bool first = true;
    for (const Value item : list.items) {
      if (!first) out_.push_back(' ');
      first = false;
      append(item, depth + 1);
    }
    out_.push_back(']');
  }

  void append_map(const Map& map, int depth) {
    enter(depth);
    out_.append("map[");
    bool first = true;
    for (const auto& [key, item] : map.entries) {
      if (!first) out_.push_back(' ');
      first = false;
      out_.append(key).push_back(':');
      append(item, depth + 1);
    }
    out_.push_back(']');
  }

  void append_object(const Object& object, int depth) {
    enter(depth);
    if (const auto text = object.text()) {
      out_.append(*text);
    } else if (const auto number = object.number()) {
      append(*number, depth);
    } else if (object.type().is_pointer && depth > 0) {
      out_.append(kAddressText);
    } else {
      if (object.type().is_pointer) out_.push_back('&');
      append_fields(object, depth);
    }
  }

  void append_fields(const Object& object, int depth) {
    out_.push_back('{');
    bool first = true;
    for (const Object::Field& field : object.fields()) {
      if (!first) out_.push_back(' ');
      first = false;
      append(field.value, depth + 1);
    }
    out_.push_back('}');
  }

  std::string& out_;
  std::size_t limit_;
  StackRoom stack_ = StackRoom::of_this_thread();
};

}  // namespace

void append_value(std::string& out, Value value, std::size_t limit) {
  if (value.is_string()) {
    out.append(value.as_text());
  } else {
    Writer(out, limit).append(value, 0);
  }
}

std::string to_text(Value value, std::size_t limit) {
  std::string out;
  append_value(out, value, limit);
  return out;
}

std::string sprint(std::span<const Value> args, std::size_t limit) {
  std::string out;
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (i > 0 && !args[i].is_string() && !args[i - 1].is_string()) out.push_back(' ');
    append_value(out, args[i], limit);
    if (out.size() > limit) throw HeapExhausted(limit);
  }
  return out;
}

std::string sprintln(std::span<const Value> args, std::size_t limit) {
  std::string out;
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (i > 0) out.push_back(' ');
    append_value(out, args[i], limit);
    if (out.size() > limit) throw HeapExhausted(limit);
  }
  out.push_back('\n');
  return out;
}

}  // namespace kyma::gotemplate
