// One rendering: a chart's tree and its values to the text of every template, as Helm's engine does it (HELM-SPEC 7).
//
// Thread: any, one rendering per heap; deep recursion needs a deep stack (deep_stack.hpp).
#pragma once

#include <map>
#include <stdexcept>
#include <string>

#include "operator/helm/capabilities.hpp"
#include "operator/helm/chart/dependencies.hpp"
#include "operator/helm/gotemplate/execute.hpp"
#include "operator/helm/parsed_templates.hpp"

namespace kyma::helm {

struct Release {
  std::string name;
  std::string name_space;
  bool is_upgrade = false;
  int revision = 1;
};

// The rendering failed; what() is what Helm prints after "Error: ".
class RenderFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What a rendering works with, besides the chart. All of it must outlive the call.
struct RenderContext {
  const Release& release;
  const Capabilities& capabilities;
  ParsedTemplates& parsed;
  Heap& heap;
  gotemplate::Environment& environment;  // time and chance
  gotemplate::Limits limits;
};

// By a file's path in the release: "ROOT/charts/SUB/templates/a.yaml".
using RenderedFiles = std::map<std::string, std::string>;

// Throws RenderFailure.
RenderedFiles render_templates(const ChartNode& root, Value values, const RenderContext& context);

}  // namespace kyma::helm
