// The contract of chart rendering, as plain values: what is asked for, what comes back, what can go wrong.
//
// One request names every input of a rendering but the chart's own files, so that equal requests on equal charts have
// equal digests, whoever asks. A renderer is called off the event loop: it may block on disk and burn CPU.
// This header declares; what implements it lives beside it.
#pragma once

#include <boost/system/result.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace kyma::helm {

struct RenderRequest {
  std::string chart;    // path relative to the charts directory
  std::string version;  // empty: the chart as it lies there
  std::string release_name;
  std::string release_namespace;
  std::string values;  // JSON object that overrides the chart's values; empty: none
};

struct Manifest {
  std::string digest;  // of the inputs: chart content, values, release, namespace, capabilities
  std::string text;    // the rendered YAML documents
};

struct RenderError {
  std::string message;  // names chart, template and line

  const std::string& describe() const noexcept { return message; }
};

template <class T>
using Outcome = boost::system::result<T, RenderError>;

class Renderer {
 public:
  virtual ~Renderer() = default;
  // Thread-safe.
  virtual Outcome<std::shared_ptr<const Manifest>> render(const RenderRequest& request) = 0;
};

}  // namespace kyma::helm
