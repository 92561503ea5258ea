// Where a component's rendered manifest comes from, as the reconciler sees it: awaitable, since a rendering runs off
// the loop, and cheap to ask again, since it is cached.
//
// Thread: the loop's.
#pragma once

#include <boost/system/result.hpp>

#include <optional>
#include <string>

#include "operator/api/helm_component.hpp"
#include "operator/base/asio.hpp"
#include "operator/base/interned_string.hpp"

namespace kyma::controllers {

struct ManifestError {
  std::string message;  // for status.message: names chart, template and line
};

// The manifest's digest; nothing when the source renders nothing, and then no digest is written anywhere.
using ManifestOutcome = boost::system::result<std::optional<InternedString>, ManifestError>;

class ManifestSource {
 public:
  virtual ~ManifestSource() = default;
  // Makes sure that the component's chart is rendered. The spec is the component's at the time of asking.
  virtual asio::awaitable<ManifestOutcome> manifest(api::HelmComponentSpec spec) = 0;
};

// Renders nothing and says so: components go through their lifecycle without a manifest.
class NoRendering final : public ManifestSource {
 public:
  asio::awaitable<ManifestOutcome> manifest(api::HelmComponentSpec) override {
    co_return std::optional<InternedString>();
  }
};

}  // namespace kyma::controllers
