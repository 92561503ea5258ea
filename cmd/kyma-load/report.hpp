// The figures of a run as people and programs read them.
//
// Values only, no I/O; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "cmd/kyma-load/report_data.hpp"

namespace kyma::load {

// A small table, what is missing or failed, with the remedy where one is known, and what became of the objectives.
std::string to_text(const ReportData& data);
// One JSON object; its keys are a fixed interface, described in README.md.
std::string to_json(const ReportData& data);

// For both: the states in their order, and what a state is called that is none.
inline constexpr std::array kKymaStates{api::KymaState::none, api::KymaState::reconciling, api::KymaState::success,
                                        api::KymaState::error};
constexpr std::string_view name_of(std::string_view state) { return state.empty() ? "unseen" : state; }

inline std::size_t count(const KymaCounts& counts, api::KymaState state) {
  return counts[static_cast<std::size_t>(state)];
}
inline std::size_t count(const ComponentCounts& counts, api::ComponentState state) {
  return counts[static_cast<std::size_t>(state)];
}

}  // namespace kyma::load
