// kyma-apiserver: the embedded API server alone.
#include <fmt/format.h>

#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>

#include "cmd/common/cli.hpp"
#include "operator/apiserver/embedded_server.hpp"
#include "operator/base/descriptors.hpp"
#include "operator/base/log.hpp"
#include "operator/base/memory_trim.hpp"
#include "operator/base/real_clock.hpp"
#include "operator/base/version.hpp"

namespace kyma::cmd {
namespace {

// What a burst leaves behind is given back; less is not worth the milliseconds that a large heap takes.
constexpr std::size_t kFreeHeap = 64 * 1024 * 1024;

struct Options {
  apiserver::EmbeddedServerOptions server;
};

// A slow and limited server, for tests of clients. Watches, /metrics, /version and health are exempt.
void add_limit_flags(CLI::App& app, apiserver::RequestLimits& limits) {
  const std::string group = "Limits (watches, /metrics, /version and health are exempt)";
  // More would be less than the clock's unit apart.
  const auto rate = [] { return CLI::Range(0.0, 1e6).description(""); };
  const auto count = [] { return CLI::Range(std::size_t{0}, std::size_t{1'000'000}).description(""); };
  app.add_option("--max-requests-per-second", limits.requests_per_second,
                 "Requests served per second; more wait in the queue, then get 429 with Retry-After: 1; 0: no limit")
      ->check(rate())
      ->capture_default_str()
      ->group(group);
  app.add_option("--max-writes-per-second", limits.writes_per_second, "The same for writes alone; 0: no limit")
      ->check(rate())
      ->capture_default_str()
      ->group(group);
  app.add_option("--queue-length", limits.queue_length, "Requests that may wait at a time; more get 429")
      ->check(count())
      ->capture_default_str()
      ->group(group);
  add_duration_flag(app, "--queue-wait", limits.queue_wait, "A request that has waited this long gets 429")
      ->group(group);
  app.add_option("--max-requests-inflight", limits.max_inflight,
                 "Requests being answered at a time; more get 429; 0: no limit")
      ->check(count())
      ->capture_default_str()
      ->group(group);
  add_duration_flag(app, "--latency", limits.latency, "Added to every request")->group(group);
  add_duration_flag(app, "--overload-latency", limits.overload_latency,
                    "Added to every request that had to wait in the queue")
      ->group(group);
}

// What no flag can check alone. Empty when all is well.
std::string check(const apiserver::RequestLimits& limits) {
  if (limits.queue_wait < Duration::zero()) return "--queue-wait must not be negative";
  if (limits.latency < Duration::zero()) return "--latency must not be negative";
  if (limits.overload_latency < Duration::zero()) return "--overload-latency must not be negative";
  const bool has_rate = limits.requests_per_second > 0 || limits.writes_per_second > 0;
  if (limits.overload_latency > Duration::zero() && !has_rate) {
    return "--overload-latency needs a limit: set --max-writes-per-second or --max-requests-per-second";
  }
  return {};
}

// Kubernetes' own names.
void add_switch_flags(CLI::App& app, apiserver::ApiSwitches& switches) {
  const std::string group = "Features";
  const auto check = [](const kube::Outcome<void>& set) {
    if (!set) throw CLI::ValidationError(set.error().message);
  };
  app.add_option_function<std::string>(
         "--feature-gates", [&switches, check](const std::string& text) { check(switches.set_features(text)); },
         "Features to turn on or off: WatchList=false,AggregatedDiscovery=false")
      ->type_name("NAME=BOOL,...")
      ->group(group);
  app.add_option_function<std::string>(
         "--runtime-config", [&switches, check](const std::string& text) { check(switches.set_versions(text)); },
         "Versions of built-in groups to turn on or off: events.k8s.io/v1=false")
      ->type_name("GROUP/VERSION=BOOL,...")
      ->group(group);
}

void add_security_flags(CLI::App& app, apiserver::EmbeddedServerOptions& server) {
  const std::string group = "Authentication and authorization";
  const auto set_mode = [&server](const std::string& mode) {
    using Mode = apiserver::AuthorizationMode;
    server.api.authorization = mode == "RBAC" ? Mode::rbac : Mode::always_allow;
  };
  app.add_option_function<std::string>(
         "--authorization-mode", set_mode,
         "AlwaysAllow: whoever is known may do everything; RBAC: roles and their bindings decide")
      ->check(CLI::IsMember({"AlwaysAllow", "RBAC"}))
      ->default_str("AlwaysAllow")
      ->group(group);
  app.add_option("--service-account-issuer", server.api.service_account_issuer,
                 "Issuer of the tokens of service accounts, and the audience that they are for by default")
      ->capture_default_str()
      ->group(group);
  app.add_option(
         "--tls-cert-file", server.tls_cert_file,
         "PEM certificate (and its chain) to serve with instead of one of the server's own CA, which is made anew "
         "at each start; the kubeconfig then trusts this file")
      ->group(group);
  app.add_option("--tls-private-key-file", server.tls_private_key_file, "PEM key of --tls-cert-file")->group(group);
  app.add_option("--client-ca-file", server.client_ca_file,
                 "PEM CA whose client certificates are taken (CN is the user, O the groups); default: the server's own")
      ->group(group);
}

// kube-apiserver's names, but for the level, which is a whole policy there.
void add_audit_flags(CLI::App& app, apiserver::AuditOptions& audit) {
  const std::string group = "Audit log";
  app.add_option("--audit-log-path,--audit-log", audit.path,
                 "File to append one line of JSON to for each request (audit.k8s.io/v1 Event; mode 0600); - for "
                 "standard output; default: none")
      ->group(group);
  app.add_option("--audit-log-maxsize", audit.max_megabytes,
                 "Megabytes after which the file is put aside as <name>-<time>.<extension>; 0: never")
      ->check(CLI::Range(std::size_t{0}, std::size_t{1'000'000}).description(""))
      ->capture_default_str()
      ->group(group);
  app.add_option("--audit-log-maxbackup", audit.max_backups, "Files put aside that are kept; 0: all")
      ->check(CLI::Range(std::size_t{0}, std::size_t{1'000'000}).description(""))
      ->capture_default_str()
      ->group(group);
  app.add_option_function<std::string>(
         "--audit-policy-level",
         [&audit](const std::string& name) { audit.level = *apiserver::audit_level_from_string(name); },
         "What is written of a request: None, Metadata (who asked for what, and what became of it), Request (its body "
         "too, but never that of a Secret or of what carries a token)")
      ->check(CLI::IsMember({"None", "Metadata", "Request"}))
      ->default_str("Metadata")
      ->group(group);
}

void add_flags(CLI::App& app, Options& options) {
  auto& server = options.server;
  server.kubeconfig = "kyma-apiserver.kubeconfig";
  server.api.service_account_objects = true;
  app.add_option("--listen", server.listen, "Address to serve the API at, with TLS (host:port; port 0: any free one)")
      ->capture_default_str();
  app.add_option(
         "--kubeconfig-out", server.kubeconfig,
         "File to write the administrator's kubeconfig to (mode 0600); the CA, the token and the key of service "
         "accounts' tokens are kept beside it")
      ->capture_default_str();
  app.add_option(
      "--data-dir", server.data_dir,
      "Directory to keep every object in (SQLite), and the CA, the token and the key: what is acknowledged is there "
      "after a crash. Default: objects live in memory and end with the process");
  app.add_option("--insecure-listen", server.insecure_listen,
                 "Loopback address to serve the API at without TLS, for measurements (the token is still needed)");
  add_switch_flags(app, server.api.switches);
  add_security_flags(app, server);
  add_audit_flags(app, server.api.audit);
  add_limit_flags(app, server.api.limits);
  add_log_flags(app);
}

asio::awaitable<void> wait_for_signal() {
  asio::signal_set signals(co_await asio::this_coro::executor, SIGINT, SIGTERM);
  const int number = co_await signals.async_wait(asio::use_awaitable);
  Logger("apiserver").info("Stopping", {{"signal", number == SIGINT ? "SIGINT" : "SIGTERM"}});
}

asio::awaitable<void> run_until_signal(apiserver::EmbeddedServer& server) {
  co_await wait_for_signal();
  co_await server.stop();
}

void announce(std::FILE* where, const apiserver::EmbeddedServerInfo& info, const std::string& data_dir) {
  fmt::print(where,
             "kyma-apiserver {} serves {}{}, objects in {}; use it with: kubectl --kubeconfig {} get namespaces\n",
             version(), info.url, info.insecure_url.empty() ? "" : fmt::format(" and {}", info.insecure_url),
             data_dir.empty() ? "memory" : data_dir, info.kubeconfig);
  std::fflush(where);
}

int run(Options options) {
  asio::io_context loop(1);
  RealClock clock(loop.get_executor());
  const MemoryTrimmer trimmer(clock, kFreeHeap);
  const auto data_dir = options.server.data_dir;
  const bool output_is_audit_log = options.server.api.audit.path == "-";
  apiserver::EmbeddedServer server(loop.get_executor(), clock, std::move(options.server));
  const auto started = server.start();
  if (!started) return fail(started.error().message);
  announce(output_is_audit_log ? stderr : stdout, *started, data_dir);
  asio::co_spawn(loop, run_until_signal(server), [&loop](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
    loop.stop();
  });
  loop.run();
  return kExitOk;
}

}  // namespace
}  // namespace kyma::cmd

int main(int argc, char** argv) {
  kyma::tune_heap();
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);   // a file at its limit is a failed write, like a full disk
  kyma::raise_descriptor_limit();  // thousands of watchers
  try {
    CLI::App app{"A Kubernetes-compatible API server in one process: no etcd, no installation, gone without a trace"};
    kyma::cmd::set_up(app);
    kyma::cmd::Options options;
    kyma::cmd::add_flags(app, options);
    if (const auto code = kyma::cmd::parse(app, argc, argv)) return *code;
    if (const auto mistake = kyma::cmd::check(options.server.api.limits); !mistake.empty()) {
      return kyma::cmd::fail(mistake);
    }
    return kyma::cmd::run(std::move(options));
  } catch (const std::exception& error) {
    return kyma::cmd::fail(error.what());
  }
}
