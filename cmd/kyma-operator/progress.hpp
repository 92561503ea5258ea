// What a person sees while components are driven: one line that is redrawn on a terminal, a line per change elsewhere.
//
// ProgressText is pure; Progress looks at the caches a few times a second and costs the API server nothing.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "operator/api/component_state.hpp"
#include "operator/api/helm_component.hpp"
#include "operator/api/kyma.hpp"
#include "operator/runtime/manager.hpp"

namespace kyma::cmd {

struct ProgressFigures {
  double seconds = 0;
  std::array<std::size_t, 8> components_by_state{};  // indexed by api::ComponentState
  std::size_t components = 0;
  std::size_t queue_depth = 0;
  std::size_t queue_delayed = 0;
  std::string kyma;  // the one that is followed
  api::KymaState state = api::KymaState::none;
  std::vector<std::string> waiting_for;
};

// "  12.3s  kyma-sample reconciling  [####......]  pending 0 started 12 ... | queue 0 | waiting for istio, kiali, +3"
std::string progress_line(const ProgressFigures& figures, std::size_t width);

// Follows one Kyma until it is success. Thread: the loop's.
class Progress {
 public:
  Progress(runtime::Manager& manager, runtime::Request kyma, bool terminal);

  // Returns how many seconds it took.
  asio::awaitable<double> follow();

 private:
  ProgressFigures look() const;
  void show(const ProgressFigures& figures);

  runtime::Manager& manager_;
  runtime::Request kyma_;
  bool terminal_;
  SteadyTime started_;
  std::string last_;
};

}  // namespace kyma::cmd
