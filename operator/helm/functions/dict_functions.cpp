// Dictionaries: made, read, changed in place, merged.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "operator/helm/functions/conversion.hpp"
#include "operator/helm/functions/functions.hpp"
#include "operator/helm/functions/merge.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Call;
using gotemplate::List;
using gotemplate::Map;

Value dict(Call& call) {
  Map& result = gotemplate::make_map(call.heap);
  for (std::size_t i = 0; i < call.size(); i += 2) {
    const Value value = i + 1 < call.size() ? call[i + 1] : Value::string("");
    if (call[i].is_string()) {
      result.set(call.heap, call.text(i), value);
    } else {
      result.set(call.heap, to_string(call[i]), value);
    }
  }
  return Value::map(&result);
}

// What comes back of a map that was passed in: Go's conversion to the parameter's type has taken its own type's name
// off.
Value as_plain(Call& call, Value map) {
  if (map.as_map().type == &gotemplate::kAnyMap) return map;
  return Value::map(call.heap.make<Map>(map.as_map(), gotemplate::kAnyMap));
}

Value get(Call& call) {
  const Value* found = call[0].as_map().find(call.text(1));
  return found ? *found : Value::string("");
}

Value set(Call& call) {
  Map& map = call[0].as_map();
  if (map.is_nil) Call::fail("assignment to entry in nil map");
  map.set(call.heap, call.text(1), call[2]);
  return as_plain(call, call[0]);
}

Value unset(Call& call) {
  auto& entries = call[0].as_map().entries;
  if (const auto found = entries.find(call.text(1)); found != entries.end()) entries.erase(found);
  return as_plain(call, call[0]);
}

Value has_key(Call& call) { return Value::boolean(call[0].as_map().find(call.text(1)) != nullptr); }

Value pluck(Call& call) {
  List* result = call.heap.make<List>(call.heap);
  for (const Value dictionary : call.args.subspan(1)) {
    if (const Value* found = dictionary.as_map().find(call.text(0))) result->items.push_back(*found);
  }
  return Value::list(result);
}

Value keys(Call& call) {
  List* result = call.heap.make<List>(call.heap, gotemplate::kStringList);
  for (const Value dictionary : call.args) {
    for (const auto& [key, value] : dictionary.as_map().entries) result->items.push_back(Value::string(key));
  }
  return Value::list(result);
}

Value values(Call& call) {
  List* result = call.heap.make<List>(call.heap);
  result->items.reserve(call[0].as_map().entries.size());
  for (const auto& [key, value] : call[0].as_map().entries) result->items.push_back(value);
  return Value::list(result);
}

Value pick(Call& call) {
  Map& result = gotemplate::make_map(call.heap);
  for (const Value key : call.args.subspan(1)) {
    if (const Value* found = call[0].as_map().find(key.as_text())) result.set(call.heap, key.as_text(), *found);
  }
  return Value::map(&result);
}

Value omit(Call& call) {
  const auto omitted = call.args.subspan(1);
  Map& result = gotemplate::make_map(call.heap);
  for (const auto& [key, value] : call[0].as_map().entries) {
    const auto matches = [name = key](Value wanted) { return wanted.as_text() == name; };
    if (std::none_of(omitted.begin(), omitted.end(), matches)) {
      result.entries.emplace_hint(result.entries.end(), key, value);
    }
  }
  return Value::map(&result);
}

[[noreturn]] void fail_conversion(Value value, std::string_view wanted) {
  const std::string_view found = value.is_nothing() ? "nil" : gotemplate::type_name(value);
  Call::fail(fmt::format("interface conversion: interface {{}} is {}, not {}", found, wanted));
}

// Only a plain map will do: Sprig asserts the type.
const Map& plain_map(Value value) {
  if (!value.is_map() || gotemplate::type_name(value) != gotemplate::kAnyMap.name) {
    fail_conversion(value, gotemplate::kAnyMap.name);
  }
  return value.as_map();
}

// dig KEY... DEFAULT DICT
Value dig(Call& call) {
  if (call.size() < 3) Call::fail("dig needs at least three arguments");
  const Map* map = &plain_map(call[call.size() - 1]);
  const Value fallback = call[call.size() - 2];
  const auto path = call.args.first(call.size() - 2);
  for (const Value key : path) {
    if (!key.is_string()) fail_conversion(key, "string");
  }
  for (std::size_t i = 0; i < path.size(); ++i) {
    const Value* found = map->find(path[i].as_text());
    if (!found) return fallback;
    if (i + 1 == path.size()) return *found;
    map = &plain_map(*found);
  }
  return fallback;
}

Value merge_all(Call& call, bool overwrite, bool must) {
  try {
    for (const Value source : call.args.subspan(1)) {
      merge_into(call[0].as_map(), source.as_map(), overwrite, call);
    }
  } catch (const MergeError& error) {
    if (must) Call::fail(error.what());
    return Value::string("");
  }
  return as_plain(call, call[0]);
}

Value merge(Call& call) { return merge_all(call, false, false); }
Value must_merge(Call& call) { return merge_all(call, false, true); }
Value merge_overwrite(Call& call) { return merge_all(call, true, false); }
Value must_merge_overwrite(Call& call) { return merge_all(call, true, true); }

Value deep_copy(Call& call) {
  if (call[0].is_nothing()) Call::fail("reflect: call of reflect.Value.Type on zero Value");
  return gotemplate::deep_copy(call[0], call.heap);
}

constexpr std::array kFunctions{
    Function{"dict", "a*", dict},
    Function{"get", "ms", get},
    Function{"set", "msa", set},
    Function{"unset", "ms", unset},
    Function{"hasKey", "ms", has_key},
    Function{"pluck", "sm*", pluck},
    Function{"keys", "m*", keys},
    Function{"values", "m", values},
    Function{"pick", "ms*", pick},
    Function{"omit", "ms*", omit},
    Function{"dig", "a*", dig},
    Function{"merge", "mm*", merge},
    Function{"mustMerge", "mm*", must_merge},
    Function{"mergeOverwrite", "mm*", merge_overwrite},
    Function{"mustMergeOverwrite", "mm*", must_merge_overwrite},
    Function{"deepCopy", "a", deep_copy},
    Function{"mustDeepCopy", "a", deep_copy},
};

}  // namespace

std::span<const Function> dict_functions() { return kFunctions; }

}  // namespace kyma::helm
