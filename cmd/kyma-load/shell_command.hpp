// Runs a command of the user's through /bin/sh, in a process group of its own, so that what it starts in the background
// outlives this program and its Ctrl-C.
//
// Its standard input is empty; what it prints goes to standard error; it inherits no other descriptor. A command that
// has not ended when the wait is cancelled or its limit reached is left alone.
#pragma once

#include <string>

#include "operator/base/clock.hpp"
#include "operator/kube/meta/error.hpp"

namespace kyma::load {

// Completes when the command has ended. Error: it could not be started, failed, or did not end within `limit`; says so.
asio::awaitable<kube::Outcome<void>> run_shell_command(Clock& clock, std::string command, Duration limit);

}  // namespace kyma::load
