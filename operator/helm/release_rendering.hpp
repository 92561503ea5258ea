// A chart and a user's values to what Helm would install: the whole way of `helm template`, without files and flags.
#pragma once

#include <boost/system/result.hpp>

#include <string>

#include "operator/helm/manifests.hpp"
#include "operator/helm/rendering.hpp"

namespace kyma::helm {

// What one rendering may take. The defaults suit a program that renders one chart and ends; a daemon takes less.
struct RenderLimits {
  std::size_t heap = std::size_t{4} << 30;
  std::size_t stack = std::size_t{1} << 30;  // address space; what is touched of it costs
  gotemplate::Limits templates;
};

struct ReleaseRequest {
  ChartPtr chart;
  Value user_values;  // a map, or invalid for none; must outlive the call
  Release release;
  const Capabilities* capabilities = &Capabilities::defaults();
  bool skip_schema_validation = false;
  RenderLimits limits;
};

struct RenderedRelease {
  Documents documents;
  std::vector<Document> crds;

  // What `helm template` prints.
  struct Print {
    bool include_crds = false;
    bool hooks = true;
    bool tests = true;
  };
  std::string text(Print print) const;
};

struct ReleaseError {
  std::string message;
  // The chart and its values were fine up to the templates: Helm then offers --debug, which shows what there is.
  bool in_templates = false;
  RenderedRelease rendered = {};  // whole files, and the hooks before the document that turned out not to be YAML

  const std::string& describe() const noexcept { return message; }
};

template <class T>
using ReleaseOutcome = boost::system::result<T, ReleaseError>;

// `warnings` gets what Helm logs on its way, `parsed` keeps the templates' trees for the next time. Throws nothing but
// std::bad_alloc. Runs on a deep stack of its own while the caller waits.
ReleaseOutcome<RenderedRelease> render_release(const ReleaseRequest& request, ParsedTemplates& parsed,
                                               gotemplate::Environment& environment, Warnings& warnings);

}  // namespace kyma::helm
