#include "cmd/kyma-operator/daemon.hpp"

#include <fmt/format.h>

#include <boost/asio/signal_set.hpp>

#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "cmd/common/cli.hpp"
#include "cmd/kyma-operator/api_clients.hpp"
#include "cmd/kyma-operator/crds.hpp"
#include "cmd/kyma-operator/demo.hpp"
#include "cmd/kyma-operator/endpoints.hpp"
#include "operator/apiserver/embedded_server.hpp"
#include "operator/base/descriptors.hpp"
#include "operator/base/log.hpp"
#include "operator/base/memory_trim.hpp"
#include "operator/base/real_clock.hpp"
#include "operator/base/run_to_end.hpp"
#include "operator/base/version.hpp"
#include "operator/controllers/charts.hpp"
#include "operator/controllers/debug_manifests.hpp"
#include "operator/controllers/setup.hpp"
#include "operator/kube/client/config.hpp"
#include "operator/runtime/leader_elector.hpp"
#include "operator/runtime/loop_monitor.hpp"
#include "operator/runtime/manager.hpp"

namespace kyma::cmd {
namespace {

const Logger kLog("daemon");

// With what follows (events, the lease) less than the 10 s that a pod is given.
constexpr std::chrono::seconds kShutdownTimeout{6};

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
  result.shutdown_timeout = kShutdownTimeout;
  return result;
}

// Of the pod that this runs in; empty when it is none.
std::string pod_namespace() {
  std::ifstream file(std::string(kube::kServiceAccountDirectory) + "/namespace");
  std::string name;
  file >> name;
  return name;
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
  void open_election();
  EndpointSources endpoint_sources();
  void handle_signals();
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
  ApiClients clients_;
  std::unique_ptr<runtime::LeaderElector> elector_;  // null: nobody else reconciles
  std::unique_ptr<runtime::Manager> manager_;
  std::unique_ptr<controllers::Charts> charts_;
  std::unique_ptr<controllers::Controllers> controllers_;
  std::unique_ptr<runtime::LoopMonitor> loop_monitor_;
  Endpoints endpoints_{loop_.get_executor(), clock_};
  std::unique_ptr<asio::signal_set> signals_;
  std::unique_ptr<TaskGroup> tasks_;
  bool stopping_ = false;
  std::string demo_failure_;
};

void Daemon::open_election() {
  if (!options_.leader_elect) return;
  runtime::LeaderElectionOptions election;
  election.name = options_.leader_elect_id;
  election.times = options_.leader_elect_times;
  election.name_space = options_.leader_elect_namespace;
  if (election.name_space.empty() && !options_.embedded) election.name_space = pod_namespace();
  if (election.name_space.empty()) election.name_space = config_.default_namespace;
  elector_ = std::make_unique<runtime::LeaderElector>(clock_, clients_.lease(), std::move(election), &registry_);
  manager_->lead_by(*elector_);
}

EndpointSources Daemon::endpoint_sources() {
  return {registry_,
          manager_->health(),
          manager_->readiness(),
          controllers::debug_manifests_handler(charts_->manifests()),
          charts_->manifests().pool(),
          options_.metrics_secure ? &clients_.access() : nullptr};
}

std::string Daemon::open() {
  process_metrics_ = metrics::add_process_metrics(registry_);
  tasks_ = std::make_unique<TaskGroup>(loop_.get_executor());
  auto reason = clients_.open(
      loop_.get_executor(), clock_, config_, options_, [this] { return elector_ && elector_->may_write(); }, registry_);
  if (!reason.empty()) return reason;
  runtime::ManagerOptions manager = manager_options(options_);
  manager.events_client = &clients_.events();
  manager_ =
      std::make_unique<runtime::Manager>(loop_.get_executor(), clock_, clients_.work(), std::move(manager), registry_);
  open_election();
  controllers::ChartManifestsOptions manifests;
  manifests.cache_bytes = options_.manifest_cache_mib << 20U;
  charts_ =
      std::make_unique<controllers::Charts>(loop_.get_executor(), clock_, options_.charts_dir, manifests, registry_);
  controllers_ = std::make_unique<controllers::Controllers>(*manager_, charts_->manifests());
  loop_monitor_ = std::make_unique<runtime::LoopMonitor>(clock_, registry_);
  return endpoints_.open(options_, endpoint_sources());
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
  if (endpoints_.metrics()) hints.metrics_address = endpoints_.metrics()->address();
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
  endpoints_.start();
  kLog.info("Starting", {{"version", version()}, {"commit", commit()}, {"server", config_.server}});
  // Nobody else could have: an embedded server begins empty.
  if (options_.demo || options_.embedded) {
    auto installed = co_await install_crds(clients_.work(), clock_);
    if (!installed) co_return installed.error().describe();
  }
  if (stopping_) co_return std::string();
  tasks_->spawn(loop_monitor_->run());
  tasks_->spawn(charts_->run(
      clients_.work(), [this](controllers::ChartName chart) { return controllers_->wake_users_of(std::move(chart)); },
      [this] { manager_->server_answered(); }));
  if (options_.demo) tasks_->spawn(demo());
  auto ended = co_await manager_->run();
  if (!ended && !stopping_) co_return ended.error().message;
  co_return demo_failure_;
}

// Whoever asks the pool for something ends before it is joined.
asio::awaitable<void> Daemon::close() {
  co_await tasks_->stop();
  co_await endpoints_.stop_debug();
  charts_->join();
  co_await endpoints_.stop();
  clients_.close();
  signals_.reset();
}

kube::Outcome<kube::ClusterConfig> find_cluster(const Options& options,
                                                std::unique_ptr<apiserver::ServerThread>& server) {
  if (!options.embedded) return kube::load_config({options.kubeconfig, options.context});
  apiserver::EmbeddedServerOptions embedded;
  embedded.listen = options.embedded_listen;
  embedded.kubeconfig = options.embedded_kubeconfig;
  embedded.data_dir = options.embedded_data_dir;
  embedded.api.audit.path = options.embedded_audit_log;
  raise_descriptor_limit();  // watchers are connections
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
