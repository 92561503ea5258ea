// Runs a program's loop until its main task has ended, also when something is thrown out of the loop.
//
// Coroutines refer to the objects that their program is made of, and those go when it unwinds. So an exception out of
// the loop, a bug in some task, does not unwind at once: the program is asked to stop as for a signal, and the loop is
// run on until the main task, which joins everything else, has ended. Only then is it thrown.
#pragma once

#include <functional>

#include "operator/base/asio.hpp"

namespace kyma {

struct LoopRun {
  std::function<void()> run;   // in place of loop.run()
  std::function<void()> stop;  // asks `task` to end, also when it was asked before
};

// What `task` returns. Throws what came out of the loop first, else what the task throws.
int run_to_end(asio::io_context& loop, asio::awaitable<int> task, const LoopRun& how);

}  // namespace kyma
