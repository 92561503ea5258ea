#include "operator/helm/gotemplate/printer.hpp"

#include <fmt/format.h>

#include <optional>
#include <stdexcept>

#include "operator/helm/gotemplate/format.hpp"

namespace kyma::gotemplate {
namespace {

constexpr std::size_t kStackReserve = std::size_t{64} << 10;
// What a pointer prints: its address would change with every run.
constexpr std::uint64_t kAddress = 0xc000000000;

}  // namespace

void Printer::bad_verb(char32_t verb) {
  complaining_ = true;
  complain(verb, "(");
  if (arg_.is_nothing()) {
    write("<nil>");
  } else {
    write(type_name(arg_));
    write("=");
    argument(arg_, 'v');
  }
  write(")");
  complaining_ = false;
}

bool Printer::by_methods(char32_t verb) {
  if (complaining_) return false;
  if (verb == 'w') {  // wraps errors, which templates cannot have
    bad_verb(verb);
    return true;
  }
  if (!arg_.is(Kind::object) || flags().sharp_v) return false;
  if (verb != 'v' && verb != 's' && verb != 'x' && verb != 'X' && verb != 'q') return false;
  const auto string = arg_.as_object().text();
  if (string) text(*string, verb);
  return string.has_value();
}

void Printer::argument(Value arg, char32_t verb) {
  arg_ = arg;
  if (arg.is_nothing()) {
    if (verb == 'T' || verb == 'v') return format_.pad("<nil>");
    return bad_verb(verb);
  }
  if (verb == 'T') return format_.text(type_name(arg));
  if (verb == 'p') return pointer(arg, verb);
  switch (arg.kind()) {
    case Kind::list:
    case Kind::map:
    case Kind::object:
      if (by_methods(verb)) return;
      break;
    case Kind::bytes: return bytes(arg.as_text(), verb, "[]byte", 0);
    default: break;
  }
  value(arg, verb, 0);
}

// An element of a container or struct.
void Printer::nested(Value element, char32_t verb, int depth) {
  arg_ = element;
  if (depth > kMaxDepth || !stack_.has(kStackReserve)) {
    throw std::runtime_error("a value is nested too deeply, or contains itself");
  }
  if (by_methods(verb)) return;
  value(element, verb, depth);
}

void Printer::value(Value value, char32_t verb, int depth) {
  switch (value.kind()) {
    case Kind::invalid:
    case Kind::nil: write(flags().sharp_v ? "interface {}(nil)" : "<nil>"); break;
    case Kind::boolean: boolean(value.as_bool(), verb); break;
    case Kind::integer:
    case Kind::int64: integer(value.as_uint64(), true, verb); break;
    case Kind::uint8:
    case Kind::uint64: integer(value.as_uint64(), false, verb); break;
    case Kind::float64: floating(value.as_float(), verb); break;
    case Kind::string: text(value.as_text(), verb); break;
    case Kind::bytes: bytes(value.as_text(), verb, "[]uint8", depth); break;
    case Kind::list: list(value.as_list(), verb, depth); break;
    case Kind::map: map(value.as_map(), verb, depth); break;
    case Kind::object: object(value, verb, depth); break;
  }
}

void Printer::boolean(bool value, char32_t verb) {
  if (verb != 't' && verb != 'v') return bad_verb(verb);
  format_.pad(value ? "true" : "false");
}

void Printer::integer(std::uint64_t value, bool is_signed, char32_t verb) {
  switch (verb) {
    case 'v':
      if (flags().sharp_v && !is_signed) return address(value, true);
      [[fallthrough]];
    case 'd': return format_.integer(value, 10, is_signed, verb);
    case 'b': return format_.integer(value, 2, is_signed, verb);
    case 'o':
    case 'O': return format_.integer(value, 8, is_signed, verb);
    case 'x': return format_.integer(value, 16, is_signed, verb);
    case 'X': return format_.integer(value, 16, is_signed, verb, kUpperDigits);
    case 'c': return format_.character(value);
    case 'q': return format_.quoted_character(value);
    case 'U': return format_.unicode(value);
    default: return bad_verb(verb);
  }
}

void Printer::floating(double value, char32_t verb) {
  switch (verb) {
    case 'v': return format_.floating(value, 'g', -1);
    case 'b':
    case 'g':
    case 'G':
    case 'x':
    case 'X': return format_.floating(value, static_cast<char>(verb), -1);
    case 'f':
    case 'e':
    case 'E': return format_.floating(value, static_cast<char>(verb), 6);
    case 'F': return format_.floating(value, 'f', 6);
    default: return bad_verb(verb);
  }
}

void Printer::text(std::string_view value, char32_t verb) {
  switch (verb) {
    case 'v':
      if (flags().sharp_v) return format_.quoted_text(value);
      [[fallthrough]];
    case 's': return format_.text(value);
    case 'x': return format_.hexadecimal(value, kLowerDigits);
    case 'X': return format_.hexadecimal(value, kUpperDigits);
    case 'q': return format_.quoted_text(value);
    default: return bad_verb(verb);
  }
}

void Printer::bytes(std::string_view value, char32_t verb, std::string_view type, int depth) {
  switch (verb) {
    case 's': return format_.text(value);
    case 'x': return format_.hexadecimal(value, kLowerDigits);
    case 'X': return format_.hexadecimal(value, kUpperDigits);
    case 'q': return format_.quoted_text(value);
    default: break;
  }
  const bool go_syntax = flags().sharp_v;
  if (go_syntax) write(type);
  write(go_syntax ? "{" : "[");
  bool first = true;
  for (const char byte : value) {
    separate(first);
    nested(Value::uint8(static_cast<std::uint8_t>(byte)), verb, depth + 1);
  }
  write(go_syntax ? "}" : "]");
}

namespace {

bool is_null(Value value) {
  if (value.is_list()) return value.as_list().is_nil;
  return value.is_map() && value.as_map().is_nil;
}

}  // namespace

void Printer::pointer(Value value, char32_t verb) {
  const bool has_address = value.is_list() || value.is_map() || value.is(Kind::bytes) ||
                           (value.is(Kind::object) && value.as_object().type().is_pointer);
  if (!has_address) return bad_verb(verb);
  const std::uint64_t number = is_null(value) ? 0 : kAddress;
  switch (verb) {
    case 'v':
      if (!flags().sharp_v) return address(number, !flags().sharp);
      write(fmt::format("({})(", type_name(value)));
      address(number, true);
      return write(")");
    case 'p': return address(number, !flags().sharp);
    case 'b':
    case 'o':
    case 'd':
    case 'x':
    case 'X': return integer(number, false, verb);
    default: return bad_verb(verb);
  }
}

void Printer::list(const List& list, char32_t verb, int depth) {
  const bool go_syntax = flags().sharp_v;
  if (go_syntax) {
    write(list.type->name);
    if (list.is_nil) return write("(nil)");
  }
  write(go_syntax ? "{" : "[");
  bool first = true;
  for (const Value item : list.items) {
    separate(first);
    nested(item, verb, depth + 1);
  }
  write(go_syntax ? "}" : "]");
}

void Printer::map(const Map& map, char32_t verb, int depth) {
  const bool go_syntax = flags().sharp_v;
  if (go_syntax) {
    write(map.type->name);
    if (map.is_nil) return write("(nil)");
  }
  write(go_syntax ? "{" : "map[");
  bool first = true;
  for (const auto& [key, item] : map.entries) {
    separate(first);
    nested(Value::string(key), verb, depth + 1);
    write(":");
    nested(item, verb, depth + 1);
  }
  write(go_syntax ? "}" : "]");
}

void Printer::object(Value value, char32_t verb, int depth) {
  const Object& object = value.as_object();
  if (const auto number = object.number()) return this->value(*number, verb, depth);
  if (!object.type().is_pointer) return fields(object, verb, depth);
  if (depth > 0) return pointer(value, verb);
  write("&");
  fields(object, verb, depth + 1);
}

void Printer::fields(const Object& object, char32_t verb, int depth) {
  if (flags().sharp_v) {
    std::string_view name = object.type().name;
    if (name.starts_with('*')) name.remove_prefix(1);
    write(name);
  }
  write("{");
  bool first = true;
  for (const Object::Field& field : object.fields()) {
    separate(first);
    if (flags().plus_v || flags().sharp_v) {
      write(field.name);
      write(":");
    }
    nested(field.value, verb, depth + 1);
  }
  write("}");
}

}  // namespace kyma::gotemplate
