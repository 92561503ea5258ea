// The states of a component's lifecycle, as status.status of a HelmComponent names them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace kyma::api {

enum class ComponentState : std::uint8_t {
  none,  // not seen by the operator yet, or a text it does not know
  pending,
  started,
  failing,
  retrying,
  success,
  error,
};

inline constexpr std::array kComponentStates{ComponentState::none,    ComponentState::pending,  ComponentState::started,
                                             ComponentState::failing, ComponentState::retrying, ComponentState::success,
                                             ComponentState::error};

// "pending"; "" for none.
std::string_view to_string(ComponentState state) noexcept;
ComponentState component_state_from_string(std::string_view text) noexcept;

}  // namespace kyma::api
