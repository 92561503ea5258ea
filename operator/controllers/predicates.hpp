// Which changes of a HelmComponent wake whom. Most wake nobody: they are the operator's own steps.
#pragma once

#include "operator/api/helm_component.hpp"
#include "operator/api/kyma.hpp"

namespace kyma::controllers {

// Its own controller: a new generation, the beginning of its deletion, or a status that somebody else wrote, which
// shows in a move that is no step of the lifecycle.
bool wakes_component(const api::HelmComponent& before, const api::HelmComponent& after);

// A Kyma's own controller: a new generation, the beginning of its deletion, or a status that somebody took away or set
// back. Other writes of its status look like the operator's own, which wake nobody.
bool wakes_itself(const api::Kyma& before, const api::Kyma& after);

// Somebody changed its spec, or it became or ceased to be `success` or `error`: its Kyma has work to do or news to
// tell, whatever else it fails at. Of what a Kyma writes itself, only its putting right of a spec looks like this, once
// per edit.
bool concerns_kyma(const api::HelmComponent& before, const api::HelmComponent& after);

// The Kyma that owns it: it became or ceased to be `success` or `error`, was edited, changed hands or is being deleted.
bool wakes_kyma(const api::HelmComponent& before, const api::HelmComponent& after);

}  // namespace kyma::controllers
