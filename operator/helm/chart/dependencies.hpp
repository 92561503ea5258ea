// What a release makes of a chart: which subcharts are on, under which names, with which values (HELM-SPEC 3, 4).
#pragma once

#include <string>
#include <vector>

#include "operator/helm/chart/chart.hpp"

namespace kyma::helm {

// A chart in the tree of one release. The loaded charts are shared and stay as they are.
struct ChartNode {
  ChartPtr chart;
  std::string name;  // the alias, where there is one
  // Helm's ChartFullPath: "ROOT" or "ROOT/charts/SUB...". Where one chart is used under two aliases, its own subcharts
  // have the path of the last one under both, as in Helm.
  std::string path;
  bool is_root = false;
  std::vector<Dependency> dependencies;  // those that are left, aliases as names; their import_values in the heap
  Value defaults;                        // its values, imports done; never modified by what follows
  std::vector<ChartNode> children;
};

// What Helm logs while it goes on, without time stamp and prefix.
using Warnings = std::vector<std::string>;

// What `helm install` makes of the dependencies (ProcessDependenciesWithMerge), given the user's values. `heap` must
// outlive the result. `user_values` is a map, or nothing; it is not modified.
ChartOutcome<ChartNode> process_dependencies(ChartPtr chart, Value user_values, Heap& heap, Warnings& warnings);

// chartutil.CoalesceValues: the values the templates see, in `heap`; `user_values` is not modified.
ChartOutcome<Value> coalesce_values(const ChartNode& root, Value user_values, Heap& heap, Warnings& warnings);

// Checks the coalesced values against the schemas of the chart and its subcharts. The error is Helm's text: the charts,
// and under each what its schema has against the values.
ChartOutcome<void> validate_values(const ChartNode& root, Value values);

}  // namespace kyma::helm
