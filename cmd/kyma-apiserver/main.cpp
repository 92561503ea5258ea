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
#include "operator/base/log.hpp"
#include "operator/base/real_clock.hpp"
#include "operator/base/version.hpp"

namespace kyma::cmd {
namespace {

struct Options {
  apiserver::EmbeddedServerOptions server;
};

void add_flags(CLI::App& app, Options& options) {
  auto& server = options.server;
  server.kubeconfig = "kyma-apiserver.kubeconfig";
  app.add_option("--listen", server.listen, "Address to serve the API at, with TLS (host:port; port 0: any free one)")
      ->capture_default_str();
  app.add_option("--kubeconfig-out", server.kubeconfig,
                 "File to write the administrator's kubeconfig to (mode 0600); the CA and the token are kept beside it")
      ->capture_default_str();
  app.add_option(
      "--data-dir", server.credentials_dir,
      "Directory for the CA and the token instead. Objects are not stored there: they live in memory and end "
      "with the process");
  app.add_option("--insecure-listen", server.insecure_listen,
                 "Loopback address to serve the API at without TLS, for measurements (the token is still needed)");
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

void announce(const apiserver::EmbeddedServerInfo& info) {
  fmt::print("kyma-apiserver {} serves {}{}, objects in memory; use it with: kubectl --kubeconfig {} get namespaces\n",
             version(), info.url, info.insecure_url.empty() ? "" : fmt::format(" and {}", info.insecure_url),
             info.kubeconfig);
  std::fflush(stdout);
}

int run(Options options) {
  asio::io_context loop(1);
  RealClock clock(loop.get_executor());
  apiserver::EmbeddedServer server(loop.get_executor(), clock, std::move(options.server));
  const auto started = server.start();
  if (!started) return fail(started.error().message);
  announce(*started);
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
  std::signal(SIGPIPE, SIG_IGN);
  try {
    CLI::App app{"A Kubernetes-compatible API server in one process: no etcd, no installation, gone without a trace"};
    kyma::cmd::set_up(app);
    kyma::cmd::Options options;
    kyma::cmd::add_flags(app, options);
    if (const auto code = kyma::cmd::parse(app, argc, argv)) return *code;
    return kyma::cmd::run(std::move(options));
  } catch (const std::exception& error) {
    return kyma::cmd::fail(error.what());
  }
}
