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
#include "cmd/kyma-load/compare.hpp"
#include "cmd/kyma-load/metrics_fetch.hpp"
#include "cmd/kyma-load/objectives.hpp"
#include "cmd/kyma-load/options.hpp"
#include "cmd/kyma-load/plan.hpp"
#include "cmd/kyma-load/progress.hpp"
#include "cmd/kyma-load/report.hpp"
#include "cmd/kyma-load/report_html.hpp"
#include "cmd/kyma-load/request_meter.hpp"
#include "cmd/kyma-load/runner.hpp"
#include "cmd/kyma-load/telemetry.hpp"
#include "operator/base/real_clock.hpp"
#include "operator/base/version.hpp"
#include "operator/kube/client/client.hpp"
#include "operator/kube/client/config.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::load {
namespace {

// Where a report goes. Opened before the run: a file that cannot be written should not be noticed after it.
class ReportFile {
 public:
  explicit ReportFile(const char* flag) : flag_(flag) {}

  // Returns why it cannot be written; empty when all is well.
  std::string open(const std::string& path) {
    if (path.empty()) return {};
    path_ = path;
    file_.reset(path == "-" ? stdout : std::fopen(path.c_str(), "we"));
    return file_ ? std::string() : trouble();
  }

  bool wanted() const noexcept { return file_ != nullptr; }

  // The same as open().
  std::string write(const std::string& text) {
    if (!file_) return {};
    const bool written = std::fwrite(text.data(), 1, text.size(), file_.get()) == text.size();
    return written && std::fflush(file_.get()) == 0 ? std::string() : trouble();
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const noexcept {
      if (file != stdout) std::fclose(file);
    }
  };

  std::string trouble() const {
    return fmt::format("{}: cannot write {}: {}", flag_, path_, std::generic_category().message(errno));
  }

  const char* flag_;
  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
};

// What one invocation holds together.
struct Program {
  Options options;
  kube::ClusterConfig config;
  ReportFile json{"--json"};
  ReportFile report{"--report"};
  asio::io_context loop;
  int signal = 0;  // the one that interrupted the run
};

std::FILE* text_output(const Options& options) { return options.json == "-" ? stderr : stdout; }

kube::ClientOptions client_options(std::size_t connections) {
  kube::ClientOptions client;
  client.qps = 0;
  client.max_connections = connections;
  client.user_agent = fmt::format("kyma-load/{} (linux/amd64) {}", version(), commit());
  return client;
}

// The clients of a run: one whose requests are measured, and one for the watches and for what is only looked at.
class Clients {
 public:
  Clients(asio::any_io_executor executor, Clock& clock, const Options& options)
      : executor_(std::move(executor)),
        clock_(clock),
        meter_(std::make_shared<RequestMeter>(
            std::make_unique<kube::TokenBucketFlowControl>(clock, options.qps, options.burst))) {}

  kube::Outcome<void> connect(const kube::ClusterConfig& config, std::size_t connections) {
    auto measured = client_options(connections);
    measured.flow_control = meter_;
    auto requests = kube::Client::make(executor_, clock_, config, std::move(measured), nullptr);
    if (!requests) return requests.error();
    requests_ = *std::move(requests);
    auto looking = client_options(4);
    looking.share_access_with = requests_.get();  // a credential plugin runs once
    auto looks = kube::Client::make(executor_, clock_, config, std::move(looking), nullptr);
    if (!looks) return looks.error();
    looks_ = *std::move(looks);
    return {};
  }

  // Error: --daemon-metrics is no URL.
  kube::Outcome<TelemetrySources> sources(const std::string& daemon_metrics, const std::string& server) {
    TelemetrySources sources;
    sources.server = fetch_from_api(*looks_, "/metrics");
    sources.daemon_required = !daemon_metrics.empty();
    if (daemon_metrics == "none") return sources;
    if (daemon_metrics.starts_with('/')) {
      sources.daemon = fetch_from_api(*looks_, daemon_metrics);
      return sources;
    }
    if (daemon_metrics.empty() && !is_loopback(server)) return sources;
    auto fetch = fetch_from_url(executor_, clock_, daemon_metrics.empty() ? kUsualDaemonMetrics : daemon_metrics);
    if (!fetch) return fetch.error();
    sources.daemon = *std::move(fetch);
    return sources;
  }

  void close() noexcept {
    requests_->close();
    looks_->close();
  }
  kube::Client& requests() noexcept { return *requests_; }
  kube::Client& looks() noexcept { return *looks_; }
  RequestMeter& meter() noexcept { return *meter_; }

 private:
  static constexpr const char* kUsualDaemonMetrics = "http://127.0.0.1:8080/metrics";

  asio::any_io_executor executor_;
  Clock& clock_;
  std::shared_ptr<RequestMeter> meter_;
  std::unique_ptr<kube::Client> requests_;
  std::unique_ptr<kube::Client> looks_;
};

asio::awaitable<std::string> server_version(kube::Client& client) {
  const auto answer = co_await client.get_raw("/version");
  if (!answer) co_return "";
  const auto document = json::parse(*answer);
  co_return document ? std::string(json::string_at(*document, {"gitVersion"})) : "";
}

int exit_code(const Program& program, const ReportData& data) {
  if (data.figures.ending == Ending::interrupted) return 128 + program.signal;
  return data.figures.ending == Ending::success && all_passed(data.verdicts) ? cmd::kExitOk : cmd::kExitFailure;
}

ReportData make_data(const Program& program, const Runner& runner, const Workload& workload, RunInfo info,
                     Figures figures) {
  const Options& options = program.options;
  const auto defaults =
      options.default_objectives ? default_objectives(options.scenario == Scenario::slow) : std::vector<Objective>();
  ReportData data;
  data.info = std::move(info);
  data.workload = {.kymas = workload.kymas(),
                   .components = workload.components(),
                   .longest_name = workload.longest_name().name,
                   .limit = workload.limit()};
  data.figures = std::move(figures);
  data.recording = runner.recording();
  data.times_to_success = times_to_success(runner.tracker());
  data.verdicts = judge(options.objectives, defaults, data.figures);
  return data;
}

asio::awaitable<int> run(Program& program, Runner& runner, Clients& clients, const Workload& workload,
                         WallTime started_at) {
  const Options& options = program.options;
  auto figures = co_await runner.run();
  if (!figures) co_return cmd::fail(figures.error().describe());
  RunInfo info{.server = program.config.server,
               .started_at = started_at,
               .options = options,
               .run_id = workload.run_id(),
               .server_version = {}};
  if (figures->ending != Ending::interrupted) info.server_version = co_await server_version(clients.looks());
  const ReportData data = make_data(program, runner, workload, std::move(info), *std::move(figures));
  std::fputs(to_text(data).c_str(), text_output(options));
  std::fflush(text_output(options));
  int code = exit_code(program, data);
  if (const auto failure = program.json.wanted() ? program.json.write(to_json(data)) : ""; !failure.empty()) {
    code = cmd::fail(failure);
  }
  if (const auto failure = program.report.wanted() ? program.report.write(to_html(data)) : ""; !failure.empty()) {
    code = cmd::fail(failure);
  }
  if (!options.cleanup) co_return code;
  if (auto gone = co_await runner.clean_up(); !gone) {
    const int failed = cmd::fail("--cleanup: " + gone.error().describe());
    if (code == cmd::kExitOk) code = failed;
  }
  co_return code;
}

asio::awaitable<void> run_and_stop(Program& program, Runner& runner, Clients& clients, const Workload& workload,
                                   WallTime started_at, int& code) {
  code = co_await run(program, runner, clients, workload, started_at);
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
  Clients clients(program.loop.get_executor(), clock, options);
  if (auto connected = clients.connect(program.config, options.concurrency); !connected) {
    return cmd::fail(connected.error().describe());
  }
  auto sources = clients.sources(options.daemon_metrics, program.config.server);
  if (!sources) return cmd::fail("--daemon-metrics: " + sources.error().message);
  Telemetry telemetry(clock, *std::move(sources));
  const Workload workload(make_run_id(), options.name_prefix, kymas_in_all(options), options.components);
  Progress progress(options.no_progress ? nullptr : text_output(options));
  Runner runner(program.loop.get_executor(), clock, clients.requests(), options, workload, progress,
                {.watches = &clients.looks(), .requests = &clients.meter(), .telemetry = &telemetry});

  asio::signal_set signals(program.loop, SIGINT, SIGTERM);
  on_signal(signals, program, runner, progress);
  int code = cmd::kExitFailure;
  std::exception_ptr failure;
  bool done = false;
  asio::co_spawn(program.loop, run_and_stop(program, runner, clients, workload, clock.wall_now(), code),
                 [&](std::exception_ptr error) {
                   failure = std::move(error);
                   done = true;
                 });
  // Not run(): timers of idle connections would keep the loop busy after the end.
  while (!done && program.loop.run_one() > 0) {
  }
  signals.cancel();
  clients.close();
  program.loop.poll();
  if (failure) std::rethrow_exception(failure);
  return code;
}

int main_of(int argc, const char* const* argv) {
  Program program;
  if (const auto code = parse_options(argc, argv, program.options)) return *code;
  if (program.options.compare) return run_compare(*program.options.compare);
  auto config = kube::load_config({.kubeconfig = program.options.kubeconfig, .context = program.options.context});
  if (!config) return cmd::fail(config.error().describe());
  program.config = *std::move(config);
  if (program.options.name_space.empty()) program.options.name_space = program.config.default_namespace;
  if (const auto failure = program.json.open(program.options.json); !failure.empty()) return cmd::fail(failure);
  if (const auto failure = program.report.open(program.options.report); !failure.empty()) return cmd::fail(failure);
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
