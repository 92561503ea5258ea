#include "operator/helm/formats/go_syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "operator/helm/formats/go_number.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::helm {

using gotemplate::Kind;
using gotemplate::Value;

namespace {

constexpr int kMaxDepth = 1000;  // what is nested deeper is not worth showing

// Go sorts the keys of a map that it prints by type, and then by value.
std::pair<int, double> sort_key(std::string_view key) {
  enum { kNil, kString, kUnsigned, kInteger, kFloat, kBoolean };
  if (key.starts_with('i')) return {kNil, 0};
  if (key.starts_with('"')) return {kString, 0};
  if (key.starts_with("0x")) return {kUnsigned, 0};
  if (key.starts_with('t') || key.starts_with('f')) return {kBoolean, 0};
  const bool whole = key.find_first_not_of("-0123456789") == std::string_view::npos;
  return {whole ? kInteger : kFloat, parse_decimal(key).value_or(0)};
}

std::vector<std::pair<std::string_view, Value>> in_go_order(const gotemplate::Map& map) {
  std::vector<std::pair<std::string_view, Value>> entries(map.entries.begin(), map.entries.end());
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& a, const auto& b) { return sort_key(a.first) < sort_key(b.first); });
  return entries;
}

std::string syntax(Value value, int depth) {
  if (depth > kMaxDepth) return "...";
  switch (value.kind()) {
    case Kind::invalid:
    case Kind::nil: return "interface {}(nil)";
    case Kind::boolean: return value.as_bool() ? "true" : "false";
    case Kind::integer:
    case Kind::int64: return fmt::format("{}", value.as_int());
    case Kind::uint8:
    case Kind::uint64: return fmt::format("{:#x}", value.as_uint64());
    case Kind::float64: return general_text(value.as_float());
    case Kind::string: return gotemplate::quote(value.as_text());
    default: break;
  }
  std::string out;
  bool first = true;
  if (value.is_list()) {
    out = "[]interface {}{";
    for (const Value item : value.as_list().items) {
      if (!std::exchange(first, false)) out += ", ";
      out += syntax(item, depth + 1);
    }
  } else if (value.is_map()) {
    out = "map[interface {}]interface {}{";
    for (const auto& [key, item] : in_go_order(value.as_map())) {
      if (!std::exchange(first, false)) out += ", ";
      out += key;
      out += ':';
      out += syntax(item, depth + 1);
    }
  }
  return out += '}';
}

}  // namespace

std::string go_syntax(Value value) { return syntax(value, 0); }

std::string go_argument(Value value) { return value.is_nothing() ? "<nil>" : syntax(value, 0); }

}  // namespace kyma::helm
