// What a cluster can do, as templates may ask: .Capabilities.
#pragma once

#include <boost/system/result.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "operator/helm/gotemplate/value.hpp"

namespace kyma::helm {

// Which Helm's renderer this one equals; templates see it as .Capabilities.HelmVersion.
inline constexpr std::string_view kHelmVersion = "v3.17.2";

struct Capabilities {
  std::string version = "v1.32.0";  // .KubeVersion.Version, with v
  std::string major = "1";
  std::string minor = "32";
  std::vector<std::string> api_versions;  // "apps/v1", and "apps/v1/Deployment" when a cluster was asked

  // Those that `helm template` assumes: the Kubernetes it was built for.
  static const Capabilities& defaults();
  // From "1.29", "v1.29.3": --kube-version. Nothing: no version; the caller words the error.
  static bool parse_version(std::string_view text, Capabilities& into);

  // .Capabilities
  gotemplate::Value value(gotemplate::Heap& heap) const;
};

// Those of one cluster, with what digests need of them computed once: a cluster may have thousands of kinds, and a
// daemon asks for a digest at every reconcile. Immutable, so any thread.
class KnownCapabilities {
 public:
  explicit KnownCapabilities(Capabilities capabilities);

  const Capabilities& get() const noexcept { return capabilities_; }
  // Short, and equal for equal capabilities.
  const std::string& fingerprint() const noexcept { return fingerprint_; }

 private:
  Capabilities capabilities_;
  std::string fingerprint_;
};

}  // namespace kyma::helm
