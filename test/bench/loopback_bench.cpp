// Creates and status patches per second over loopback, TLS and plain, in memory and with a data directory: the REST
// client on one thread, the embedded server on another. The floor is what bench_http moves without an API behind it;
// the durable ones pay a sync of the temporary directory's disk (TMPDIR) for each group of writes.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "operator/api/helm_component.hpp"
#include "operator/api/manifests.hpp"
#include "operator/apiserver/embedded_server.hpp"
#include "operator/base/log.hpp"
#include "operator/base/real_clock.hpp"
#include "operator/base/task_group.hpp"
#include "operator/kube/client/client.hpp"

using namespace kyma;

namespace {

constexpr int kCallers = 32;
constexpr int kPerRound = 2000;

// A directory for objects, or none.
class Scratch {
 public:
  explicit Scratch(bool wanted) {
    if (!wanted) return;
    path = (std::filesystem::temp_directory_path() / "kyma-bench.XXXXXX").string();
    if (!::mkdtemp(path.data())) throw std::runtime_error("cannot make " + path);
  }
  ~Scratch() {
    if (!path.empty()) std::filesystem::remove_all(path);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string path;  // empty: none
};

apiserver::EmbeddedServerOptions server_options(const Scratch& data) {
  apiserver::EmbeddedServerOptions options;
  options.data_dir = data.path;
  options.listen = "127.0.0.1:0";
  options.insecure_listen = "127.0.0.1:0";
  return options;
}

class Loopback {
 public:
  explicit Loopback(bool tls, bool durable = false)
      : data_(durable), server_(server_options(data_)), clock_(loop_.get_executor()), callers_(loop_.get_executor()) {
    logging::set_level(LogLevel::error);
    const auto info = server_.start().value();
    kube::ClusterConfig config;
    config.server = tls ? info.url : info.insecure_url;
    config.ca_pem = info.ca_pem;
    config.token = info.token;
    kube::ClientOptions options;
    options.qps = 0;
    client_ = kube::Client::make(loop_.get_executor(), clock_, config, options, nullptr).value();
    run(install_crds());
  }
  ~Loopback() {
    client_->close();
    loop_.poll();
  }

  // Runs `kPerRound` operations, `kCallers` at a time.
  template <class Operation>
  void round(Operation operation) {
    int next = 0;
    for (int i = 0; i < kCallers; ++i) callers_.spawn(call_until_done(next, operation));
    run(callers_.join());
  }

  asio::awaitable<void> create(int number) {
    const std::string body = fmt::format(
        R"({{"apiVersion":"inventory.kyma-project.io/v1alpha1","kind":"HelmComponent","metadata":{{"name":"c-{}"}},)"
        R"("spec":{{"componentName":"monitoring","namespace":"kyma-system"}}}})",
        number);
    (co_await client_->create(api::HelmComponent::resource_type(), "default", body)).value();
  }

  asio::awaitable<void> patch_status(int number, int revision) {
    const std::string body = fmt::format(
        R"({{"status":{{"status":"started","observedGeneration":1,"lastReconciliation":"2026-11-21T22:42:38.{:06}Z"}}}})",
        revision % 1'000'000);
    const std::string name = fmt::format("c-{}", number);
    (co_await client_->merge_patch(api::HelmComponent::resource_type(), "default", name, body, "status")).value();
  }

 private:
  template <class Operation>
  static asio::awaitable<void> call_until_done(int& next, Operation operation) {
    while (next < kPerRound) {
      const int number = next++;
      co_await operation(number);
    }
  }

  asio::awaitable<void> install_crds() {
    const kube::ResourceType crds{"apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions",
                                  false};
    for (const std::string_view manifest : api::crd_manifests()) {
      (co_await client_->create(crds, {}, std::string(manifest))).value();
    }
    while (!co_await client_->list(api::HelmComponent::resource_type(), {})) {
      co_await clock_.sleep_for(std::chrono::milliseconds{5});
    }
  }

  void run(asio::awaitable<void> task) {
    bool done = false;
    asio::co_spawn(loop_, std::move(task), [&](std::exception_ptr error) {
      done = true;
      if (error) std::rethrow_exception(error);
    });
    while (!done) loop_.run_one();
  }

  Scratch data_;
  apiserver::ServerThread server_;
  asio::io_context loop_{1};
  RealClock clock_;
  std::unique_ptr<kube::Client> client_;
  TaskGroup callers_;
};

void create_objects(benchmark::State& state, Loopback& loopback) {
  int created = 0;
  for (auto _ : state) {
    loopback.round([&](int) { return loopback.create(created++); });
  }
  state.SetItemsProcessed(state.iterations() * kPerRound);
}

void patch_statuses(benchmark::State& state, Loopback& loopback) {
  loopback.round([&](int number) { return loopback.create(number); });
  int revision = 0;
  for (auto _ : state) {
    loopback.round([&](int number) { return loopback.patch_status(number, ++revision); });
  }
  state.SetItemsProcessed(state.iterations() * kPerRound);
}

void creates(benchmark::State& state) {
  Loopback loopback(state.range(0) != 0);
  create_objects(state, loopback);
}

void status_patches(benchmark::State& state) {
  Loopback loopback(state.range(0) != 0);
  patch_statuses(state, loopback);
}

void durable_creates(benchmark::State& state) {
  Loopback loopback(false, true);
  create_objects(state, loopback);
}

void durable_status_patches(benchmark::State& state) {
  Loopback loopback(false, true);
  patch_statuses(state, loopback);
}

}  // namespace

BENCHMARK(creates)->ArgName("tls")->Arg(0)->Arg(1)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(status_patches)->ArgName("tls")->Arg(0)->Arg(1)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(durable_creates)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(durable_status_patches)->UseRealTime()->Unit(benchmark::kMillisecond);
