// Concurrent clients of the API server, and what they saw judged: in virtual time with requests and answers that get
// lost, and over a disk that fails.
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <random>

#include "operator/base/log.hpp"
#include "test/support/linearizability.hpp"
#include "test/support/linearizability_clients.hpp"
#include "test/support/run_on_loop.hpp"
#include "test/support/test_cluster.hpp"
#include "test/unit/apiserver/durable_fixture.hpp"

using namespace kyma;
using namespace std::chrono_literals;
using test::linearizability::find_fault;
using test::linearizability::RecordingClients;

namespace {

std::string fault_of(const RecordingClients& clients) { return find_fault(clients.history()).value_or("none"); }

// Every request takes its own time on the way there and back; some never arrive, and some answers do not.
void make_unreliable(test::TestCluster& cluster, std::mt19937_64& random) {
  cluster.latency = [&random](const test::LoggedRequest&) -> Duration {
    return std::chrono::microseconds(random() % 10'000);
  };
  cluster.fault = [&random](const test::LoggedRequest&) {
    const auto dice = random() % 200;
    if (dice < 2) return test::Fault::lost_answer;
    if (dice < 4) return test::Fault::lost_request;
    return dice < 6 ? test::Fault::unavailable : test::Fault::none;
  };
}

class QuietLog final : public LogSink {
 public:
  QuietLog() { logging::set_sink(this); }
  ~QuietLog() override { logging::set_sink(nullptr); }
  void write(std::string_view) override {}
};

}  // namespace

TEST_CASE("What clients see over an unreliable network is linearizable", "[apiserver][linearizability]") {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    CAPTURE(seed);
    const QuietLog quiet;
    test::TestCluster cluster;
    std::mt19937_64 random(seed);
    make_unreliable(cluster, random);
    kube::ClientOptions client_options;
    client_options.qps = 0;
    const auto client = cluster.make_client(client_options, nullptr);
    RecordingClients clients(cluster.clock, {.keys = 3, .longest_pause = 5ms, .seed = seed});
    cluster.run(clients.begin(cluster.user()));
    TaskGroup tasks(cluster.loop.get_executor());
    clients.spawn(tasks, *client);
    cluster.run_for(5s);
    clients.stop_clients();
    REQUIRE(cluster.run_until(1min, [&] { return clients.running() == 0; }));
    REQUIRE(cluster.run(clients.finish(cluster.user(), 1min)));
    cluster.run(tasks.stop());
    CHECK(clients.unanswered() > 20);
    CHECK(clients.history().operations.size() > 2000);
    CHECK(clients.history().listings.size() > 100);
    CHECK(fault_of(clients) == "none");
  }
}

namespace {

// An API server over files that can be made to fail, in real time.
class FailingServer {
 public:
  FailingServer() {
    apiserver::ApiServerOptions options;
    options.credentials.push_back({"token"});
    api = std::make_unique<apiserver::ApiServer>(files.loop.get_executor(), files.clock, options,
                                                 std::move(files.storage));
    api->start();
    server =
        std::make_unique<http::Server>(files.loop.get_executor(), files.clock, api->handler(), http::ServerOptions{});
    kube::ClusterConfig config;
    config.server = "http://memory:8080";
    config.token = "token";
    kube::ClientOptions client_options;
    client_options.qps = 0;
    client = kube::Client::make_with_dialer(files.loop.get_executor(), files.clock,
                                            connections.dialer(files.loop.get_executor(), *server), config,
                                            client_options, nullptr);
  }
  ~FailingServer() {
    client->close();
    test::run_on(files.loop, stop());
  }

  asio::awaitable<void> stop() {
    co_await api->stop();
    co_await server->stop(0s);
  }

  QuietLog quiet;
  apiserver::test::DurableFixture files{100'000};
  test::Connections connections;
  std::unique_ptr<apiserver::ApiServer> api;
  std::unique_ptr<http::Server> server;
  std::unique_ptr<kube::Client> client;
};

asio::awaitable<void> fail_now_and_then(Clock& clock, std::mt19937_64& random, int times) {
  using apiserver::test::FaultyFiles;
  for (int i = 0; i < times; ++i) {
    co_await clock.sleep_for(std::chrono::milliseconds(20 + random() % 60));
    if (i % 2 == 0)
      FaultyFiles::write_fault = ENOSPC;
    else
      FaultyFiles::sync_fault = EIO;
    co_await clock.sleep_for(std::chrono::milliseconds(1 + random() % 20));
    FaultyFiles::write_fault = 0;
    FaultyFiles::sync_fault = 0;
  }
  // Until a probe has succeeded.
  co_await clock.sleep_for(100ms);
}

asio::awaitable<bool> run_over_faults(FailingServer& server, RecordingClients& clients) {
  TaskGroup tasks(server.files.loop.get_executor());
  std::mt19937_64 random(1);
  co_await clients.begin(*server.client);
  clients.spawn(tasks, *server.client);
  co_await fail_now_and_then(server.files.clock, random, 12);
  clients.stop_clients();
  while (clients.running() > 0) co_await server.files.clock.sleep_for(5ms);
  const bool finished = co_await clients.finish(*server.client, 10s);
  co_await tasks.stop();
  co_return finished;
}

}  // namespace

TEST_CASE("What clients see while the disk fails now and then is linearizable", "[apiserver][linearizability]") {
  FailingServer server;
  RecordingClients clients(server.files.clock, {.clients = 16, .keys = 3, .longest_pause = 1ms});
  REQUIRE(test::run_on(server.files.loop, run_over_faults(server, clients)));
  const auto refused = std::ranges::count_if(clients.history().operations, [](const auto& operation) {
    return operation.outcome == test::linearizability::Operation::Outcome::refused;
  });
  CHECK(refused > 10);
  CHECK(clients.unanswered() == 0);
  CHECK(fault_of(clients) == "none");
}
