// A child process whose output is collected, without blocking the loop and without a shell.
//
// Guarantees: the child gets no descriptor of ours but its three streams (standard input is empty), default signal
// handling and a process group of its own; it is reaped, also when the coroutine that waits for it is cancelled, which
// ends the whole group first. What the child leaves running in the background is not waited for.
// Not guaranteed: an end within any time; bound it with with_timeout(). Thread: the loop's; needs no signal handler.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "operator/base/asio.hpp"
#include "operator/base/clock.hpp"

namespace kyma::kube {

struct ProcessRequest {
  std::string command;  // a path, or a name that is looked up in $PATH
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> environment;  // over that of this process
  std::size_t max_output_bytes = 1024 * 1024;
};

struct ProcessResult {
  std::error_code not_started;    // set: there never was a child
  bool output_too_large = false;  // beyond the limit; it was ended
  int exit_code = 0;              // when signal is 0
  int signal = 0;                 // that ended it
  std::string output;             // of its standard output; may be secret
  std::string error_tail;         // the last lines of its standard error, in printable characters
};

// How processes are run; tests have their own.
using ProcessRunner = std::function<asio::awaitable<ProcessResult>(ProcessRequest)>;

// Throws operation_aborted, with no child left, when it is cancelled.
asio::awaitable<ProcessResult> run_process(Clock& clock, ProcessRequest request);

}  // namespace kyma::kube
