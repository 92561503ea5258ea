// kyma-operator: the daemon.
#include <exception>

#include "cmd/common/cli.hpp"
#include "cmd/kyma-operator/daemon.hpp"
#include "cmd/kyma-operator/options.hpp"

int main(int argc, char** argv) {
  using namespace kyma::cmd;
  try {
    Options options;
    if (const auto code = parse_options(argc, argv, options)) return *code;
    return run_daemon(options);
  } catch (const std::exception& error) {
    return fail(error.what());
  }
}
