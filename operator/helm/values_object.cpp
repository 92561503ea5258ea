// chartutil.Values: a map with methods, which therefore hide keys of the same names.

#include <fmt/format.h>

#include <iterator>
#include <string>

#include "operator/helm/chart_object.hpp"
#include "operator/helm/formats/yaml.hpp"
#include "operator/helm/gotemplate/format.hpp"
#include "operator/helm/gotemplate/function.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Call;
using gotemplate::Function;
using gotemplate::Map;
using gotemplate::Type;

// Null when one step is no table.
const Value* lookup_table(const Value* table, std::string_view path) {
  while (table) {
    const std::size_t dot = path.find('.');
    const Value* next = table->as_map().find(path.substr(0, dot));
    if (!next || !next->is_map()) return nullptr;
    if (dot == std::string_view::npos) return next;
    table = next;
    path.remove_prefix(dot + 1);
  }
  return nullptr;
}

// The step at which a path stops leading through tables: what the error names.
std::string_view missing_step(Value table, std::string_view path) {
  for (;;) {
    const std::size_t dot = path.find('.');
    const std::string_view step = path.substr(0, dot);
    const Value* next = table.as_map().find(step);
    if (!next || !next->is_map() || dot == std::string_view::npos) return step;
    table = *next;
    path.remove_prefix(dot + 1);
  }
}

Value table(Call& call) {
  const Value* found = lookup_table(&call.args[0], call.text(1));
  if (!found) Call::fail(fmt::format("{} is not a table", gotemplate::quote(missing_step(call[0], call.text(1)))));
  return as_values(*found, call.heap);
}

Value path_value(Call& call) {
  const std::string_view path = call.text(1);
  if (path.empty()) Call::fail("YAML path cannot be empty");
  const std::size_t dot = path.rfind('.');
  const std::string_view key = dot == std::string_view::npos ? path : path.substr(dot + 1);
  const Value* parent = &call.args[0];
  if (dot != std::string_view::npos) parent = lookup_table(parent, path.substr(0, dot));
  const Value* found = parent ? parent->as_map().find(key) : nullptr;
  if (!found || found->is_map()) Call::fail(fmt::format("{} is not a value", gotemplate::quote(key)));
  return *found;
}

Value yaml(Call& call) {
  try {
    return call.make(to_yaml(call[0], text_limit(call.heap)) + "\n");
  } catch (const FormatError& error) {
    Call::fail(error.what());
  }
}

Value as_map(Call& call) { return Value::map(call.heap.make<Map>(call[0].as_map(), gotemplate::kAnyMap)); }

const Function kValuesMethods[] = {
    {"AsMap", "", as_map}, {"PathValue", "s", path_value}, {"Table", "s", table}, {"YAML", "", yaml}};
const Type kValues{.name = "chartutil.Values", .methods = kValuesMethods, .method_count = std::size(kValuesMethods)};

}  // namespace

Value as_values(Value map, Heap& heap) { return Value::map(heap.make<Map>(map.as_map(), kValues)); }

}  // namespace kyma::helm
