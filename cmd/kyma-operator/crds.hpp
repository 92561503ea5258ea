// The daemon's CRDs, installed by itself: into its embedded API server, and for --demo. Needs no kubectl: the manifests
// are built in (config/crd).
#pragma once

#include "operator/base/clock.hpp"
#include "operator/kube/client/client.hpp"
#include "operator/kube/meta/error.hpp"

namespace kyma::cmd {

// Creates the CRDs or brings them up to date, and returns when the server serves them.
asio::awaitable<kube::Outcome<void>> install_crds(kube::Client& client, Clock& clock);

}  // namespace kyma::cmd
