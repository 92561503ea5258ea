#include "operator/helm/chart/tables.hpp"

#include <fmt/format.h>

#include "operator/helm/chart/failure.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::helm {
namespace {

using gotemplate::make_map;
using gotemplate::Map;
using gotemplate::to_text;

constexpr std::string_view kGlobal = "global";

Map& shallow_copy(const Map& from, Heap& heap) {
  Map& copy = make_map(heap);
  copy.entries = from.entries;
  return copy;
}

}  // namespace

std::string join_path(std::string_view path, std::string_view key) {
  return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

void TableMerger::fill(Value into, Value from, const std::string& path, Mode mode, int depth) {
  if (depth > gotemplate::kMaxDepth) throw ChartFailure("values are nested too deeply, or contain themselves");
  Map& target = into.as_map();
  const auto& entries = from.as_map().entries;
  if (&target.entries == &entries) return;
  if (!mode.shared) {
    for (const auto& [key, value] : entries) fill_entry(target, key, value, path, mode, depth);
    return;
  }
  const std::vector<std::pair<std::string_view, Value>> present(entries.begin(), entries.end());
  for (const auto& [key, value] : present) fill_entry(target, key, value, path, mode, depth);
}

void TableMerger::fill_entry(Map& into, std::string_view key, Value value, const std::string& path, Mode mode,
                             int depth) {
  const auto found = into.entries.lower_bound(key);
  if (found == into.entries.end() || found->first != key) {
    into.entries.emplace_hint(found, key, value);
    return;
  }
  const Value present = found->second;
  if (present.is_nothing() && !mode.keep_nulls) {
    into.entries.erase(found);
  } else if (is_table(value)) {
    if (is_table(present)) {
      fill(present, value, join_path(path, key), mode, depth + 1);
    } else {
      warn(fmt::format("warning: cannot overwrite table with non table for {} ({})", join_path(path, key),
                       to_text(value)));
    }
  } else if (is_table(present) && !value.is_nothing()) {
    warn(fmt::format("warning: destination for {} is a table. Ignoring non-table value ({})", join_path(path, key),
                     to_text(value)));
  }
}

void TableMerger::copy_globals(Value child, Value parent, const std::string& path) {
  const Value* child_entry = child.as_map().find(kGlobal);
  const Value* parent_entry = parent.as_map().find(kGlobal);
  if (child_entry != nullptr && !is_table(*child_entry)) {
    return warn("warning: skipping globals because destination global is not a table.");
  }
  if (parent_entry != nullptr && !is_table(*parent_entry)) {
    return warn("warning: skipping globals because source global is not a table.");
  }
  const Value globals = child_entry == nullptr ? Value::map(&make_map(heap_)) : *child_entry;
  child.as_map().set(heap_, kGlobal, globals);
  if (parent_entry == nullptr) return;
  Map& target = globals.as_map();
  for (const auto& [key, value] : parent_entry->as_map().entries) {
    const Value* present = target.find(key);
    if (!is_table(value)) {
      if (present != nullptr && is_table(*present)) {
        warn(fmt::format("key {} is table. Skipping", key));
      } else {
        target.set(heap_, key, value);
      }
      continue;
    }
    if (present != nullptr && !is_table(*present)) {
      warn(fmt::format("Conflict: cannot merge map onto non-map for {}. Skipping.", gotemplate::quote(key)));
      continue;
    }
    const Value copy = Value::map(&shallow_copy(value.as_map(), heap_));
    if (present != nullptr) fill(copy, *present, join_path(path, key), true);
    target.set(heap_, key, copy);
  }
}

TableLookup find_table(Value root, std::string_view path) {
  Value table = root;
  while (true) {
    const std::size_t dot = path.find('.');
    const std::string_view key = path.substr(0, dot);
    const Value* entry = table.as_map().find(key);
    if (entry == nullptr || !is_table(*entry)) return {Value(), std::string(key)};
    table = *entry;
    if (dot == std::string_view::npos) return {table, {}};
    path.remove_prefix(dot + 1);
  }
}

Value find_value(Value root, std::string_view path) {
  const std::size_t dot = path.rfind('.');
  const Value table = dot == std::string_view::npos ? root : find_table(root, path.substr(0, dot)).table;
  if (!table.is_valid()) return {};
  const Value* entry = table.as_map().find(path.substr(dot == std::string_view::npos ? 0 : dot + 1));
  return entry == nullptr || is_table(*entry) ? Value() : *entry;
}

}  // namespace kyma::helm
