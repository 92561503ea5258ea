// eq ne lt le gt ge, by Go's rules: only basic kinds have an order, and only like kinds compare.
#include <fmt/format.h>

#include <algorithm>
#include <compare>
#include <utility>

#include "operator/helm/gotemplate/builtins.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::gotemplate {
namespace {

enum class Basic { none, boolean, floating, integer, string, unsigned_ };

// Named numbers count as what they are.
Value plain(Value value) {
  if (value.is(Kind::object)) {
    if (const auto number = value.as_object().number()) return *number;
  }
  return value;
}

Basic basic_kind(Value value) {
  switch (value.kind()) {
    case Kind::boolean: return Basic::boolean;
    case Kind::integer:
    case Kind::int64: return Basic::integer;
    case Kind::uint8:
    case Kind::uint64: return Basic::unsigned_;
    case Kind::float64: return Basic::floating;
    case Kind::string: return Basic::string;
    default: return Basic::none;
  }
}

[[noreturn]] void incompatible() { Call::fail("incompatible types for comparison"); }

bool is_mixed_integers(Basic a, Basic b) {
  return (a == Basic::integer && b == Basic::unsigned_) || (a == Basic::unsigned_ && b == Basic::integer);
}

// Of an int and an unsigned, in either order.
std::strong_ordering compare_mixed(Value a, Basic kind_of_a, Value b) {
  if (kind_of_a == Basic::integer) {
    return a.as_int() < 0 ? std::strong_ordering::less : a.as_uint64() <=> b.as_uint64();
  }
  return b.as_int() < 0 ? std::strong_ordering::greater : a.as_uint64() <=> b.as_uint64();
}

bool is_nil_pointer(Value value) {
  switch (value.kind()) {
    case Kind::invalid:
    case Kind::nil: return true;
    case Kind::list: return value.as_list().is_nil;
    case Kind::map: return value.as_map().is_nil;
    default: return false;
  }
}

// As %s: a float inside complains of itself.
std::string as_string(Value value) { return sprintf("%s", std::span(&value, 1)); }

// Structs with lists or maps in them are not.
bool is_comparable(Value value) {
  if (!value.is(Kind::object)) return !value.is_list() && !value.is_map() && !value.is(Kind::bytes);
  if (value.as_object().type().is_pointer) return true;
  const std::vector<Object::Field> fields = value.as_object().fields();
  return std::all_of(fields.begin(), fields.end(),
                     [](const Object::Field& field) { return is_comparable(field.value); });
}

// Of two values of no basic kind.
bool equal_others(Value a, Value b) {
  if (!a.is_nothing() && !b.is_nothing() && kind_name(a) != kind_name(b)) {
    Call::fail(
        fmt::format("non-comparable types {}: {}, {}: {}", as_string(a), type_name(a), type_name(b), to_text(b)));
  }
  if (is_nil_pointer(a) || is_nil_pointer(b)) return is_nil_pointer(a) == is_nil_pointer(b);
  if (!is_comparable(b)) Call::fail(fmt::format("non-comparable type {}: {}", as_string(b), type_name(b)));
  const Object& x = a.as_object();
  const Object& y = b.as_object();
  if (&x.type() != &y.type()) return false;
  return x.type().is_pointer ? &x == &y : x.equals(y);
}

bool equal(Value a, Value b) {
  const Basic kind_of_a = basic_kind(a);
  const Basic kind_of_b = basic_kind(b);
  if (kind_of_a != kind_of_b) {
    if (is_mixed_integers(kind_of_a, kind_of_b)) return std::is_eq(compare_mixed(a, kind_of_a, b));
    if (!a.is_nothing() && !b.is_nothing()) incompatible();
    return false;
  }
  switch (kind_of_a) {
    case Basic::none: return equal_others(a, b);
    case Basic::floating: return a.as_float() == b.as_float();
    case Basic::string: return a.as_text() == b.as_text();
    default: return a.as_int() == b.as_int();
  }
}

bool less(Value a, Value b) {
  const Basic kind_of_a = basic_kind(a);
  const Basic kind_of_b = basic_kind(b);
  if (kind_of_a == Basic::none || kind_of_b == Basic::none) Call::fail("invalid type for comparison");
  if (kind_of_a != kind_of_b) {
    if (is_mixed_integers(kind_of_a, kind_of_b)) return std::is_lt(compare_mixed(a, kind_of_a, b));
    incompatible();
  }
  switch (kind_of_a) {
    case Basic::floating: return a.as_float() < b.as_float();
    case Basic::integer: return a.as_int() < b.as_int();
    case Basic::string: return a.as_text() < b.as_text();
    case Basic::unsigned_: return a.as_uint64() < b.as_uint64();
    default: Call::fail("invalid type for comparison");
  }
}

bool less_or_equal(Value a, Value b) { return less(a, b) || equal(a, b); }

std::pair<Value, Value> operands(const Call& call) { return {plain(call[0]), plain(call[1])}; }

}  // namespace

Value builtin_eq(Call& call) {
  if (call.size() < 2) call.fail("missing argument for comparison");
  const Value first = plain(call[0]);
  for (std::size_t i = 1; i < call.size(); ++i) {
    if (equal(first, plain(call[i]))) return Value::boolean(true);
  }
  return Value::boolean(false);
}

Value builtin_ne(Call& call) {
  const auto [a, b] = operands(call);
  return Value::boolean(!equal(a, b));
}

Value builtin_lt(Call& call) {
  const auto [a, b] = operands(call);
  return Value::boolean(less(a, b));
}

Value builtin_le(Call& call) {
  const auto [a, b] = operands(call);
  return Value::boolean(less_or_equal(a, b));
}

Value builtin_gt(Call& call) {
  const auto [a, b] = operands(call);
  return Value::boolean(!less_or_equal(a, b));
}

Value builtin_ge(Call& call) {
  const auto [a, b] = operands(call);
  return Value::boolean(!less(a, b));
}

}  // namespace kyma::gotemplate
