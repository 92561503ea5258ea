// From what a component asks for to its manifest: the charts directory, the cluster's capabilities and the templates
// behind two questions.
//
// Charts may contain random functions, so a manifest's identity is the digest of its *inputs*: chart content, values,
// release name, namespace, and the cluster's capabilities where the chart or the values mention them. Equal requests on
// equal charts have equal digests, whoever asks and whenever.
#pragma once

#include <boost/system/result.hpp>

#include <memory>
#include <string>
#include <string_view>

#include "operator/helm/capabilities.hpp"
#include "operator/helm/chart_store.hpp"
#include "operator/helm/gotemplate/function.hpp"
#include "operator/helm/release_rendering.hpp"

namespace kyma::helm {

struct RenderRequest {
  std::string chart;    // location below the charts directory
  std::string version;  // empty: the chart as it lies there
  std::string release_name;
  std::string release_namespace;
  std::string values;  // JSON object that overrides the chart's values; empty: none
};

struct Manifest {
  std::string digest;  // of the inputs
  std::string text;    // the rendered YAML documents, CRDs first, then in the order of installation, hooks last
};

struct RenderError {
  std::string message;  // names chart, template and line

  const std::string& describe() const noexcept { return message; }
};

template <class T>
using RenderOutcome = boost::system::result<T, RenderError>;

// What a chart contributes to the digests of its manifests.
struct ChartIdentity {
  std::string digest;  // of its content
  CapabilityUse capabilities;

  friend bool operator==(const ChartIdentity&, const ChartIdentity&) = default;
};

// "sha256:<hex>". Cheap, any thread.
std::string manifest_digest(const ChartIdentity& chart, const RenderRequest& request,
                            const KnownCapabilities& capabilities);

// Thread-safe; both questions block on disk and burn CPU, so they are asked off the event loop. Whatever a chart or the
// values do, the answer is a value: nothing is thrown.
class Renderer {
 public:
  // What one rendering may take in a daemon that must not be taken down by a chart.
  static RenderLimits daemon_limits();

  // Both must outlive it; `environment` is used by several threads at once.
  Renderer(ChartStore& charts, gotemplate::Environment& environment, RenderLimits limits = daemon_limits())
      : charts_(charts), environment_(environment), limits_(limits) {}

  // The chart is loaded, not rendered.
  RenderOutcome<ChartIdentity> identify(std::string_view chart, std::string_view version);
  RenderOutcome<std::shared_ptr<const Manifest>> render(const RenderRequest& request,
                                                        const KnownCapabilities& capabilities);

 private:
  RenderOutcome<std::shared_ptr<const Manifest>> render_loaded(const RenderRequest& request,
                                                               const KnownCapabilities& capabilities);

  ChartStore& charts_;
  gotemplate::Environment& environment_;
  RenderLimits limits_;
};

}  // namespace kyma::helm
