#include "cmd/kyma-operator/daemon.hpp"

#include <fmt/format.h>

#include <boost/asio/signal_set.hpp>

#include <memory>
#include <utility>

#include "cmd/common/cli.hpp"
#include "cmd/kyma-operator/demo.hpp"
#include "cmd/kyma-operator/endpoint.hpp"
#include "operator/apiserver/embedded_server.hpp"
#include "operator/base/log.hpp"
#include "operator/base/memory_trim.hpp"
#include "operator/base/real_clock.hpp"
#include "operator/base/run_to_end.hpp"
#include "operator/base/version.hpp"
#include "operator/controllers/charts.hpp"
#include "operator/controllers/debug_manifests.hpp"
#include "operator/controllers/setup.hpp"
#include "operator/kube/client/adaptive_flow_control.hpp"
#include "operator/kube/client/client.hpp"
#include "operator/kube/client/config.hpp"
#include "operator/runtime/loop_monitor.hpp"
#include "operator/runtime/manager.hpp"
#include "operator/runtime/metrics_server.hpp"

namespace kyma::cmd {
namespace {

const Logger kLog("daemon");

kube::ClusterConfig embedded_config(const apiserver::EmbeddedServerInfo& info) {
  kube::ClusterConfig config;
  config.server = info.url;
  config.ca_pem = info.ca_pem;
  config.token = info.token;
  config.source = "the embedded API server";
  return config;
}

runtime::ManagerOptions manager_options(const Options& options) {
  runtime::ManagerOptions result;
  result.controller.max_concurrent_reconciles =
      options.max_concurrent_reconciles > 0 ? options.max_concurrent_reconciles
                                            : runtime::useful_concurrency(options.adaptive_qps ? 0 : options.qps);
  result.controller.resync_period = options.sync_period;
  result.controller.queue_rate = options.queue_rate;
  result.controller.queue_burst = options.queue_burst;
  return result;
}

// Everything that lives on the loop, in the order of its making.
class Daemon {
 public:
  Daemon(asio::io_context& loop, const Options& options, kube::ClusterConfig config)
      : loop_(loop), options_(options), config_(std::move(config)), clock_(loop.get_executor()) {}

  // Makes what can fail before anything runs. Returns the reason, or nothing.
  std::string open();
  // Runs to the end, and returns the exit code once nothing of it is alive, also before it throws.
  asio::awaitable<int> run();
  void run_loop() { loop_monitor_->run_loop(loop_); }
  // Begins a graceful stop. Idempotent.
  void stop();

 private:
  std::string open_client();
  std::string open_endpoint(std::unique_ptr<Endpoint>& endpoint, const char* name, const std::string& address,
                            const char* flag, http::Handler handler);
  void handle_signals();
  void start_endpoints();
  asio::awaitable<void> demo();
  asio::awaitable<std::string> serve();
  asio::awaitable<void> close();

  asio::io_context& loop_;
  const Options& options_;
  kube::ClusterConfig config_;
  RealClock clock_;
  MemoryTrimmer trimmer_{clock_};
  metrics::Registry registry_;
  std::shared_ptr<void> process_metrics_;
  std::unique_ptr<kube::Client> client_;
  std::unique_ptr<runtime::Manager> manager_;
  std::unique_ptr<controllers::Charts> charts_;
  std::unique_ptr<controllers::Controllers> controllers_;
  std::unique_ptr<runtime::LoopMonitor> loop_monitor_;
  std::unique_ptr<Endpoint> metrics_endpoint_;
  std::unique_ptr<Endpoint> health_endpoint_;
  std::unique_ptr<Endpoint> debug_endpoint_;
  std::unique_ptr<asio::signal_set> signals_;
  std::unique_ptr<TaskGroup> tasks_;
  bool stopping_ = false;
  std::string demo_failure_;
};

std::string Daemon::open_client() {
  kube::ClientOptions options;
  options.qps = options_.qps;
  options.burst = options_.burst;
  if (options_.adaptive_qps) {
    kube::AdaptiveRateOptions rate;
    rate.most_inflight = options.max_connections;
    options.flow_control = std::make_shared<kube::AdaptiveFlowControl>(clock_, rate, &registry_);
  }
  auto made = kube::Client::make(loop_.get_executor(), clock_, config_, options, &registry_);
  if (!made) return made.error().message;
  client_ = std::move(*made);
  return {};
}

std::string Daemon::open_endpoint(std::unique_ptr<Endpoint>& endpoint, const char* name, const std::string& address,
                                  const char* flag, http::Handler handler) {
  if (address == "0" || address.empty()) return {};
  auto opened = Endpoint::open(loop_.get_executor(), clock_, name, address, flag, std::move(handler));
  if (!opened) return opened.error().message;
  endpoint = std::move(*opened);
  return {};
}

std::string Daemon::open() {
  process_metrics_ = metrics::add_process_metrics(registry_);
  tasks_ = std::make_unique<TaskGroup>(loop_.get_executor());
  if (auto reason = open_client(); !reason.empty()) return reason;
  manager_ =
      std::make_unique<runtime::Manager>(loop_.get_executor(), clock_, *client_, manager_options(options_), registry_);
  controllers::ChartManifestsOptions manifests;
  manifests.cache_bytes = options_.manifest_cache_mib << 20U;
  charts_ =
      std::make_unique<controllers::Charts>(loop_.get_executor(), clock_, options_.charts_dir, manifests, registry_);
  controllers_ = std::make_unique<controllers::Controllers>(*manager_, charts_->manifests());
  loop_monitor_ = std::make_unique<runtime::LoopMonitor>(clock_, registry_);
  if (auto reason = open_endpoint(metrics_endpoint_, "metrics", options_.metrics_bind_address, "--metrics-bind-address",
                                  runtime::metrics_handler(registry_));
      !reason.empty()) {
    return reason;
  }
  if (auto reason = open_endpoint(debug_endpoint_, "debug", options_.debug_bind_address, "--debug-bind-address",
                                  controllers::debug_manifests_handler(charts_->manifests()));
      !reason.empty()) {
    return reason;
  }
  return open_endpoint(health_endpoint_, "health", options_.health_probe_bind_address, "--health-probe-bind-address",
                       runtime::health_handler(manager_->health(), manager_->readiness()));
}

void Daemon::handle_signals() {
  signals_ = std::make_unique<asio::signal_set>(loop_, SIGINT, SIGTERM);
  signals_->async_wait([this](error_code ec, int signal) {
    if (ec) return;
    kLog.info("Stopping", {{"signal", signal == SIGINT ? "SIGINT" : "SIGTERM"}});
    stop();
    // A second signal is somebody's impatience: the default action ends the process at once.
    signals_.reset();
  });
}

asio::awaitable<void> Daemon::demo() {
  DemoHints hints;
  hints.kubeconfig = options_.embedded_kubeconfig;
  if (metrics_endpoint_) hints.metrics_address = metrics_endpoint_->address();
  auto shown = co_await run_demo(*manager_, config_.default_namespace, std::move(hints));
  if (shown) co_return;
  demo_failure_ = shown.error().describe();
  stop();
}

void Daemon::stop() {
  stopping_ = true;
  manager_->stop();
  charts_->stop();
}

void Daemon::start_endpoints() {
  for (Endpoint* endpoint : {metrics_endpoint_.get(), health_endpoint_.get(), debug_endpoint_.get()}) {
    if (!endpoint) continue;
    endpoint->start();
    kLog.info("Serving", {{"endpoint", endpoint->name()}, {"address", endpoint->address()}});
  }
}

asio::awaitable<int> Daemon::run() {
  std::string failure;
  std::exception_ptr thrown;
  try {
    failure = co_await serve();
  } catch (...) {
    thrown = std::current_exception();
  }
  co_await close();
  if (thrown) std::rethrow_exception(thrown);
  if (!failure.empty()) co_return fail(failure);
  kLog.info("Stopped");
  co_return kExitOk;
}

// Returns why it could not go on; nothing after a stop.
asio::awaitable<std::string> Daemon::serve() {
  handle_signals();
  start_endpoints();
  kLog.info("Starting", {{"version", version()}, {"commit", commit()}, {"server", config_.server}});
  if (options_.demo) {
    auto installed = co_await install_crds(*client_, clock_);
    if (!installed) co_return installed.error().describe();
  }
  if (stopping_) co_return std::string();
  tasks_->spawn(loop_monitor_->run());
  tasks_->spawn(charts_->run(
      *client_, [this](controllers::ChartName chart) { return controllers_->wake_users_of(std::move(chart)); }));
  if (options_.demo) tasks_->spawn(demo());
  auto ended = co_await manager_->run();
  if (!ended && !stopping_) co_return ended.error().message;
  co_return demo_failure_;
}

// Whoever asks the pool for something ends before it is joined.
asio::awaitable<void> Daemon::close() {
  co_await tasks_->stop();
  if (debug_endpoint_) co_await debug_endpoint_->stop();
  charts_->join();
  if (metrics_endpoint_) co_await metrics_endpoint_->stop();
  if (health_endpoint_) co_await health_endpoint_->stop();
  client_->close();
  signals_.reset();
}

kube::Outcome<kube::ClusterConfig> find_cluster(const Options& options,
                                                std::unique_ptr<apiserver::ServerThread>& server) {
  if (!options.embedded) return kube::load_config({options.kubeconfig, options.context});
  apiserver::EmbeddedServerOptions embedded;
  embedded.listen = options.embedded_listen;
  embedded.kubeconfig = options.embedded_kubeconfig;
  embedded.credentials_dir = options.embedded_data_dir;
  server = std::make_unique<apiserver::ServerThread>(std::move(embedded));
  auto started = server->start();
  if (!started) return kube::Error{kube::Reason::configuration, 0, started.error().message};
  return embedded_config(*started);
}

}  // namespace

int run_daemon(const Options& options) {
  // Declared before the loop, so that it outlives every connection to it.
  std::unique_ptr<apiserver::ServerThread> server;
  auto config = find_cluster(options, server);
  if (!config) return fail(config.error().message);

  asio::io_context loop(1);
  Daemon daemon(loop, options, std::move(*config));
  if (const std::string reason = daemon.open(); !reason.empty()) return fail(reason);
  return run_to_end(loop, daemon.run(), {[&] { daemon.run_loop(); }, [&] { daemon.stop(); }});
}

}  // namespace kyma::cmd
