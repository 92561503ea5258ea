#include "operator/base/run_to_end.hpp"

#include <exception>
#include <utility>

#include "operator/base/exception.hpp"
#include "operator/base/log.hpp"

namespace kyma {
namespace {

const Logger kLog("loop");

}  // namespace

int run_to_end(asio::io_context& loop, asio::awaitable<int> task, const LoopRun& how) {
  bool ended = false;
  int code = 0;
  std::exception_ptr failure;
  asio::co_spawn(loop, std::move(task), [&](std::exception_ptr error, int result) {
    ended = true;
    if (!failure) failure = error;
    code = result;
    loop.stop();  // nothing is alive any more; a timer that was set for later would only hold the loop up
  });
  // The task is work of the loop's, so that it runs out of work, and returns, with the task's end only.
  while (!ended) {
    std::exception_ptr thrown;
    try {
      how.run();
      break;
    } catch (...) {
      thrown = std::current_exception();
    }
    if (!failure) failure = thrown;
    kLog.error("A task has failed by a bug; stopping", {{"reason", describe_exception(thrown)}});
    how.stop();
  }
  if (failure) std::rethrow_exception(failure);
  return code;
}

}  // namespace kyma
