// kyma-load: creates many Kymas on any API server and measures how long they take to success.
#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/signal_set.hpp>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "cmd/common/cli.hpp"
#include "cmd/kyma-load/options.hpp"
#include "cmd/kyma-load/progress.hpp"
#include "cmd/kyma-load/report.hpp"
#include "cmd/kyma-load/runner.hpp"
#include "operator/base/real_clock.hpp"
#include "operator/base/version.hpp"
#include "operator/kube/client/client.hpp"
#include "operator/kube/client/config.hpp"

namespace kyma::load {
namespace {

// Where the figures go. Opened before the run: a file that cannot be written should not be noticed after it.
class JsonFile {
 public:
  // Returns why it cannot be written; empty when all is well.
  std::string open(const std::string& path) {
    if (path.empty()) return {};
    path_ = path;
    file_.reset(path == "-" ? stdout : std::fopen(path.c_str(), "we"));
    if (file_) return {};
    return fmt::format("--json: cannot write {}: {}", path, std::generic_category().message(errno));
  }

  // The same.
  std::string write(const std::string& text) {
    if (!file_) return {};
    const bool written = std::fwrite(text.data(), 1, text.size(), file_.get()) == text.size();
    if (written && std::fflush(file_.get()) == 0) return {};
    return fmt::format("--json: cannot write {}: {}", path_, std::generic_category().message(errno));
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const noexcept {
      if (file != stdout) std::fclose(file);
    }
  };
  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
};

// What one invocation holds together.
struct Program {
  Options options;
  kube::ClusterConfig config;
  JsonFile json;
  asio::io_context loop;
  int signal = 0;  // the one that interrupted the run
};

std::FILE* text_output(const Options& options) { return options.json == "-" ? stderr : stdout; }

kube::ClientOptions client_options(const Options& options) {
  kube::ClientOptions client;
  client.qps = options.qps;
  client.burst = options.burst;
  client.max_connections = options.concurrency;
  client.user_agent = fmt::format("kyma-load/{} (linux/amd64) {}", version(), commit());
  client.field_manager = "kyma-load";
  return client;
}

int exit_code(const Program& program, const Figures& figures) {
  if (figures.ending == Ending::interrupted) return 128 + program.signal;
  return figures.ending == Ending::success ? cmd::kExitOk : cmd::kExitFailure;
}

asio::awaitable<int> run(Program& program, Runner& runner, const Workload& workload, WallTime started_at) {
  const Options& options = program.options;
  auto figures = co_await runner.run();
  if (!figures) co_return cmd::fail(figures.error().describe());
  const RunInfo info{.server = program.config.server, .started_at = started_at, .options = options};
  std::fputs(to_text(info, workload, *figures).c_str(), text_output(options));
  std::fflush(text_output(options));
  int code = exit_code(program, *figures);
  if (const auto failure = program.json.write(to_json(info, workload, *figures)); !failure.empty()) {
    code = cmd::fail(failure);
  }
  if (!options.cleanup) co_return code;
  if (auto gone = co_await runner.clean_up(); !gone) {
    const int failed = cmd::fail("--cleanup: " + gone.error().describe());
    if (code == cmd::kExitOk) code = failed;
  }
  co_return code;
}

asio::awaitable<void> run_and_stop(Program& program, Runner& runner, const Workload& workload, WallTime started_at,
                                   int& code) {
  code = co_await run(program, runner, workload, started_at);
  co_await runner.stop();
}

// The first signal ends the run in order, the second at once.
void on_signal(asio::signal_set& signals, Program& program, Runner& runner, Progress& progress) {
  signals.async_wait([&](error_code error, int number) {
    if (error) return;
    progress.finish();
    if (program.signal != 0) std::_Exit(128 + number);
    program.signal = number;
    std::fputs(program.options.cleanup ? "stopping and cleaning up; once more to end at once\n" : "stopping\n", stderr);
    runner.interrupt();
    on_signal(signals, program, runner, progress);
  });
}

int run_program(Program& program) {
  const Options& options = program.options;
  RealClock clock(program.loop.get_executor());
  auto client =
      kube::Client::make(program.loop.get_executor(), clock, program.config, client_options(options), nullptr);
  if (!client) return cmd::fail(client.error().describe());
  const Workload workload(make_run_id(), options.name_prefix, options.kymas, options.components);
  Progress progress(options.no_progress ? nullptr : text_output(options));
  Runner runner(program.loop.get_executor(), clock, **client, options, workload, progress);

  asio::signal_set signals(program.loop, SIGINT, SIGTERM);
  on_signal(signals, program, runner, progress);
  int code = cmd::kExitFailure;
  std::exception_ptr failure;
  bool done = false;
  asio::co_spawn(program.loop, run_and_stop(program, runner, workload, clock.wall_now(), code),
                 [&](std::exception_ptr error) {
                   failure = std::move(error);
                   done = true;
                 });
  // Not run(): timers of idle connections would keep the loop busy after the end.
  while (!done && program.loop.run_one() > 0) {
  }
  signals.cancel();
  (*client)->close();
  program.loop.poll();
  if (failure) std::rethrow_exception(failure);
  return code;
}

int main_of(int argc, const char* const* argv) {
  Program program;
  if (const auto code = parse_options(argc, argv, program.options)) return *code;
  auto config = kube::load_config({.kubeconfig = program.options.kubeconfig, .context = program.options.context});
  if (!config) return cmd::fail(config.error().describe());
  program.config = *std::move(config);
  if (program.options.name_space.empty()) program.options.name_space = program.config.default_namespace;
  if (const auto failure = program.json.open(program.options.json); !failure.empty()) return cmd::fail(failure);
  return run_program(program);
}

}  // namespace
}  // namespace kyma::load

int main(int argc, char** argv) {
  try {
    return kyma::load::main_of(argc, argv);
  } catch (const std::exception& error) {
    return kyma::cmd::fail(error.what());
  }
}
