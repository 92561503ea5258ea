// What the command line asks for, checked.
//
// Thread: none needed; before the loop starts.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cmd/kyma-load/workload.hpp"
#include "operator/base/clock.hpp"

namespace kyma::load {

struct Options {
  std::string kubeconfig;
  std::string context;
  std::string name_space;  // empty: the kubeconfig context's
  std::size_t kymas = 1;
  std::vector<Component> components = reference_components();
  std::string name_prefix = "load";
  double qps = 0;    // 0: unlimited
  double burst = 0;  // 0: as qps
  std::size_t concurrency = 32;
  Duration timeout = std::chrono::minutes{10};
  bool watch_components = true;
  bool cleanup = false;
  std::string json;  // a file, or "-" for standard output; empty: none
  bool no_progress = false;
};

// Fills `options`. Returns the exit code when the program should end now; mistakes have been told on standard error.
std::optional<int> parse_options(int argc, const char* const* argv, Options& options);

}  // namespace kyma::load
