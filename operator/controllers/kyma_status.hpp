// A Kyma's status as a pure function of its fan-out.
//
//   state       error        an entry is invalid or refused, or a component is in error
//               reconciling  otherwise, while a component is not `success`
//               success      otherwise
//   waitingFor  the valid entries, in spec order, whose HelmComponent is not `success` for its current spec; one whose
//               name a foreign object holds is among them
//   Ready       True with reason Ready, or False with the gravest of InvalidComponent, NameConflict, ComponentRefused,
//               ComponentError and Reconciling; the message names what is wrong, at most a few of each
#pragma once

#include <string>
#include <unordered_map>

#include "operator/api/kyma.hpp"
#include "operator/base/interned_string.hpp"
#include "operator/base/time.hpp"
#include "operator/controllers/fan_out.hpp"

namespace kyma::controllers {

inline constexpr std::string_view kReasonReady = "Ready";
inline constexpr std::string_view kReasonReconciling = "Reconciling";
inline constexpr std::string_view kReasonComponentError = "ComponentError";
inline constexpr std::string_view kReasonNameConflict = "NameConflict";
inline constexpr std::string_view kReasonComponentRefused = "ComponentRefused";
inline constexpr std::string_view kReasonInvalidComponent = "InvalidComponent";

// What the API server said to entries that it refused as invalid or forbidden, by component name.
using Refusals = std::unordered_map<InternedString, std::string>;

api::KymaStatus status_of(const api::Kyma& kyma, const FanOut& fan_out, const Refusals& refusals, WallTime now);

// Components of one name length become `success` at nearly the same instant, and their events come one by one. How long
// the write of `wanted` may wait for others that are due any moment, so that one write tells of all of them; zero or
// less: write now. Only a waitingFor that shrinks is ever held back: until kSettleTime after the scheduled instant of
// the first success that it would report, and when the operator or the server lags, so that some of them are overdue,
// until kLongestSettle after it. A server that is behind is the last to be given more writes.
inline constexpr std::chrono::milliseconds kSettleTime{150};
inline constexpr std::chrono::seconds kLongestSettle{3};
Duration time_to_settle(const api::Kyma& kyma, const api::KymaStatus& wanted, const FanOut& fan_out, WallTime now);

}  // namespace kyma::controllers
