// What a scenario does and when: a state machine without I/O that is asked for one step after another.
//
// Instants are the time since the first request. Not guaranteed: that a step is carried out at its time; a server that
// is slower than the plan delays it, and the steps after it follow as fast as they can.
// Thread: confined to the loop's.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "cmd/kyma-load/options.hpp"
#include "cmd/kyma-load/workload.hpp"
#include "operator/base/time.hpp"

namespace kyma::load {

struct Step {
  enum class Kind {
    create,      // the Kyma `index`
    change,      // the same
    remove,      // the same
    wait_until,  // `until`, then ask again
    wait,        // until something has changed, then ask again
    end,
  };
  Kind kind = Kind::end;
  std::size_t index = 0;
  Duration until{};
  std::string mark = {};  // worth a line in a plot; empty: not
};

// How far the run is.
struct PlanView {
  Duration elapsed{};
  std::size_t created = 0;  // acknowledged
  std::size_t failed = 0;   // creations
  bool settled = false;     // what was acknowledged is in success
};

class Plan {
 public:
  virtual ~Plan() = default;
  virtual Step next(const PlanView& view) = 0;
  // The creation of this Kyma was acknowledged.
  virtual void created(std::size_t index) { static_cast<void>(index); }
};

std::unique_ptr<Plan> make_plan(const Options& options);
// How many Kymas the run creates in all.
std::size_t kymas_in_all(const Options& options);
// When something is restarted, since the first creation.
Duration restart_time(const Options& options, const Workload& workload);

}  // namespace kyma::load
