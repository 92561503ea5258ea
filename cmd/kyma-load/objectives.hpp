// What a run must reach to pass: bounds on its figures, stated as "NAME<=VALUE" or "NAME>=VALUE".
//
// Names end with their unit. Kubernetes' own objectives for an API server's answers, and the like for a queue, are
// looked at without being stated; those warn, and fail no run. What a bound speaks of may not have been measured: one
// that was stated is missed then, a default is left out. Values only, no I/O; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operator/kube/meta/error.hpp"

namespace kyma::load {

struct Figures;
struct Verdict;

struct Objective {
  std::string name;
  bool at_most = true;
  double bound = 0;

  friend bool operator==(const Objective&, const Objective&) = default;
};

// "lateness-p99-seconds<=1". Error: configuration, naming what is wrong and the names there are.
kube::Outcome<Objective> parse_objective(std::string_view text);
// "lateness-p99-seconds<=1".
std::string to_string(const Objective& objective);
// All names, in lines for a help text.
std::string objective_names();

// The ones that are looked at without being stated. `lateness_allowed`: the server is slow on purpose.
std::vector<Objective> default_objectives(bool lateness_allowed);

// The stated ones in their order, then those of the defaults that none of them replaces.
std::vector<Verdict> judge(const std::vector<Objective>& stated, const std::vector<Objective>& defaults,
                           const Figures& figures);
// No stated one was missed.
bool all_passed(const std::vector<Verdict>& verdicts) noexcept;

}  // namespace kyma::load
