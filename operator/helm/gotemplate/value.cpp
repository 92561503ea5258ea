#include "operator/helm/gotemplate/value.hpp"

#include <cstdint>
#include <limits>
#include <stdexcept>

namespace kyma::gotemplate {

const Type kAnyType{.name = "interface {}"};
const Type kStringType{.name = "string"};
const Type kIntType{.name = "int"};
const Type kBytesType{.name = "[]uint8"};
const Type kAnyList{.name = "[]interface {}"};
const Type kStringList{.name = "[]string", .element = &kStringType};
const Type kIntList{.name = "[]int", .element = &kIntType};
const Type kAnyLists{.name = "[][]interface {}", .element = &kAnyList};
const Type kAnyMap{.name = "map[string]interface {}"};
const Type kStringMap{.name = "map[string]string", .element = &kStringType};

Value::Value(Kind kind, std::string_view text) : size_(static_cast<std::uint32_t>(text.size())), kind_(kind) {
  if (text.size() > std::numeric_limits<std::uint32_t>::max()) throw std::length_error("a text of more than 4 GiB");
  payload_.text = text.data();
}

Value Value::list(List* list) noexcept {
  Value result(Kind::list);
  result.payload_.list = list;
  return result;
}

Value Value::map(Map* map) noexcept {
  Value result(Kind::map);
  result.payload_.map = map;
  return result;
}

Value Value::object(const Object* object) noexcept {
  Value result(Kind::object);
  result.payload_.object = object;
  return result;
}

const Function* Type::method(std::string_view wanted) const noexcept {
  for (std::size_t i = 0; i < method_count; ++i) {
    if (methods[i].name == wanted) return &methods[i];
  }
  return nullptr;
}

const Value* Map::find(std::string_view key) const noexcept {
  const auto found = entries.find(key);
  return found == entries.end() ? nullptr : &found->second;
}

namespace {

Value zero_of(const Type* type, Heap& heap) {
  if (!type) return Value::nil();
  if (type == &kStringType) return Value::string("");
  if (type == &kIntType) return Value::integer(0);
  if (type == &kBytesType) return Value::bytes("");
  if (type->name.starts_with("map[")) {
    Map* map = heap.make<Map>(heap, *type);
    map->is_nil = true;
    return Value::map(map);
  }
  List* list = heap.make<List>(heap, *type);
  list->is_nil = true;
  return Value::list(list);
}

}  // namespace

Value Map::at(std::string_view key, Heap& heap) const {
  const Value* found = find(key);
  return (found ? *found : zero_of(type->element, heap)).boxed(type->element == nullptr);
}

void Map::set(Heap& heap, std::string_view key, Value value) {
  const auto place = entries.lower_bound(key);
  if (place != entries.end() && place->first == key) {
    place->second = value;
  } else {
    entries.emplace_hint(place, heap.copy(key), value);
  }
}

std::optional<Value> Object::field(std::string_view name) const {
  for (const Field& field : fields()) {
    if (field.name == name) return field.value;
  }
  return std::nullopt;
}

std::string_view type_name(Value value) {
  switch (value.kind()) {
    case Kind::invalid:
    case Kind::nil: return "<nil>";
    case Kind::boolean: return "bool";
    case Kind::integer: return "int";
    case Kind::int64: return "int64";
    case Kind::uint8: return "uint8";
    case Kind::uint64: return "uint64";
    case Kind::float64: return "float64";
    case Kind::string: return "string";
    case Kind::bytes: return kBytesType.name;
    case Kind::list: return value.as_list().type->name;
    case Kind::map: return value.as_map().type->name;
    case Kind::object: return value.as_object().type().name;
  }
  return {};
}

std::string_view kind_name(Value value) {
  switch (value.kind()) {
    case Kind::invalid:
    case Kind::nil: return "invalid";
    case Kind::bytes:
    case Kind::list: return "slice";
    case Kind::map: return "map";
    case Kind::object:
      if (value.as_object().type().is_pointer) return "ptr";
      if (const auto number = value.as_object().number()) return kind_name(*number);
      return "struct";
    default: return type_name(value);
  }
}

bool is_true(Value value) {
  switch (value.kind()) {
    case Kind::invalid:
    case Kind::nil: return false;
    case Kind::boolean:
    case Kind::integer:
    case Kind::int64:
    case Kind::uint8:
    case Kind::uint64: return value.as_int() != 0;
    case Kind::float64: return value.as_float() != 0;
    case Kind::string:
    case Kind::bytes: return !value.as_text().empty();
    case Kind::list: return !value.as_list().items.empty();
    case Kind::map: return !value.as_map().entries.empty();
    case Kind::object:
      if (const auto number = value.as_object().number()) return is_true(*number);
      return true;
  }
  return false;
}

namespace {

void check_depth(int depth) {
  if (depth > kMaxDepth) throw std::runtime_error("a value is nested too deeply, or contains itself");
}

// How many values one comparison looks at: lists that share their parts may be exponentially larger than they are.
constexpr std::uint64_t kLargestComparison = 20'000'000;

bool deep_equal(Value a, Value b, int depth, std::uint64_t& looked_at) {
  check_depth(depth);
  if (++looked_at > kLargestComparison) throw LimitExceeded("two values are too large to be compared");
  if (a.is_nothing() || b.is_nothing()) return a.is_nothing() && b.is_nothing();
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::float64: return a.as_float() == b.as_float();
    case Kind::string:
    case Kind::bytes: return a.as_text() == b.as_text();
    case Kind::list: {
      const List& x = a.as_list();
      const List& y = b.as_list();
      if (x.type != y.type || x.is_nil != y.is_nil || x.items.size() != y.items.size()) return false;
      if (&x == &y) return true;
      for (std::size_t i = 0; i < x.items.size(); ++i) {
        if (!deep_equal(x.items[i], y.items[i], depth + 1, looked_at)) return false;
      }
      return true;
    }
    case Kind::map: {
      const Map& x = a.as_map();
      const Map& y = b.as_map();
      if (x.type != y.type || x.is_nil != y.is_nil || x.entries.size() != y.entries.size()) return false;
      if (&x == &y) return true;
      for (auto i = x.entries.begin(), j = y.entries.begin(); i != x.entries.end(); ++i, ++j) {
        if (i->first != j->first || !deep_equal(i->second, j->second, depth + 1, looked_at)) return false;
      }
      return true;
    }
    case Kind::object: return a.as_object().equals(b.as_object());
    default: return a.as_int() == b.as_int();
  }
}

Value deep_copy(Value value, Heap& heap, int depth) {
  check_depth(depth);
  if (value.is_list()) {
    const List& from = value.as_list();
    List* to = heap.make<List>(heap, *from.type);
    to->is_nil = from.is_nil;
    to->items.reserve(from.items.size());
    for (const Value item : from.items) to->items.push_back(deep_copy(item, heap, depth + 1));
    return Value::list(to);
  }
  if (value.is_map()) {
    const Map& from = value.as_map();
    Map* to = heap.make<Map>(heap, *from.type);
    to->is_nil = from.is_nil;
    for (const auto& [key, item] : from.entries) {
      to->entries.emplace_hint(to->entries.end(), key, deep_copy(item, heap, depth + 1));
    }
    return Value::map(to);
  }
  return value;
}

}  // namespace

bool deep_equal(Value a, Value b) {
  std::uint64_t looked_at = 0;
  return deep_equal(a, b, 0, looked_at);
}

Value deep_copy(Value value, Heap& heap) { return deep_copy(value, heap, 0); }

Value make_string(Heap& heap, std::string_view text) { return Value::string(heap.copy(text)); }

Value make_list(Heap& heap, std::vector<Value> items, const Type& type) {
  List* list = heap.make<List>(heap, type);
  list->items.assign(items.begin(), items.end());
  return Value::list(list);
}

Value make_string_list(Heap& heap, const std::vector<std::string>& items) {
  List* list = heap.make<List>(heap, kStringList);
  list->items.reserve(items.size());
  for (const std::string& item : items) list->items.push_back(make_string(heap, item));
  return Value::list(list);
}

Map& make_map(Heap& heap, const Type& type) { return *heap.make<Map>(heap, type); }

}  // namespace kyma::gotemplate
