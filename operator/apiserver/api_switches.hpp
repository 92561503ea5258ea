// Which features and versions of the API are served: Kubernetes' --feature-gates and --runtime-config, as far as there
// is something to switch. Everything is on unless said otherwise; turned off, the server is one that never had it.
// Thread: none needed.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "operator/kube/meta/error.hpp"

namespace kyma::apiserver {

struct ApiSwitches {
  bool watch_list = true;            // WatchList: sendInitialEvents of watches
  bool aggregated_discovery = true;  // AggregatedDiscovery (AggregatedDiscoveryEndpoint): one document per root
  std::map<std::string, bool, std::less<>> versions = {};  // "events.k8s.io/v1": served or not

  bool serves(std::string_view group_version) const;

  // "WatchList=false,AggregatedDiscovery=true". Error: bad_request that names the mistake and what is known.
  kube::Outcome<void> set_features(std::string_view text);
  // "events.k8s.io/v1=false". Only the versions of built-in kinds that nothing depends on can be turned off.
  kube::Outcome<void> set_versions(std::string_view text);
};

}  // namespace kyma::apiserver
