// `kyma-operator template [NAME] CHART`: prints what `helm template` prints, with its flags, messages and exit codes.
#pragma once

namespace kyma::cmd {

// `argv[0]` is "template". Returns the exit code.
int run_template(int argc, const char* const* argv);

}  // namespace kyma::cmd
