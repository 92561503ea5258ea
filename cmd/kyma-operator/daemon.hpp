// The daemon as a program: from options to a running manager and back to an exit code.
#pragma once

#include "cmd/kyma-operator/options.hpp"

namespace kyma::cmd {

// Runs until SIGTERM or SIGINT (exit 0 after a graceful stop; a second signal ends it at once) or until it cannot go on
// (exit 1, one line on standard error that names the remedy).
int run_daemon(const Options& options);

}  // namespace kyma::cmd
