// Renders one template text with a handful of functions, as the real helm has them, and data like a chart's.
//
// The functions are here for their parameter and result types, not for what they compute: include, fail, upper, trunc,
// ternary, until, get, set, dict, list, first, default, int, int64, add, split, splitList, chunk, typeOf, kindOf.
#pragma once

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "operator/helm/gotemplate/execute.hpp"
#include "operator/helm/gotemplate/format.hpp"
#include "operator/helm/gotemplate/parser.hpp"

namespace kyma::gotemplate::test {

inline constexpr std::string_view kValues = R"json({
  "s":"text",
  "e":"",
  "n":3,
  "f":1.5,
  "big":1000000,
  "t":true,
  "fa":false,
  "nul":null,
  "l":["a","b","c"],
  "ln":[1,2.5,null,"x"],
  "el":[],
  "m":{"a":1,"b":{"c":"deep","d":{"e":"deeper"}},"z":"last","A":"upper"},
  "em":{},
  "lm":[{"name":"one","v":1},{"name":"two","v":2},{"v":3}],
  "ll":[[1,2],[3],[]],
  "html":"<a href='x'>&\"q\"</a>",
  "u":"é😀\u00a0\u200b",
  "k-d":"dash",
  "nested":{"l":[{"x":{"y":[10,20]}}]},
  "neg":-7,
  "num":"42"})json";

inline const Type kValuesType{.name = "chartutil.Values"};

inline Value from_json(const rapidjson::Value& json, Heap& heap, const Type& map_type = kAnyMap) {
  if (json.IsNull()) return Value::nil();
  if (json.IsBool()) return Value::boolean(json.GetBool());
  if (json.IsNumber()) return Value::float64(json.GetDouble());
  if (json.IsString()) return make_string(heap, {json.GetString(), json.GetStringLength()});
  if (json.IsArray()) {
    std::vector<Value> items;
    for (const auto& item : json.GetArray()) items.push_back(from_json(item, heap));
    return make_list(heap, std::move(items));
  }
  Map& map = make_map(heap, map_type);
  for (const auto& member : json.GetObject()) {
    map.set(heap, {member.name.GetString(), member.name.GetStringLength()}, from_json(member.value, heap));
  }
  return Value::map(&map);
}

inline Value chart_data(std::string_view values_json, Heap& heap) {
  rapidjson::Document document;
  document.Parse(values_json.data(), values_json.size());
  Map& top = make_map(heap, kValuesType);
  top.set(heap, "Values", from_json(document, heap, kValuesType));
  Map& release = make_map(heap);
  release.set(heap, "Name", Value::string("r"));
  release.set(heap, "Namespace", Value::string("default"));
  release.set(heap, "Service", Value::string("Helm"));
  release.set(heap, "IsInstall", Value::boolean(true));
  release.set(heap, "IsUpgrade", Value::boolean(false));
  release.set(heap, "Revision", Value::integer(1));
  top.set(heap, "Release", Value::map(&release));
  return Value::map(&top);
}

struct TestEnvironment : Environment {
  const TemplateSet* set = nullptr;
};

namespace natives {

inline Value include(Call& call) {
  std::string out;
  execute(*static_cast<TestEnvironment&>(call.environment).set, call.text(0), call[1], call.run, out);
  return call.make(out);
}
inline Value fail(Call& call) { call.fail(std::string(call.text(0))); }
inline Value upper(Call& call) {
  std::string text(call.text(0));
  for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return call.make(text);
}
inline Value trunc(Call& call) {
  const auto count = static_cast<std::uint64_t>(call.integer(0));
  return Value::string(call.text(1).substr(0, count));
}
inline Value ternary(Call& call) { return call[2].as_bool() ? call[0] : call[1]; }
inline Value until(Call& call) {
  std::vector<Value> items;
  for (std::int64_t i = 0; i < call.integer(0); ++i) items.push_back(Value::integer(i));
  return make_list(call.heap, items, kIntList);
}
inline Value get(Call& call) {
  const Value* found = call[0].as_map().find(call.text(1));
  return found ? *found : Value::string("");
}
inline Value set(Call& call) {
  if (call[0].as_map().is_nil) call.fail("assignment to entry in nil map");
  call[0].as_map().set(call.heap, call.text(1), call[2]);
  return call[0];
}
inline Value dict(Call& call) {
  Map& map = make_map(call.heap);
  for (std::size_t i = 0; i < call.size(); i += 2) {
    map.set(call.heap, to_text(call[i]), i + 1 < call.size() ? call[i + 1] : Value::string(""));
  }
  return Value::map(&map);
}
inline Value list(Call& call) { return make_list(call.heap, {call.args.begin(), call.args.end()}); }
inline void refuse_nothing(Value value) {
  if (value.is_nothing()) Call::fail("runtime error: invalid memory address or nil pointer dereference");
}
inline Value first(Call& call) {
  refuse_nothing(call[0]);
  if (!call[0].is_list()) call.fail(fmt::format("Cannot find first on type {}", kind_name(call[0])));
  const List& items = call[0].as_list();
  return items.items.empty() ? Value::nil() : items.items[0];
}
inline Value default_(Call& call) { return call.size() > 1 && is_true(call[1]) ? call[1] : call[0]; }
inline std::int64_t number_of(Value value) {
  if (value.is(Kind::float64)) return static_cast<std::int64_t>(value.as_float());
  return value.is(Kind::integer) || value.is(Kind::int64) || value.is(Kind::boolean) ? value.as_int() : 0;
}
inline Value int_(Call& call) { return Value::integer(number_of(call[0])); }
inline Value int64(Call& call) { return Value::int64(number_of(call[0])); }
inline Value add(Call& call) {
  std::int64_t sum = 0;
  for (const Value value : call.args) sum += number_of(value);
  return Value::int64(sum);
}
inline std::vector<std::string> pieces(Call& call) {
  std::vector<std::string> result;
  if (call.text(0).empty()) call.fail("the tests split at something");
  std::string_view rest = call.text(1);
  for (;;) {
    const std::size_t end = rest.find(call.text(0));
    result.emplace_back(rest.substr(0, end));
    if (end == std::string_view::npos) return result;
    rest.remove_prefix(end + call.text(0).size());
  }
}
inline Value split_list(Call& call) { return make_string_list(call.heap, pieces(call)); }
inline Value split(Call& call) {
  Map& map = make_map(call.heap, kStringMap);
  std::size_t index = 0;
  for (const std::string& piece : pieces(call)) {
    map.set(call.heap, fmt::format("_{}", index++), make_string(call.heap, piece));
  }
  return Value::map(&map);
}
inline Value chunk(Call& call) {
  refuse_nothing(call[1]);
  if (!call[1].is_list()) call.fail(fmt::format("Cannot chunk type {}", kind_name(call[1])));
  const List& items = call[1].as_list();
  List* chunks = call.heap.make<List>(call.heap, kAnyLists);
  const auto size = static_cast<std::size_t>(call.integer(0));
  for (std::size_t i = 0; i < items.items.size(); i += size) {
    List* part = call.heap.make<List>(call.heap);
    for (std::size_t j = i; j < std::min(i + size, items.items.size()); ++j) part->items.push_back(items.items[j]);
    chunks->items.push_back(Value::list(part));
  }
  return Value::list(chunks);
}
inline Value type_of(Call& call) { return call.make(type_name(call[0])); }
inline Value kind_of(Call& call) { return call.make(kind_name(call[0])); }

}  // namespace natives

inline constexpr Function kTestFunctions[] = {
    {"include", "sa", &natives::include},  {"fail", "s", &natives::fail},
    {"upper", "s", &natives::upper},       {"trunc", "is", &natives::trunc},
    {"ternary", "aab", &natives::ternary}, {"until", "i", &natives::until},
    {"get", "ms", &natives::get},          {"set", "msa", &natives::set},
    {"dict", "a*", &natives::dict},        {"list", "a*", &natives::list},
    {"first", "a", &natives::first},       {"default", "aa*", &natives::default_},
    {"int", "a", &natives::int_},          {"int64", "a", &natives::int64},
    {"add", "a*", &natives::add},          {"split", "ss", &natives::split},
    {"chunk", "ia", &natives::chunk},      {"splitList", "ss", &natives::split_list},
    {"typeOf", "a", &natives::type_of},    {"kindOf", "a", &natives::kind_of},
};

inline const FunctionMap& functions() {
  static const FunctionMap map{builtin_functions(), kTestFunctions};
  return map;
}

struct Rendering {
  std::string text;
  std::string error;  // empty: none
};

// The body of the template "t" in x/templates/_t.tpl; what follows "@@@" in `text` are definitions beside it.
inline TemplateSet templates_of(std::string_view text) {
  const std::size_t more = text.find("@@@");
  std::string file = fmt::format("{{{{define \"t\"}}}}{}{{{{end}}}}", text.substr(0, more));
  if (more != std::string_view::npos) file += text.substr(more + 3);
  TemplateSet set;
  set.add(parse("x/templates/_t.tpl", std::move(file), functions()));
  return set;
}

inline Rendering render(std::string_view text, std::string_view values_json = kValues, Limits limits = {},
                        std::size_t heap_limit = Heap::kDefaultLimit) {
  Rendering result;
  try {
    const TemplateSet set = templates_of(text);
    Heap heap(heap_limit);
    TestEnvironment environment;
    environment.set = &set;
    Run run(heap, environment, limits);
    execute(set, "t", chart_data(values_json, heap), run, result.text);
  } catch (const std::exception& error) {
    result.error = error.what();
  }
  return result;
}

}  // namespace kyma::gotemplate::test
