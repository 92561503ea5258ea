// Where a component's rendered manifest comes from, as the reconciler sees it: awaitable, since a rendering runs off
// the loop, and cheap to ask again, since it is cached.
//
// Thread: the loop's.
#pragma once

#include <boost/system/result.hpp>

#include <optional>
#include <string>
#include <string_view>

#include "operator/api/helm_component.hpp"
#include "operator/base/asio.hpp"
#include "operator/base/interned_string.hpp"

namespace kyma::controllers {

struct ManifestError {
  std::string message;   // for status.message: names chart, template and line
  bool stopped = false;  // nobody knows: the source ends before it could tell, and nothing is to be written
};

// The manifest's digest; nothing when the source renders nothing, and then no digest is written anywhere.
using ManifestOutcome = boost::system::result<std::optional<InternedString>, ManifestError>;

class ManifestSource {
 public:
  virtual ~ManifestSource() = default;
  // The digest that the component's manifest has by now; nothing is rendered for it. The spec is the component's at the
  // time of asking.
  virtual asio::awaitable<ManifestOutcome> digest(api::HelmComponentSpec spec) = 0;
  // Makes sure that the component's chart was rendered: now, before (cached), or for the status that holds `rendered`,
  // a digest that is still the manifest's.
  virtual asio::awaitable<ManifestOutcome> manifest(api::HelmComponentSpec spec, InternedString rendered) = 0;
};

// Renders nothing and says so: components go through their lifecycle without a manifest.
class NoRendering final : public ManifestSource {
 public:
  asio::awaitable<ManifestOutcome> digest(api::HelmComponentSpec) override {
    co_return std::optional<InternedString>();
  }
  asio::awaitable<ManifestOutcome> manifest(api::HelmComponentSpec, InternedString) override {
    co_return std::optional<InternedString>();
  }
};

}  // namespace kyma::controllers
