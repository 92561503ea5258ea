// Exchanges per second over loopback: one client thread with N callers, one server thread.
#include <benchmark/benchmark.h>

#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "operator/base/real_clock.hpp"
#include "operator/base/task_group.hpp"
#include "operator/http/certificates.hpp"
#include "operator/http/client.hpp"
#include "operator/http/server.hpp"
#include "operator/http/tcp.hpp"

namespace kyma::http {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kBodySize = 600;
constexpr int kRoundsPerCaller = 200;

asio::awaitable<void> answer(Request& request, ResponseWriter& writer) {
  Response response{200, {{"Content-Type", "application/json"}}, std::move(request.body)};
  co_await writer.send(std::move(response));
}

// A server on a thread and loop of its own.
class ServerThread {
 public:
  explicit ServerThread(std::shared_ptr<TlsContext> tls) {
    std::promise<Endpoint> bound;
    auto at = bound.get_future();
    thread_ = std::thread([this, tls = std::move(tls), &bound] { run(tls, bound); });
    endpoint_ = at.get();
  }
  ~ServerThread() {
    asio::post(loop_, [this] { stop_(); });
    thread_.join();
  }
  const Endpoint& endpoint() const { return endpoint_; }

 private:
  void run(std::shared_ptr<TlsContext> tls, std::promise<Endpoint>& bound) {
    RealClock clock(loop_.get_executor());
    Server server(loop_.get_executor(), clock, answer, {});
    auto listener = Listener::bind(loop_.get_executor(), {"127.0.0.1", 0}, std::move(tls)).value();
    TaskGroup tasks(loop_.get_executor());
    TaskGroup stopping(loop_.get_executor());
    tasks.spawn(listener->accept_all(clock, [&](std::unique_ptr<Stream> stream) { server.serve(std::move(stream)); }));
    const auto stop = [&]() -> asio::awaitable<void> {
      listener->close();
      co_await server.stop(0s);
      co_await tasks.stop();
      loop_.stop();
    };
    stop_ = [&] { stopping.spawn(stop()); };
    bound.set_value(listener->local());
    loop_.run();
    while (!stopping.empty()) loop_.restart(), loop_.poll();
  }

  asio::io_context loop_{1};
  std::function<void()> stop_;
  Endpoint endpoint_;
  std::thread thread_;
};

asio::awaitable<void> call(Client& client, const std::string& body, int& failures) {
  for (int i = 0; i < kRoundsPerCaller; ++i) {
    Request request{"POST",
                    "/apis/inventory.kyma-project.io/v1alpha1/namespaces/default/helmcomponents/kyma-42/status",
                    {{"Content-Type", "application/merge-patch+json"},
                     {"Accept", "application/json"},
                     {"User-Agent", "kyma-operator/0.1.0"},
                     {"Authorization", "Bearer 0123456789abcdef0123456789abcdef"}},
                    body};
    const auto response = co_await client.send(std::move(request), {});
    if (!response || response->status != 200 || response->body.size() != body.size()) ++failures;
  }
}

void exchange_all(benchmark::State& state, std::shared_ptr<TlsContext> server_tls,
                  std::shared_ptr<TlsContext> client_tls) {
  ServerThread server(std::move(server_tls));
  asio::io_context loop{1};
  RealClock clock(loop.get_executor());
  ClientOptions options;
  options.host = server.endpoint().str();
  Client client(loop.get_executor(), clock, make_tcp_dialer(clock, server.endpoint(), std::move(client_tls), 10s),
                options);
  const std::string body(kBodySize, 'x');
  const auto callers = static_cast<int>(state.range(0));
  int failures = 0;
  for (auto _ : state) {
    TaskGroup tasks(loop.get_executor());
    for (int i = 0; i < callers; ++i) tasks.spawn(call(client, body, failures));
    loop.restart();
    while (!tasks.empty()) loop.run_one();
  }
  if (failures > 0) state.SkipWithError("exchanges failed");
  state.SetItemsProcessed(state.iterations() * callers * kRoundsPerCaller);
}

void post_over_tcp(benchmark::State& state) { exchange_all(state, nullptr, nullptr); }
BENCHMARK(post_over_tcp)->Arg(1)->Arg(16)->Arg(64)->UseRealTime()->Unit(benchmark::kMillisecond);

void post_over_tls(benchmark::State& state) {
  const KeyPair ca = make_certificate_authority("bench CA", 24h).value();
  const CertificateRequest request{.common_name = "server", .ip_addresses = {"127.0.0.1"}, .server = true};
  const KeyPair pair = sign_certificate(ca, request, 24h).value();
  exchange_all(state, make_server_tls({pair.certificate_pem, pair.private_key_pem, {}}).value(),
               make_client_tls({.ca_pem = ca.certificate_pem, .server_name = "127.0.0.1"}).value());
}
BENCHMARK(post_over_tls)->Arg(1)->Arg(16)->Arg(64)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kyma::http
