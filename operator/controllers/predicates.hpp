// Which changes of a HelmComponent wake whom. Most wake nobody: they are the operator's own steps.
#pragma once

#include "operator/api/helm_component.hpp"

namespace kyma::controllers {

// Its own controller: a new generation, the beginning of its deletion, or a status that somebody else wrote, which
// shows in a move that is no step of the lifecycle.
bool wakes_component(const api::HelmComponent& before, const api::HelmComponent& after);

// It became or ceased to be `success` or `error`, which is never the echo of what its Kyma wrote.
bool changes_verdict(const api::HelmComponent& before, const api::HelmComponent& after);

// The Kyma that owns it: it became or ceased to be `success` or `error`, was edited, changed hands or is being deleted.
bool wakes_kyma(const api::HelmComponent& before, const api::HelmComponent& after);

}  // namespace kyma::controllers
