// The figures of a run as people and programs read them.
//
// Values only, no I/O; any thread.
#pragma once

#include <string>

#include "cmd/kyma-load/figures.hpp"
#include "cmd/kyma-load/options.hpp"
#include "cmd/kyma-load/workload.hpp"
#include "operator/base/time.hpp"

namespace kyma::load {

// What a report says beside the figures.
struct RunInfo {
  std::string server;  // its URL
  WallTime started_at{};
  Options options;  // with the namespace that was used
};

// A small table, and what is missing or failed, with the remedy where one is known.
std::string to_text(const RunInfo& info, const Workload& workload, const Figures& figures);
// One JSON object; its keys are a fixed interface, described in README.md.
std::string to_json(const RunInfo& info, const Workload& workload, const Figures& figures);

}  // namespace kyma::load
