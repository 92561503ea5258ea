// kyma-operator: the daemon, and `template`, which renders one chart.
#include <exception>
#include <string_view>

#include "cmd/common/cli.hpp"
#include "cmd/kyma-operator/daemon.hpp"
#include "cmd/kyma-operator/options.hpp"
#include "cmd/kyma-operator/template_command.hpp"
#include "operator/base/memory_trim.hpp"

int main(int argc, char** argv) {
  using namespace kyma::cmd;
  try {
    if (argc > 1 && std::string_view(argv[1]) == "template") return run_template(argc - 1, argv + 1);
    kyma::tune_heap();
    Options options;
    if (const auto code = parse_options(argc, argv, options)) return *code;
    return run_daemon(options);
  } catch (const std::exception& error) {
    return fail(error.what());
  }
}
