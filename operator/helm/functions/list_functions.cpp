// Lists: made, taken apart, searched. Every list type is taken; results are []interface {} unless said otherwise.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <unordered_set>

#include "operator/helm/functions/conversion.hpp"
#include "operator/helm/functions/functions.hpp"
#include "operator/helm/functions/work.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Call;
using gotemplate::Kind;
using gotemplate::List;
using gotemplate::Type;

constexpr const char* kNilPointer = "runtime error: invalid memory address or nil pointer dereference";

List* new_list(Call& call, const Type& type = gotemplate::kAnyList) { return call.heap.make<List>(call.heap, type); }

Value nil_list(Call& call) {
  List* list = new_list(call);
  list->is_nil = true;
  return Value::list(list);
}

// The elements of a list or of bytes.
class Elements {
 public:
  // Fails with "COMPLAINT KIND" for what is no list.
  Elements(Value value, std::string_view complaint) {
    if (value.is_list()) {
      items_ = value.as_list().items;
    } else if (value.is(Kind::bytes)) {
      bytes_.reserve(value.as_text().size());
      for (const char byte : value.as_text()) bytes_.push_back(Value::uint8(static_cast<std::uint8_t>(byte)));
      items_ = bytes_;
    } else if (value.is_nothing()) {
      Call::fail(kNilPointer);
    } else {
      Call::fail(fmt::format("{} {}", complaint, gotemplate::kind_name(value)));
    }
  }
  Elements(const Elements&) = delete;
  Elements& operator=(const Elements&) = delete;

  std::size_t size() const noexcept { return items_.size(); }
  bool empty() const noexcept { return items_.empty(); }
  auto begin() const noexcept { return items_.begin(); }
  auto end() const noexcept { return items_.end(); }
  Value front() const { return items_.front(); }
  Value back() const { return items_.back(); }
  std::span<const Value> part(std::size_t from, std::size_t to) const { return items_.subspan(from, to - from); }

 private:
  std::vector<Value> bytes_;
  std::span<const Value> items_;
};

Value list_of(Call& call, std::span<const Value> items, const Type& type = gotemplate::kAnyList) {
  List* list = new_list(call, type);
  list->items.assign(items.begin(), items.end());
  return Value::list(list);
}

Value list(Call& call) { return list_of(call, call.args); }

Value append(Call& call) {
  const Elements items(call[0], "Cannot push on type");
  List* result = new_list(call);
  result->items.reserve(items.size() + 1);
  result->items.assign(items.begin(), items.end());
  result->items.push_back(call[1]);
  return Value::list(result);
}

Value prepend(Call& call) {
  const Elements items(call[0], "Cannot prepend on type");
  List* result = new_list(call);
  result->items.reserve(items.size() + 1);
  result->items.push_back(call[1]);
  result->items.insert(result->items.end(), items.begin(), items.end());
  return Value::list(result);
}

Value first(Call& call) {
  const Elements items(call[0], "Cannot find first on type");
  return items.empty() ? Value::nil() : items.front();
}

Value last(Call& call) {
  const Elements items(call[0], "Cannot find last on type");
  return items.empty() ? Value::nil() : items.back();
}

Value rest(Call& call) {
  const Elements items(call[0], "Cannot find rest on type");
  return items.empty() ? nil_list(call) : list_of(call, items.part(1, items.size()));
}

Value initial(Call& call) {
  const Elements items(call[0], "Cannot find initial on type");
  return items.empty() ? nil_list(call) : list_of(call, items.part(0, items.size() - 1));
}

Value reverse(Call& call) {
  const Elements items(call[0], "Cannot find reverse on type");
  List* result = new_list(call);
  result->items.assign(items.begin(), items.end());
  std::reverse(result->items.begin(), result->items.end());
  return Value::list(result);
}

Value compact(Call& call) {
  const Elements items(call[0], "Cannot compact on type");
  List* result = new_list(call);
  std::copy_if(items.begin(), items.end(), std::back_inserter(result->items), [](Value v) { return !is_empty(v); });
  return Value::list(result);
}

// Which values have been seen, by deep equality with types. Scalars are hashed, since a template may bring many.
class Seen {
 public:
  explicit Seen(Call& call) : call_(call) {}

  // Whether it was new.
  bool insert(Value value) {
    if (is_scalar(value)) return scalars_.insert(value).second;
    if (contains(value)) return false;
    others_.push_back(value);
    return true;
  }
  bool contains(Value value) const {
    if (is_scalar(value)) return scalars_.contains(value);
    spend(call_, others_.size());
    return std::any_of(others_.begin(), others_.end(), [&](Value v) { return gotemplate::deep_equal(value, v); });
  }

 private:
  struct Hash {
    std::size_t operator()(Value value) const {
      if (value.is_nothing()) return 0;
      if (value.is_string()) return std::hash<std::string_view>()(value.as_text());
      if (value.is(Kind::float64)) return std::hash<double>()(value.as_float());
      return std::hash<std::int64_t>()(value.as_int());
    }
  };
  struct Equal {
    bool operator()(Value a, Value b) const { return gotemplate::deep_equal(a, b); }
  };

  static bool is_scalar(Value value) {
    return !value.is_list() && !value.is_map() && !value.is(Kind::bytes) && !value.is(Kind::object);
  }

  Call& call_;
  std::unordered_set<Value, Hash, Equal> scalars_;
  std::vector<Value> others_;
};

Value uniq(Call& call) {
  const Elements items(call[0], "Cannot find uniq on type");
  List* result = new_list(call);
  Seen seen(call);
  std::copy_if(items.begin(), items.end(), std::back_inserter(result->items), [&](Value v) { return seen.insert(v); });
  return Value::list(result);
}

Value without(Call& call) {
  const Elements items(call[0], "Cannot find without on type");
  Seen omitted(call);
  for (const Value value : call.args.subspan(1)) omitted.insert(value);
  List* result = new_list(call);
  std::copy_if(items.begin(), items.end(), std::back_inserter(result->items),
               [&](Value v) { return !omitted.contains(v); });
  return Value::list(result);
}

Value has(Call& call) {
  if (call[1].is_nothing()) return Value::boolean(false);
  const Elements items(call[1], "Cannot find has on type");
  spend(call, items.size());
  return Value::boolean(
      std::any_of(items.begin(), items.end(), [&](Value v) { return gotemplate::deep_equal(call[0], v); }));
}

// The only one that keeps the list's type.
Value slice(Call& call) {
  const Elements items(call[0], "list should be type of slice or array but");
  if (items.empty()) return Value::nil();
  const auto size = static_cast<std::int64_t>(items.size());
  const std::int64_t from = call.size() > 1 ? to_int(call[1]) : 0;
  const std::int64_t to = call.size() > 2 ? to_int(call[2]) : size;
  if (from < 0 || to < from || to > size) Call::fail("reflect.Value.Slice: slice index out of bounds");
  const auto begin = static_cast<std::size_t>(from);
  const auto end = static_cast<std::size_t>(to);
  if (call[0].is(Kind::bytes)) return Value::bytes(call.text(0).substr(begin, end - begin));
  return list_of(call, items.part(begin, end), *call[0].as_list().type);
}

Value concat(Call& call) {
  List* result = new_list(call);
  for (const Value value : call.args) {
    if (!value.is_list() && !value.is(Kind::bytes) && !value.is_nothing()) {
      Call::fail(fmt::format("Cannot concat type {} as list", gotemplate::kind_name(value)));
    }
    const Elements items(value, "");
    result->items.insert(result->items.end(), items.begin(), items.end());
  }
  result->is_nil = result->items.empty();
  return Value::list(result);
}

// The number of chunks comes out of floating point in Sprig, which shows with sizes below 1.
Value chunk(Call& call) {
  const Elements items(call[1], "Cannot chunk type");
  const std::int64_t size = call.integer(0);
  const double chunks = std::floor((static_cast<double>(items.size()) - 1) / static_cast<double>(size)) + 1;
  List* result = new_list(call, gotemplate::kAnyLists);
  if (chunks == 0) return Value::list(result);
  if (!(chunks > 0) || size <= 0 || std::isinf(chunks)) Call::fail("runtime error: makeslice: len out of range");
  const auto step = static_cast<std::size_t>(size);
  for (std::size_t from = 0; from < items.size(); from += std::min(step, items.size() - from)) {
    result->items.push_back(list_of(call, items.part(from, from + std::min(step, items.size() - from))));
  }
  return Value::list(result);
}

// Sorts a []string in place, as Sprig does, so that whoever holds it sees it sorted.
Value sort_alpha(Call& call) {
  if (call[0].is_list() && call[0].as_list().type == &gotemplate::kStringList) {
    auto& items = call[0].as_list().items;
    std::sort(items.begin(), items.end(), [](Value a, Value b) { return a.as_text() < b.as_text(); });
    return call[0];
  }
  if (!call[0].is_list() && !call[0].is(Kind::bytes)) return make_string_list(call.heap, {to_string(call[0])});
  std::vector<std::string> texts = to_strings(call[0]);
  std::sort(texts.begin(), texts.end());
  return make_string_list(call.heap, texts);
}

constexpr std::array kFunctions{
    Function{"list", "a*", list},        Function{"tuple", "a*", list},
    Function{"append", "aa", append},    Function{"mustAppend", "aa", append},
    Function{"push", "aa", append},      Function{"mustPush", "aa", append},
    Function{"prepend", "aa", prepend},  Function{"mustPrepend", "aa", prepend},
    Function{"first", "a", first},       Function{"mustFirst", "a", first},
    Function{"last", "a", last},         Function{"mustLast", "a", last},
    Function{"rest", "a", rest},         Function{"mustRest", "a", rest},
    Function{"initial", "a", initial},   Function{"mustInitial", "a", initial},
    Function{"reverse", "a", reverse},   Function{"mustReverse", "a", reverse},
    Function{"compact", "a", compact},   Function{"mustCompact", "a", compact},
    Function{"uniq", "a", uniq},         Function{"mustUniq", "a", uniq},
    Function{"without", "aa*", without}, Function{"mustWithout", "aa*", without},
    Function{"has", "aa", has},          Function{"mustHas", "aa", has},
    Function{"slice", "aa*", slice},     Function{"mustSlice", "aa*", slice},
    Function{"concat", "a*", concat},    Function{"chunk", "ia", chunk},
    Function{"mustChunk", "ia", chunk},  Function{"sortAlpha", "a", sort_alpha},
};

}  // namespace

std::span<const Function> list_functions() { return kFunctions; }

}  // namespace kyma::helm
