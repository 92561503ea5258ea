// The lifecycle of a component, as a pure function of its status and the time:
//
//   (first sight) -> pending --1 s--> started --N s--> failing --N s--> retrying --N s--> success
//
// N is the length of the component's name in seconds, so that one component takes 1 + 3N seconds.
//
// The time base is status.lastReconciliation, which holds the *scheduled* instant of the state reached; the next
// state's instant is that plus the delay, however late a state was written. So a backlog, a restart or a failover
// shifts nothing: overdue states are walked one by one, none is skipped, and none is entered before its instant. A new
// generation starts again at pending, and so does a component in `error`.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <variant>

#include "operator/api/component_state.hpp"
#include "operator/api/helm_component.hpp"
#include "operator/base/time.hpp"

namespace kyma::controllers {

// Enter this state now; `scheduled` is the instant that it counts from.
struct Enter {
  api::ComponentState state = api::ComponentState::pending;
  WallTime scheduled{};

  friend bool operator==(const Enter&, const Enter&) = default;
};

// Nothing is due before this instant.
struct WaitUntil {
  WallTime instant{};

  friend bool operator==(const WaitUntil&, const WaitUntil&) = default;
};

// The end is reached.
struct Finished {
  friend bool operator==(const Finished&, const Finished&) = default;
};

using LifecycleStep = std::variant<Enter, WaitUntil, Finished>;

// An instant further ahead than this is no skew between two clocks that are kept by anybody, but a wrong time that was
// once written: the component starts again instead of waiting for it.
inline constexpr std::chrono::minutes kMaxClockSkew{5};

// `first_sight`: when this generation of the component was first seen, which is when its `pending` counts from; a later
// instant than `now` is taken as `now`.
LifecycleStep next_step(const api::HelmComponentStatus& status, std::int64_t generation, std::size_t name_length,
                        WallTime first_sight, WallTime now);

// The state after this one; none after the last, and for states outside the sequence.
api::ComponentState next_state(api::ComponentState state) noexcept;

// How long a component with a name of this length takes from `pending` to `success`.
std::chrono::seconds lifecycle_duration(std::size_t name_length) noexcept;

// When a component with this status becomes `success`, all going well. Nothing is known (WallTime::max()) of one that
// is not under way in this generation.
WallTime expected_success(const api::HelmComponent& component) noexcept;

}  // namespace kyma::controllers
