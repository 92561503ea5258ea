#include "operator/controllers/lifecycle.hpp"

#include <algorithm>

namespace kyma::controllers {
namespace {

using api::ComponentState;

// How long a component stays in this state; zero for states that it does not leave by time.
std::chrono::seconds time_in(ComponentState state, std::size_t name_length) noexcept {
  switch (state) {
    case ComponentState::pending: return std::chrono::seconds{1};
    case ComponentState::started:
    case ComponentState::failing:
    case ComponentState::retrying: return std::chrono::seconds{name_length};
    case ComponentState::none:
    case ComponentState::success:
    case ComponentState::error: break;
  }
  return {};
}

}  // namespace

ComponentState next_state(ComponentState state) noexcept {
  switch (state) {
    case ComponentState::pending: return ComponentState::started;
    case ComponentState::started: return ComponentState::failing;
    case ComponentState::failing: return ComponentState::retrying;
    case ComponentState::retrying: return ComponentState::success;
    case ComponentState::none:
    case ComponentState::success:
    case ComponentState::error: break;
  }
  return ComponentState::none;
}

LifecycleStep next_step(const api::HelmComponentStatus& status, std::int64_t generation, std::size_t name_length,
                        WallTime first_sight, WallTime now) {
  const bool new_generation = status.observed_generation != generation;
  if (new_generation || status.state == ComponentState::none) {
    return Enter{ComponentState::pending, std::min(first_sight, now)};
  }
  if (status.state == ComponentState::success) return Finished{};
  const bool lost_its_time = !status.has_last_reconciliation() || status.last_reconciliation > now + kMaxClockSkew;
  if (status.state == ComponentState::error || lost_its_time) return Enter{ComponentState::pending, now};

  const WallTime due = status.last_reconciliation + time_in(status.state, name_length);
  if (now < due) return WaitUntil{due};
  return Enter{next_state(status.state), due};
}

std::chrono::seconds lifecycle_duration(std::size_t name_length) noexcept {
  std::chrono::seconds whole{};
  for (ComponentState state = ComponentState::pending; state != ComponentState::none; state = next_state(state)) {
    whole += time_in(state, name_length);
  }
  return whole;
}

WallTime expected_success(const api::HelmComponent& component) noexcept {
  if (!component.status.has_last_reconciliation()) return WallTime::max();
  const std::size_t name_length = component.spec->component_name.size();
  ComponentState state = component.current_state();
  WallTime instant = component.status.last_reconciliation;
  while (next_state(state) != ComponentState::none) {
    instant += time_in(state, name_length);
    state = next_state(state);
  }
  return state == ComponentState::success ? instant : WallTime::max();
}

}  // namespace kyma::controllers
