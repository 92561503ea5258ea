// What the API server itself costs: its handler called directly, and over loopback TCP without TLS.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operator/apiserver/api_server.hpp"
#include "operator/apiserver/storage.hpp"
#include "operator/base/real_clock.hpp"
#include "operator/base/task_group.hpp"
#include "operator/http/client.hpp"
#include "operator/http/server.hpp"
#include "operator/http/tcp.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::string_view kToken = "benchmark-token";
constexpr std::string_view kComponents = "/apis/example.com/v1/namespaces/default/components";

constexpr std::string_view kDefinition = R"json({
"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"components.example.com"},
"spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"components","kind":"Component"},
"versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},"schema":{"openAPIV3Schema":{"type":"object","properties":{
"spec":{"type":"object","required":["componentName"],"properties":{"componentName":{"type":"string","minLength":1,"maxLength":63,"pattern":"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"},
"namespace":{"type":"string"},"values":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}},
"status":{"type":"object","properties":{"status":{"type":"string","enum":["pending","started","failing","retrying","success","error"]},"lastReconciliation":{"type":"string","format":"date-time"},
"observedGeneration":{"type":"integer","format":"int64"},"manifestDigest":{"type":"string"}}}}}}}]}})json";

std::string component(std::size_t number) {
  return fmt::format(
      R"({{"apiVersion":"example.com/v1","kind":"Component","metadata":{{"name":"kyma-{0}-service-catalog-addons","namespace":"default","labels":{{"app.kubernetes.io/managed-by":"kyma-operator"}},"ownerReferences":[{{"apiVersion":"v9/unknown","kind":"Kyma","name":"kyma-{0}","uid":"6f1c1c9e-55a1-4f57-9a3c-0b9f6a4f7{0:03}","controller":true,"blockOwnerDeletion":true}}]}},"spec":{{"componentName":"service-catalog-addons","namespace":"kyma-system","values":{{"global":{{"domainName":"kyma.example.com","replicas":1}}}}}}}})",
      number);
}

std::string status(std::size_t step, std::string_view version) {
  constexpr std::string_view kStates[] = {"pending", "started", "failing", "retrying", "success"};
  return fmt::format(
      R"({{"metadata":{{"resourceVersion":"{}"}},"status":{{"status":"{}","lastReconciliation":"2026-11-21T22:42:38.{:06}Z","observedGeneration":1,"manifestDigest":"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}}}})",
      version, kStates[step % 5], step % 1'000'000);
}

// Keeps the last answer only.
class Sink final : public http::ResponseWriter {
 public:
  asio::awaitable<http::Outcome<void>> send(http::Response response) override {
    last = std::move(response);
    co_return http::Outcome<void>();
  }
  asio::awaitable<http::Outcome<void>> start(http::ResponseHead head) override {
    last.status = head.status;
    co_return http::Outcome<void>();
  }
  asio::awaitable<http::Outcome<void>> write(std::span<const std::string_view> pieces) override {
    for (const auto piece : pieces) bytes += piece.size();
    co_return http::Outcome<void>();
  }
  bool started() const noexcept override { return false; }
  std::string peer() const override { return "bench"; }

  http::Response last;
  std::size_t bytes = 0;
};

http::Request make_request(std::string_view method, std::string target, std::string body = {}) {
  http::Request request{std::string(method), std::move(target), {}, std::move(body)};
  request.headers.add("Authorization", "Bearer benchmark-token");
  request.headers.add("Accept", "application/json");
  request.headers.add("Content-Type", method == "PATCH" ? "application/merge-patch+json" : "application/json");
  return request;
}

class Bench {
 public:
  Bench() : server_(loop_.get_executor(), clock_, options()), handler_(server_.handler()) {
    if (!server_.create(kDefinition)) throw std::runtime_error("cannot define the resource");
  }

  void call(http::Request request) {
    request_ = std::move(request);
    bool done = false;
    asio::co_spawn(loop_, handler_(request_, sink), [&](std::exception_ptr error) {
      if (error) std::rethrow_exception(error);
      done = true;
    });
    loop_.restart();
    while (!done) loop_.run_one();
  }
  void fill(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) server_.create(component(i)).value();
  }
  std::string version_of(std::size_t number) {
    call(make_request("GET", fmt::format("{}/kyma-{}-service-catalog-addons", kComponents, number)));
    return std::string(json::string_at(*json::parse(sink.last.body), {"metadata", "resourceVersion"}));
  }
  ApiServer& server() noexcept { return server_; }

  Sink sink;

 private:
  static ApiServerOptions options() {
    ApiServerOptions options;
    options.credentials.push_back({std::string(kToken)});
    return options;
  }

  asio::io_context loop_{1};
  RealClock clock_{loop_.get_executor()};
  ApiServer server_;
  http::Handler handler_;
  http::Request request_;
};

void create(benchmark::State& state) {
  Bench bench;
  std::size_t number = 0;
  for (auto _ : state) {
    bench.call(make_request("POST", std::string(kComponents), component(number++)));
    if (bench.sink.last.status != 201) throw std::runtime_error(bench.sink.last.body);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(create);

void patch_status(benchmark::State& state) {
  Bench bench;
  const auto count = static_cast<std::size_t>(state.range(0));
  bench.fill(count);
  std::vector<std::string> versions(count);
  for (std::size_t i = 0; i < count; ++i) versions[i] = bench.version_of(i);
  std::size_t step = 0;
  for (auto _ : state) {
    const auto number = step % count;
    bench.call(make_request("PATCH", fmt::format("{}/kyma-{}-service-catalog-addons/status", kComponents, number),
                            status(step / count, versions[number])));
    if (bench.sink.last.status != 200) throw std::runtime_error(bench.sink.last.body);
    const auto& body = bench.sink.last.body;
    versions[number] = body.substr(body.find("\"resourceVersion\":\"") + 19, 16);
    ++step;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(patch_status)->Arg(1000)->Arg(70'000);

void get(benchmark::State& state) {
  Bench bench;
  bench.fill(1000);
  std::size_t number = 0;
  for (auto _ : state) {
    bench.call(make_request("GET", fmt::format("{}/kyma-{}-service-catalog-addons", kComponents, number++ % 1000)));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(get);

void list(benchmark::State& state) {
  Bench bench;
  bench.fill(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) bench.call(make_request("GET", std::string(kComponents)));
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["bytes"] = static_cast<double>(bench.sink.bytes) / static_cast<double>(state.iterations());
}
BENCHMARK(list)->Arg(76'000)->Unit(benchmark::kMillisecond);

void snapshot(benchmark::State& state) {
  Bench bench;
  bench.fill(static_cast<std::size_t>(state.range(0)));
  auto& table = bench.server().storage().table("components.example.com");
  for (auto _ : state) benchmark::DoNotOptimize(table.list({}));
}
BENCHMARK(snapshot)->Arg(76'000)->Unit(benchmark::kMillisecond);

// Requests over loopback TCP on connections of their own, server and clients on one thread: the sum of both.
void over_tcp(benchmark::State& state) {
  asio::io_context loop(1);
  RealClock clock(loop.get_executor());
  ApiServerOptions options;
  options.credentials.push_back({std::string(kToken)});
  ApiServer api(loop.get_executor(), clock, options);
  api.create(kDefinition).value();
  http::Server server(loop.get_executor(), clock, api.handler(), {});
  auto listener = http::Listener::bind(loop.get_executor(), {"127.0.0.1", 0}, nullptr).value();
  TaskGroup tasks(loop.get_executor());
  tasks.spawn(
      listener->accept_all(clock, [&](std::unique_ptr<http::Stream> stream) { server.serve(std::move(stream)); }));
  http::Client client(loop.get_executor(), clock,
                      http::make_tcp_dialer(clock, listener->local(), nullptr, std::chrono::seconds{5}),
                      {.max_connections = static_cast<std::size_t>(state.range(0)), .host = "127.0.0.1"});
  std::size_t number = 0;
  for (auto _ : state) {
    std::size_t open = static_cast<std::size_t>(state.range(0));
    for (auto i = open; i > 0; --i) {
      asio::co_spawn(loop, client.send(make_request("POST", std::string(kComponents), component(number++)), {}),
                     [&open](std::exception_ptr error, http::Outcome<http::Response> response) {
                       if (error) std::rethrow_exception(error);
                       if (!response || response->status != 201) throw std::runtime_error("create failed");
                       --open;
                     });
    }
    loop.restart();
    while (open > 0) loop.run_one();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(number));
  client.close();
  listener->close();
  bool stopped = false;
  asio::co_spawn(loop, server.stop({}), [&](std::exception_ptr) { stopped = true; });
  loop.restart();
  while (!stopped || !tasks.empty()) loop.run_one();
}
BENCHMARK(over_tcp)->Arg(16)->Arg(64);

}  // namespace
}  // namespace kyma::apiserver
