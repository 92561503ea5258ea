// What the connected server can do, as Helm's charts ask for it: .Capabilities from /version and discovery.
//
// Thread: the client's.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "operator/base/asio.hpp"
#include "operator/base/clock.hpp"
#include "operator/helm/capabilities.hpp"
#include "operator/kube/client/client.hpp"

namespace kyma::controllers {

struct ServerCapabilities {
  // Every group version and every kind in it ("apps/v1", "apps/v1/Deployment"), sorted.
  helm::Capabilities capabilities;
  // Why kinds are missing, by group version: it answered that it is out of order (5xx), or nonsense. An aggregated API
  // whose server is down does that.
  std::vector<std::string> silent;
};

// Of a group version that is not found or not to be seen (404, 403 and their like) the name is there and no kinds.
// Error: the server does not answer, does not answer in time, is too busy (429) or forbids the whole.
asio::awaitable<kube::Outcome<ServerCapabilities>> fetch_capabilities(kube::Client& client);

// How long a group may be silent before the others stop waiting for it: longer than a server takes to start, and than
// an API server needs to take notice that an aggregated one is up.
inline constexpr std::chrono::minutes kGroupPatience{1};

// Asks until all is known, with a growing pause. What then differs would change the digests of what was rendered, so
// nothing is taken for missing that may be there a moment later; only a group that has been silent for kGroupPatience
// is, as Helm takes it at once: one broken aggregated API must not keep all charts from being rendered. Ends by an
// answer or by cancellation.
asio::awaitable<helm::Capabilities> learn_capabilities(kube::Client& client, Clock& clock);

}  // namespace kyma::controllers
