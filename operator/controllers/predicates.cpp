#include "operator/controllers/predicates.hpp"

#include "operator/controllers/lifecycle.hpp"

namespace kyma::controllers {
namespace {

using api::ComponentState;
using api::HelmComponent;

template <class T>
bool same_wish_and_life(const T& before, const T& after) {
  return before.metadata.uid == after.metadata.uid && before.metadata.generation == after.metadata.generation &&
         before.metadata.deleting() == after.metadata.deleting();
}

// What a Kyma tells apart.
ComponentState verdict(const HelmComponent& component) {
  const ComponentState state = component.current_state();
  return state == ComponentState::success || state == ComponentState::error ? state : ComponentState::none;
}

}  // namespace

bool wakes_component(const HelmComponent& before, const HelmComponent& after) {
  if (!same_wish_and_life(before, after)) return true;
  if (before.status.state == after.status.state) {
    return before.status.last_reconciliation != after.status.last_reconciliation ||
           before.status.observed_generation != after.status.observed_generation;
  }
  const bool first = before.status.state == ComponentState::none && after.status.state == ComponentState::pending;
  const bool next = after.status.state != ComponentState::none && after.status.state == next_state(before.status.state);
  return !first && !next;
}

bool wakes_itself(const api::Kyma& before, const api::Kyma& after) {
  if (!same_wish_and_life(before, after)) return true;
  if (before.status.state == after.status.state) return false;
  return before.status.state == api::KymaState::success || after.status.state == api::KymaState::none;
}

bool concerns_kyma(const HelmComponent& before, const HelmComponent& after) {
  return before.metadata.generation != after.metadata.generation || verdict(before) != verdict(after);
}

bool wakes_kyma(const HelmComponent& before, const HelmComponent& after) {
  return !same_wish_and_life(before, after) || before.metadata.owner_references != after.metadata.owner_references ||
         concerns_kyma(before, after) ||
         (verdict(after) == ComponentState::error && before.status.message != after.status.message);
}

}  // namespace kyma::controllers
