#include "operator/helm/chart/dependencies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <set>

#include "operator/helm/chart/coalesce.hpp"
#include "operator/helm/chart/failure.hpp"
#include "operator/helm/chart/json_schema.hpp"
#include "operator/helm/chart/tables.hpp"
#include "operator/helm/chart/text.hpp"
#include "operator/helm/formats/semver.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::helm {
namespace {

using gotemplate::List;
using gotemplate::make_map;
using gotemplate::Map;

// A chart of the release while Helm's rules are at work on it. They work on shared objects, and it shows: a chart that
// is used under two aliases has its own subcharts and its dependency entries in common between the two.
struct LiveChart {
  ChartPtr chart;
  std::string name;
  LiveChart* parent = nullptr;
  bool declares_dependencies = false;
  std::vector<std::shared_ptr<Dependency>> dependencies;
  Value defaults;
  std::vector<LiveChart*> children;

  const std::string& version() const noexcept { return chart->metadata.version; }
  void set_children(std::vector<LiveChart*> charts) {
    children = std::move(charts);
    for (LiveChart* child : children) child->parent = this;
  }
};

class Dependencies {
 public:
  Dependencies(Heap& heap, Warnings& warnings) : heap_(heap), warnings_(warnings), merger_(heap, warnings) {}

  LiveChart& add(const ChartPtr& chart) {
    LiveChart& live = charts_.emplace_back();
    live.chart = chart;
    live.name = chart->metadata.name;
    live.declares_dependencies = chart->metadata.declares_dependencies;
    live.defaults = chart->values;
    for (const Dependency& d : chart->metadata.dependencies)
      live.dependencies.push_back(std::make_shared<Dependency>(d));
    std::vector<LiveChart*> children;
    for (const ChartPtr& subchart : chart->subcharts) children.push_back(&add(subchart));
    live.set_children(std::move(children));
    return live;
  }

  // Leaves the subcharts that are on. `path` is where the chart's values lie in the whole.
  void enable(LiveChart& chart, Value values, const std::string& path) {
    if (!chart.declares_dependencies) return;
    chart.set_children(declared_children(chart));
    for (auto& dependency : chart.dependencies) dependency->enabled = true;
    const Value coalesced = Coalescer<LiveChart>(merger_, false).run(chart, values);
    apply_tags(chart, coalesced);
    apply_conditions(chart, coalesced, path);

    std::set<std::string, std::less<>> disabled;
    for (const auto& dependency : chart.dependencies) {
      if (!dependency->enabled) disabled.insert(dependency->name);
    }
    std::vector<LiveChart*> enabled;
    for (LiveChart* child : chart.children) {
      if (!disabled.contains(child->name)) enabled.push_back(child);
    }
    std::vector<std::shared_ptr<Dependency>> left;
    for (const auto& dependency : chart.dependencies) {
      if (!disabled.contains(dependency->name)) left.push_back(dependency);
    }
    for (LiveChart* child : enabled) enable(*child, coalesced, fmt::format("{}{}.", path, child->name));
    chart.declares_dependencies = !left.empty();
    chart.dependencies = std::move(left);
    chart.set_children(std::move(enabled));
  }

  // Children first: what they import can be imported further.
  void import_values(LiveChart& chart) {
    for (LiveChart* child : chart.children) import_values(*child);
    if (!chart.declares_dependencies) return;
    const Value values = Coalescer<LiveChart>(merger_, true).run(chart, Value());
    const Value imports = Value::map(&make_map(heap_));
    for (const auto& dependency : chart.dependencies) import_from(*dependency, values, imports);
    // The imports are parts of the values, and must not change while they are merged into them.
    chart.defaults = deep_copy(values, heap_);
    merger_.fill_shared(chart.defaults, imports);
  }

  ChartNode node(const LiveChart& live) const {
    ChartNode node;
    node.chart = live.chart;
    node.name = live.name;
    node.path = path_of(live);
    node.is_root = live.parent == nullptr;
    node.defaults = live.defaults;
    for (const auto& dependency : live.dependencies) node.dependencies.push_back(*dependency);
    for (const LiveChart* child : live.children) node.children.push_back(this->node(*child));
    return node;
  }

 private:
  static std::string path_of(const LiveChart& chart) {
    return chart.parent == nullptr ? chart.name : path_of(*chart.parent) + "/charts/" + chart.name;
  }

  static bool is_compatible(const std::string& constraint, const std::string& version) {
    try {
      return Constraint::parse(constraint).allows(Version::parse(version));
    } catch (const FormatError&) {
      return false;
    }
  }

  static bool matches(const LiveChart& chart, const Dependency& dependency) {
    return chart.name == dependency.name && is_compatible(dependency.version, chart.version());
  }

  // What no entry declares, then what the entries declare.
  std::vector<LiveChart*> declared_children(LiveChart& chart) {
    std::vector<LiveChart*> result;
    for (LiveChart* child : chart.children) {
      const bool declared = std::any_of(chart.dependencies.begin(), chart.dependencies.end(),
                                        [&](const auto& dependency) { return matches(*child, *dependency); });
      if (!declared) result.push_back(child);
    }
    for (const auto& dependency : chart.dependencies) {
      const auto found = std::find_if(chart.children.begin(), chart.children.end(),
                                      [&](const LiveChart* child) { return matches(*child, *dependency); });
      if (found != chart.children.end()) {
        LiveChart& copy = charts_.emplace_back(**found);
        if (!dependency->alias.empty()) copy.name = dependency->alias;
        result.push_back(&copy);
      }
      if (!dependency->alias.empty()) dependency->name = dependency->alias;
    }
    return result;
  }

  void apply_tags(LiveChart& chart, Value values) {
    const Value tags = find_table(values, "tags").table;
    if (!tags.is_valid()) return;
    for (const auto& dependency : chart.dependencies) {
      bool has_true = false;
      bool has_false = false;
      for (const std::string& tag : dependency->tags) {
        const Value* value = tags.as_map().find(tag);
        if (value == nullptr) continue;
        if (!value->is(gotemplate::Kind::boolean)) {
          warnings_.push_back(
              fmt::format("Warning: Tag '{}' for chart {} returned non-bool value", tag, dependency->name));
          continue;
        }
        (value->as_bool() ? has_true : has_false) = true;
      }
      dependency->enabled = has_true || !has_false;
    }
  }

  void apply_conditions(LiveChart& chart, Value values, const std::string& path) {
    for (const auto& dependency : chart.dependencies) {
      for (std::string_view rest = trim_space(dependency->condition); !rest.empty();) {
        const std::size_t comma = rest.find(',');
        const std::string_view condition = rest.substr(0, comma);
        rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
        if (condition.empty()) continue;
        const Value value = find_value(values, path + std::string(condition));
        if (!value.is_valid()) continue;
        if (value.is(gotemplate::Kind::boolean)) {
          dependency->enabled = value.as_bool();
          break;
        }
        warnings_.push_back(fmt::format("Warning: Condition path '{}' for chart {} returned non-bool value", condition,
                                        dependency->name));
      }
    }
  }

  // Helm leaves the entries behind as pairs of child and parent.
  void import_from(Dependency& dependency, Value values, Value imports) {
    if (!dependency.import_values.is_list()) return;
    List* pairs = heap_.make<List>(heap_);
    for (const Value entry : dependency.import_values.as_list().items) {
      if (is_table(entry) && entry.as_map().type == &gotemplate::kAnyMap) {
        import_pair(dependency, entry.as_map(), values, imports, *pairs);
      } else if (entry.is_string()) {
        import_export(dependency, entry.as_text(), values, imports, *pairs);
      }
    }
    dependency.import_values = pairs->items.empty() ? Value() : Value::list(pairs);
  }

  void import_pair(const Dependency& dependency, const Map& entry, Value values, Value imports, List& pairs) {
    const Value* child = entry.find("child");
    const Value* parent = entry.find("parent");
    if (child == nullptr || parent == nullptr || !child->is_string() || !parent->is_string()) {
      throw ChartFailure(
          fmt::format("dependency {}: an entry of import-values must be a text, or have the texts child and "
                      "parent",
                      dependency.name));
    }
    add_pair(pairs, child->as_text(), parent->as_text());
    const TableLookup found = find_table(values, fmt::format("{}.{}", dependency.name, child->as_text()));
    if (!found.table.is_valid()) {
      warnings_.push_back(fmt::format("Warning: ImportValues missing table from chart {}: {} is not a table",
                                      dependency.name, gotemplate::quote(found.missing)));
      return;
    }
    // An empty table is not shared: what else is imported there must not appear in the child.
    const Value table = found.table.as_map().entries.empty() ? Value::map(&make_map(heap_)) : found.table;
    merger_.fill_shared(imports, at_path(parent->as_text(), table));
  }

  void import_export(const Dependency& dependency, std::string_view name, Value values, Value imports, List& pairs) {
    const std::string child = fmt::format("exports.{}", name);
    add_pair(pairs, child, ".");
    const TableLookup found = find_table(values, fmt::format("{}.{}", dependency.name, child));
    if (!found.table.is_valid()) {
      warnings_.push_back(
          fmt::format("Warning: ImportValues missing table: {} is not a table", gotemplate::quote(found.missing)));
      return;
    }
    merger_.fill_shared(imports, found.table);
  }

  void add_pair(List& pairs, std::string_view child, std::string_view parent) {
    Map& pair = make_map(heap_, gotemplate::kStringMap);
    pair.set(heap_, "child", gotemplate::make_string(heap_, child));
    pair.set(heap_, "parent", gotemplate::make_string(heap_, parent));
    pairs.items.push_back(Value::map(&pair));
  }

  // A table that has `table` at "a.b".
  Value at_path(std::string_view path, Value table) {
    if (path == ".") return table;
    while (true) {
      const std::size_t dot = path.rfind('.');
      Map& outer = make_map(heap_);
      outer.set(heap_, path.substr(dot == std::string_view::npos ? 0 : dot + 1), table);
      table = Value::map(&outer);
      if (dot == std::string_view::npos) return table;
      path = path.substr(0, dot);
    }
  }

  Heap& heap_;
  Warnings& warnings_;
  TableMerger merger_;
  std::deque<LiveChart> charts_;
};

class Validation {
 public:
  // Appends what the schemas have against the values, with each chart's name above.
  void check(const ChartNode& chart, Value values) {
    if (chart.chart->schema) {
      if (const auto complaint = schema_complaint(*chart.chart->schema, values)) {
        text_ += fmt::format("{}:\n{}", chart.name, *complaint);
      }
    }
    for (const ChartNode& child : chart.children) check(child, *values.as_map().find(child.name));
  }

  const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

}  // namespace

ChartOutcome<ChartNode> process_dependencies(ChartPtr chart, Value user_values, Heap& heap, Warnings& warnings) {
  return outcome_of([&] {
    Dependencies dependencies(heap, warnings);
    LiveChart& root = dependencies.add(chart);
    dependencies.enable(root, user_values, "");
    dependencies.import_values(root);
    return dependencies.node(root);
  });
}

ChartOutcome<Value> coalesce_values(const ChartNode& root, Value user_values, Heap& heap, Warnings& warnings) {
  return outcome_of([&] {
    TableMerger merger(heap, warnings);
    return Coalescer<ChartNode>(merger, false).run(root, user_values);
  });
}

ChartOutcome<void> validate_values(const ChartNode& root, Value values) {
  ChartOutcome<std::string> text = outcome_of([&] {
    Validation validation;
    validation.check(root, values);
    return validation.text();
  });
  if (!text) return text.error();
  if (text->empty()) return {};
  return ChartError{
      fmt::format("values don't meet the specifications of the schema(s) in the following chart(s):\n{}", *text)};
}

}  // namespace kyma::helm
