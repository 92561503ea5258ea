// Coalescing: user values over the defaults of a chart and its subcharts (chartutil.CoalesceValues and MergeValues).
//
// For any tree of nodes that have `name`, `defaults` and `children`, the latter as values or pointers: the charts of a
// release are pointers while their dependencies are being worked out, and a plain tree after that.
#pragma once

#include <fmt/format.h>

#include <span>
#include <string>

#include "operator/helm/chart/failure.hpp"
#include "operator/helm/chart/tables.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::helm {

template <class Node>
class Coalescer {
 public:
  // `keep_nulls`: MergeValues, where a null deletes nothing.
  Coalescer(TableMerger& merger, bool keep_nulls) : merger_(merger), keep_nulls_(keep_nulls) {}

  // `values` is a table or nothing, and stays as it is.
  Value run(const Node& chart, Value values) {
    const Value copy =
        is_table(values) ? deep_copy(values, merger_.heap()) : Value::map(&gotemplate::make_map(merger_.heap()));
    coalesce(chart, copy, "");
    return copy;
  }

 private:
  static const Node& node(const Node& child) { return child; }
  static const Node& node(const Node* child) { return *child; }

  void coalesce(const Node& chart, Value values, const std::string& path) {
    const std::string chart_path = join_path(path, chart.name);
    add_defaults(chart, values, chart_path);
    for (const auto& entry : chart.children) {
      const Node& child = node(entry);
      const Value table = child_table(child, values);
      merger_.copy_globals(table, values, chart_path);
      coalesce(child, table, chart_path);
    }
  }

  Value child_table(const Node& child, Value values) {
    const Value* found = values.as_map().find(child.name);
    if (found == nullptr) {
      const Value table = Value::map(&gotemplate::make_map(merger_.heap()));
      values.as_map().set(merger_.heap(), child.name, table);
      return table;
    }
    if (is_table(*found)) return *found;
    // Helm's own slip: %t is for truth values.
    throw ChartFailure(fmt::format("type mismatch on {}: {}", child.name,
                                   gotemplate::sprintf("%t", std::span<const Value>(found, 1))));
  }

  void add_defaults(const Node& chart, Value values, const std::string& path) {
    if (!is_table(chart.defaults)) return;
    const Value defaults = deep_copy(chart.defaults, merger_.heap());
    auto& entries = values.as_map().entries;
    for (const auto& [key, value] : defaults.as_map().entries) {
      const auto found = entries.lower_bound(key);
      if (found == entries.end() || found->first != key) {
        entries.emplace_hint(found, key, value);
      } else if (found->second.is_nothing() && !keep_nulls_) {
        entries.erase(found);
      } else if (!is_table(found->second)) {
        continue;
      } else if (is_table(value)) {
        merger_.fill(found->second, value, join_path(path, key), keep_nulls_ || is_child(chart, key));
      } else if (!value.is_nothing()) {
        merger_.warn(fmt::format("warning: skipped value for {}: Not a table.", join_path(path, key)));
      }
    }
  }

  static bool is_child(const Node& chart, std::string_view key) {
    for (const auto& entry : chart.children) {
      if (node(entry).name == key) return true;
    }
    return false;
  }

  TableMerger& merger_;
  bool keep_nulls_;
};

}  // namespace kyma::helm
