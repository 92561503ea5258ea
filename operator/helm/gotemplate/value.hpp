// A value of the template language, as Go's reflection sees it: kinds and types are kept apart as Go keeps them, since
// templates can tell (`kindOf`, `typeOf`, `eq` of an int with a float64, `printf "%d"`).
//
// A Value is 16 bytes, trivially copyable, and owns nothing: text, lists, maps and objects live in a Heap. Lists and
// maps are shared by reference, as in Go: `set` is seen by everyone who holds the map.
//
// Two kinds of nothing (Go's invalid reflect.Value and a nil interface) are kept apart: looking up a missing key yields
// nil; a finished pipeline turns nil into invalid; a field of invalid is invalid, a field of nil is an error.
#pragma once

#include <bit>
#include <cstdint>
#include <map>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/helm/gotemplate/heap.hpp"

namespace kyma::gotemplate {

struct Call;
struct Type;
class Value;
class Object;
struct List;
struct Map;

enum class Kind : std::uint8_t {
  invalid,  // no value at all
  nil,      // a nil interface: a null, or a missing key
  boolean,
  integer,  // Go's int, 64 bits
  int64,
  uint8,
  uint64,
  float64,
  string,
  bytes,   // []uint8
  list,    // any other slice
  map,     // with string keys
  object,  // a struct, or a named type with methods
};

class Value {
 public:
  constexpr Value() noexcept = default;
  static constexpr Value nil() noexcept { return Value(Kind::nil); }
  static constexpr Value boolean(bool value) noexcept { return number(Kind::boolean, value ? 1 : 0); }
  static constexpr Value integer(std::int64_t value) noexcept { return number(Kind::integer, value); }
  static constexpr Value int64(std::int64_t value) noexcept { return number(Kind::int64, value); }
  static constexpr Value uint8(std::uint8_t value) noexcept { return number(Kind::uint8, value); }
  static constexpr Value uint64(std::uint64_t value) noexcept {
    return number(Kind::uint64, static_cast<std::int64_t>(value));
  }
  static constexpr Value float64(double value) noexcept {
    return number(Kind::float64, std::bit_cast<std::int64_t>(value));
  }
  // The text must live as long as the value: in a heap (Heap::copy), in a literal.
  static Value string(std::string_view text) { return Value(Kind::string, text); }
  static Value bytes(std::string_view data) { return Value(Kind::bytes, data); }
  static Value list(List* list) noexcept;
  static Value map(Map* map) noexcept;
  static Value object(const Object* object) noexcept;

  Kind kind() const noexcept { return kind_; }
  bool is(Kind kind) const noexcept { return kind_ == kind; }
  bool is_valid() const noexcept { return kind_ != Kind::invalid; }
  // Nothing, of either kind.
  bool is_nothing() const noexcept { return kind_ == Kind::invalid || kind_ == Kind::nil; }
  bool is_list() const noexcept { return kind_ == Kind::list; }
  bool is_map() const noexcept { return kind_ == Kind::map; }
  bool is_string() const noexcept { return kind_ == Kind::string; }
  // Whether it was read out of an interface {} (a list's element, a map's entry), which the messages of the evaluator
  // tell from a value of its own type. Nothing else depends on it.
  bool is_boxed() const noexcept { return boxed_; }
  Value boxed(bool is_boxed) const noexcept {
    Value result = *this;
    result.boxed_ = is_boxed;
    return result;
  }

  // Each only for a value of that kind.
  bool as_bool() const noexcept { return payload_.number != 0; }
  // integer, int64, uint8, and uint64 reinterpreted
  std::int64_t as_int() const noexcept { return payload_.number; }
  std::uint64_t as_uint64() const noexcept { return static_cast<std::uint64_t>(payload_.number); }
  double as_float() const noexcept { return std::bit_cast<double>(payload_.number); }
  // string and bytes
  std::string_view as_text() const noexcept { return {payload_.text, size_}; }
  List& as_list() const noexcept { return *payload_.list; }
  Map& as_map() const noexcept { return *payload_.map; }
  const Object& as_object() const noexcept { return *payload_.object; }

 private:
  union Payload {
    std::int64_t number = 0;
    const char* text;
    List* list;
    Map* map;
    const Object* object;
  };

  explicit constexpr Value(Kind kind) noexcept : kind_(kind) {}
  Value(Kind kind, std::string_view text);
  static constexpr Value number(Kind kind, std::int64_t value) noexcept {
    Value result(kind);
    result.payload_.number = value;
    return result;
  }

  Payload payload_;
  std::uint32_t size_ = 0;  // of text
  Kind kind_ = Kind::invalid;
  bool boxed_ = false;
};
static_assert(sizeof(Value) == 16);

// A function of the template language, or a method (whose first argument is then its receiver).
using Native = Value (*)(Call& call);
struct Function {
  std::string_view name;
  // One letter per parameter, `*` after the last one makes it variadic (one or more letters before it are required):
  //   s string     i int          l int64        u uint32    f float64    b bool
  //   a interface{}               r any value at all, nothing included (reflect.Value in Go)
  //   m map[string]interface {}   M map[string]string
  //   L []interface {}            S []string     N []int
  //   T time.Time                 C sprig.certificate        V *semver.Version
  // A method's signature leaves its receiver out. Without a native, it is why templates cannot call the function.
  std::string_view signature;
  Native native;
};

// A Go type that has a name of its own to templates. Types are static; two values have one type if the addresses agree.
struct Type {
  std::string_view name;          // as %T prints it
  const Type* element = nullptr;  // of a list's or map's elements; null: interface {}
  const Function* methods = nullptr;
  std::size_t method_count = 0;
  // Pointers print with & and take nil; only for objects.
  bool is_pointer = false;

  const Function* method(std::string_view wanted) const noexcept;
};

extern const Type kAnyType;     // interface {}
extern const Type kStringType;  // string
extern const Type kIntType;     // int
extern const Type kBytesType;   // []uint8
extern const Type kAnyList;     // []interface {}
extern const Type kStringList;  // []string
extern const Type kIntList;     // []int
extern const Type kAnyLists;    // [][]interface {}
extern const Type kAnyMap;      // map[string]interface {}
extern const Type kStringMap;   // map[string]string

struct List {
  using InHeap = void;
  explicit List(Heap& heap, const Type& list_type = kAnyList) : type(&list_type), items(&heap) {}
  const Type* type;
  std::pmr::vector<Value> items;
  bool is_nil = false;  // Go's nil slice: `null` in JSON

  // An item as the evaluator reads it: boxed if it comes out of an interface {}.
  Value at(std::size_t index) const { return items[index].boxed(type->element == nullptr); }
};

struct Map {
  using InHeap = void;
  // In bytewise order, as ranging and printing want them; the keys live in the heap.
  struct Entries : std::pmr::map<std::string_view, Value> {
    using InHeap = void;
    using std::pmr::map<std::string_view, Value>::map;
  };
  explicit Map(Heap& heap, const Type& map_type = kAnyMap) : type(&map_type), entries(*heap.make<Entries>(&heap)) {}
  // The same entries under another type, as Go's conversion of a map has it: a change in one is seen in the other.
  Map(const Map& other, const Type& map_type) : type(&map_type), entries(other.entries), is_nil(other.is_nil) {}
  Map(const Map&) = delete;
  Map& operator=(const Map&) = delete;

  const Type* type;
  Entries& entries;
  bool is_nil = false;

  // Null when there is none.
  const Value* find(std::string_view key) const noexcept;
  // An entry as the evaluator reads it: boxed as a list's item is; for a missing key the zero of the elements' type.
  Value at(std::string_view key, Heap& heap) const;
  // The key is copied when it is new.
  void set(Heap& heap, std::string_view key, Value value);
};

// A struct, or a named type that is more than a list or map: a chart's metadata, a time, a version.
class Object {
 public:
  struct Field {
    std::string_view name;  // in Go, as templates name it
    Value value;
    std::string_view json_name = {};  // empty: as `name`; "-": not in JSON; "^": its fields are the object's own there
    bool omit_empty = false;
  };

  virtual ~Object() = default;
  virtual const Type& type() const noexcept = 0;
  // In declaration order; empty for opaque types.
  virtual std::vector<Field> fields() const { return {}; }
  // Nothing when there is no such field.
  virtual std::optional<Value> field(std::string_view name) const;
  // What Go's String() returns, if the type has it: what %v and %s print, and `toString`.
  virtual std::optional<std::string> text() const { return std::nullopt; }
  // The same for an action that prints the object itself: Go finds String() on a pointer receiver only there.
  virtual std::optional<std::string> printed() const { return text(); }
  // What the type's MarshalJSON makes of it, as JSON text, if it has one.
  virtual std::optional<std::string> json() const { return std::nullopt; }
  // Of named numbers (a month, a duration): the number, for comparing and %d.
  virtual std::optional<Value> number() const { return std::nullopt; }
  virtual bool equals(const Object& other) const { return this == &other; }
};

// As %T prints it; "<nil>" for nothing.
std::string_view type_name(Value value);
// As reflect.Kind prints it: invalid, bool, int, ..., slice, map, struct, ptr.
std::string_view kind_name(Value value);
// Go templates' truth: false for nothing, false, 0, "" and empty lists and maps.
bool is_true(Value value);
// reflect.DeepEqual: kinds and types count.
bool deep_equal(Value a, Value b);
// Lists and maps anew; texts, keys and objects are shared, so their heap must outlive the copy. Throws
// std::runtime_error for what is nested deeper than kMaxDepth (a cycle).
Value deep_copy(Value value, Heap& heap);
inline constexpr int kMaxDepth = 10'000;

// Makers for what functions return most.
Value make_string(Heap& heap, std::string_view text);
Value make_list(Heap& heap, std::vector<Value> items, const Type& type = kAnyList);
Value make_string_list(Heap& heap, const std::vector<std::string>& items);
Map& make_map(Heap& heap, const Type& type = kAnyMap);

}  // namespace kyma::gotemplate
