// How one cluster is reached and who we are there: the route and the credentials, which clients may share.
//
// Shared, so that a key is parsed and a plugin run once for all clients of a process. Thread: the clients'.
#pragma once

#include <memory>

#include "operator/base/metrics.hpp"
#include "operator/http/dialer.hpp"
#include "operator/kube/client/config.hpp"
#include "operator/kube/client/credentials.hpp"

namespace kyma::kube {

struct Access {
  std::shared_ptr<Credentials> credentials;
  http::Route route;
};

// `runner` empty: run_process(). Error: configuration.
Outcome<Access> open_access(Clock& clock, const ClusterConfig& config, ProcessRunner runner,
                            metrics::Registry* metrics);
// Without a route, for streams of somebody else's making.
Access make_access_without_route(Clock& clock, const ClusterConfig& config, ProcessRunner runner,
                                 metrics::Registry* metrics);

}  // namespace kyma::kube
