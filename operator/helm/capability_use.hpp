// Which of the cluster's capabilities a text may look at, read off the text without executing it.
//
// They are inputs of what it renders, so they belong in the manifest's digest; and only they, lest every CRD that
// somebody installs, and every patch release of a cluster, send components through their lifecycle whose manifests
// cannot be touched by it. Errs on the side of more: a use that is not understood counts as a use of everything.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "operator/helm/capabilities.hpp"

namespace kyma::helm {

struct CapabilityUse {
  bool kube_version = false;
  bool everything = false;
  std::set<std::string, std::less<>> api_versions;  // asked for by `.Capabilities.APIVersions.Has "..."`

  // Adds what a template's text, or a value that may become one, uses.
  void scan(std::string_view text);
  // What of these capabilities is used, as text: equal texts render alike.
  std::string fingerprint(const KnownCapabilities& cluster) const;

  friend bool operator==(const CapabilityUse&, const CapabilityUse&) = default;
};

}  // namespace kyma::helm
