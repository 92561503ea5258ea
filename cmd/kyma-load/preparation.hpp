// What must hold before anything is created: a namespace, and an API server that serves the kinds.
#pragma once

#include <string>

#include "operator/kube/client/client.hpp"
#include "operator/kube/meta/resource_type.hpp"

namespace kyma::load {

// Creates it when it is missing. Whoever may not read namespaces may still create in them: no error then.
asio::awaitable<kube::Outcome<void>> ensure_namespace(kube::Client& client, std::string name);
// Fails when the server does not serve the kind, or not to us.
asio::awaitable<kube::Outcome<void>> check_served(kube::Client& client, kube::ResourceType type,
                                                  std::string name_space);
// The same error with a remedy behind it.
kube::Error with_hint(kube::Error error, std::string_view hint);

}  // namespace kyma::load
