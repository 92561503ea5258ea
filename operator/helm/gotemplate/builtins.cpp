#include "operator/helm/gotemplate/builtins.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "operator/helm/gotemplate/execute.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::gotemplate {
namespace {

// What a pointer points to has its type's name without the star.
std::string_view pointed_to_name(Value value) {
  std::string_view name = type_name(value);
  if (name.starts_with('*')) name.remove_prefix(1);
  return name;
}

Value negation(Call& call) { return Value::boolean(!is_true(call[0])); }

Value len(Call& call) {
  const Value value = call[0];
  switch (value.kind()) {
    case Kind::invalid: call.fail("reflect: call of reflect.Value.Type on zero Value");
    case Kind::nil: call.fail("len of nil pointer");
    case Kind::string:
    case Kind::bytes: return Value::integer(static_cast<std::int64_t>(value.as_text().size()));
    case Kind::list: return Value::integer(static_cast<std::int64_t>(value.as_list().items.size()));
    case Kind::map: return Value::integer(static_cast<std::int64_t>(value.as_map().entries.size()));
    default: call.fail(fmt::format("len of type {}", pointed_to_name(value)));
  }
}

std::size_t length_of(Value sequence) {
  return sequence.is_list() ? sequence.as_list().items.size() : sequence.as_text().size();
}

// 0..length, which slices need; an index that equals the length is for the caller to refuse.
std::size_t position(Value index, std::size_t length) {
  if (index.is(Kind::object)) {
    if (const auto number = index.as_object().number()) index = *number;
  }
  switch (index.kind()) {
    case Kind::integer:
    case Kind::int64:
    case Kind::uint8:
    case Kind::uint64: break;
    case Kind::invalid:
    case Kind::nil: Call::fail("cannot index slice/array with nil");
    default: Call::fail(fmt::format("cannot index slice/array with type {}", type_name(index)));
  }
  const std::int64_t wanted = index.as_int();
  if (wanted < 0 || static_cast<std::uint64_t>(wanted) > length) {
    Call::fail(fmt::format("index out of range: {}", wanted));
  }
  return static_cast<std::size_t>(wanted);
}

Value element(Value sequence, Value index) {
  const std::size_t length = length_of(sequence);
  const std::size_t at = position(index, length);
  if (at == length)
    Call::fail(fmt::format("reflect: {} index out of range", sequence.is_string() ? "string" : "slice"));
  if (sequence.is_list()) return sequence.as_list().at(at);
  return Value::uint8(static_cast<std::uint8_t>(sequence.as_text()[at]));
}

Value entry(Value map, Value key, Heap& heap) {
  if (key.is_nothing()) Call::fail("value is nil; should be of type string");
  if (!key.is_string()) Call::fail(fmt::format("value has type {}; should be string", type_name(key)));
  return map.as_map().at(key.as_text(), heap);
}

Value index(Call& call) {
  Value item = call[0];
  if (item.is_nothing()) call.fail("index of untyped nil");
  for (std::size_t i = 1; i < call.size(); ++i) {
    switch (item.kind()) {
      case Kind::nil: call.fail("index of nil pointer");
      case Kind::string:
      case Kind::bytes:
      case Kind::list: item = element(item, call[i]); break;
      case Kind::map: item = entry(item, call[i], call.heap); break;
      default: call.fail(fmt::format("can't index item of type {}", pointed_to_name(item)));
    }
  }
  return item;
}

Value slice_of(Call& call, Value item, std::size_t from, std::size_t to) {
  if (item.is_string()) return Value::string(item.as_text().substr(from, to - from));
  if (item.is(Kind::bytes)) return Value::bytes(item.as_text().substr(from, to - from));
  const List& list = item.as_list();
  List* result = call.heap.make<List>(call.heap, *list.type);
  result->items.assign(list.items.begin() + static_cast<std::ptrdiff_t>(from),
                       list.items.begin() + static_cast<std::ptrdiff_t>(to));
  result->is_nil = list.is_nil;
  return Value::list(result);
}

Value slice(Call& call) {
  const Value item = call[0];
  const std::size_t given = call.size() - 1;
  if (item.is_nothing()) call.fail("slice of untyped nil");
  if (given > 3) call.fail(fmt::format("too many slice indexes: {}", given));
  if (!item.is_string() && !item.is(Kind::bytes) && !item.is_list()) {
    call.fail(fmt::format("can't slice item of type {}", type_name(item)));
  }
  if (item.is_string() && given == 3) call.fail("cannot 3-index slice a string");
  const std::size_t length = length_of(item);
  std::array<std::size_t, 3> bounds{0, length, length};
  for (std::size_t i = 0; i < given; ++i) bounds[i] = position(call[i + 1], length);
  if (bounds[0] > bounds[1]) call.fail(fmt::format("invalid slice index: {} > {}", bounds[0], bounds[1]));
  if (bounds[1] > bounds[2]) call.fail(fmt::format("invalid slice index: {} > {}", bounds[1], bounds[2]));
  return slice_of(call, item, bounds[0], bounds[1]);
}

Value print(Call& call) {
  if (call.size() == 1 && call[0].is_string()) return call[0];
  return call.make(sprint(call.args, call.heap.limit()));
}

Value println(Call& call) { return call.make(sprintln(call.args, call.heap.limit())); }

Value printf(Call& call) { return call.make(sprintf(call.text(0), call.args.subspan(1), call.heap.limit())); }

constexpr Function kBuiltins[] = {
    {"and", "rr*", &builtin_and},   {"or", "rr*", &builtin_or}, {"not", "r", &negation},
    {"eq", "rr*", &builtin_eq},     {"ne", "rr", &builtin_ne},  {"lt", "rr", &builtin_lt},
    {"le", "rr", &builtin_le},      {"gt", "rr", &builtin_gt},  {"ge", "rr", &builtin_ge},
    {"index", "rr*", &index},       {"slice", "rr*", &slice},   {"len", "r", &len},
    {"print", "a*", &print},        {"printf", "sa*", &printf}, {"println", "a*", &println},
    {"html", "a*", &builtin_html},  {"js", "a*", &builtin_js},  {"urlquery", "a*", &builtin_urlquery},
    {"call", "rr*", &builtin_call},
};

}  // namespace

// Bodies that differ, lest a linker folds the three into one address.
Value builtin_and(Call&) { throw std::logic_error("and is the evaluator's"); }
Value builtin_or(Call&) { throw std::logic_error("or is the evaluator's"); }
Value builtin_call(Call&) { throw std::logic_error("call is the evaluator's"); }

std::span<const Function> builtin_functions() { return kBuiltins; }

}  // namespace kyma::gotemplate
