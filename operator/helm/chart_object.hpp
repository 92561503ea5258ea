// A chart's own part of what templates see: .Chart and .Files.
#pragma once

#include "operator/helm/chart/dependencies.hpp"
#include "operator/helm/gotemplate/value.hpp"

namespace kyma::helm {

// .Chart, of a chart in the tree of a release; `node` must outlive the heap's use.
Value chart_object(const ChartNode& node, Heap& heap);
// .Files
Value files_object(const Chart& chart, Heap& heap);
// chartutil.Values, the type of .Values and of a template's dot; a view of the same entries.
Value as_values(Value map, Heap& heap);

}  // namespace kyma::helm
