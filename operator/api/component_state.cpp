#include "operator/api/component_state.hpp"

namespace kyma::api {

std::string_view to_string(ComponentState state) noexcept {
  switch (state) {
    case ComponentState::none: return "";
    case ComponentState::pending: return "pending";
    case ComponentState::started: return "started";
    case ComponentState::failing: return "failing";
    case ComponentState::retrying: return "retrying";
    case ComponentState::success: return "success";
    case ComponentState::error: return "error";
  }
  return "";
}

ComponentState component_state_from_string(std::string_view text) noexcept {
  for (const ComponentState state : kComponentStates) {
    if (to_string(state) == text) return state;
  }
  return ComponentState::none;
}

}  // namespace kyma::api
