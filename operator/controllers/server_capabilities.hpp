// What the connected server can do, as Helm's charts ask for it: .Capabilities from /version and discovery.
#pragma once

#include "operator/base/asio.hpp"
#include "operator/helm/capabilities.hpp"
#include "operator/kube/client/client.hpp"

namespace kyma::controllers {

// Every group version and every kind in it ("apps/v1", "apps/v1/Deployment"), sorted. Of a group that does not
// answer (an aggregated API that is down) the versions are there and no kinds, as in Helm. Error: the server itself
// does not answer, or forbids it.
asio::awaitable<kube::Outcome<helm::Capabilities>> fetch_capabilities(kube::Client& client);

}  // namespace kyma::controllers
