#include "test/support/operator_under_test.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace kyma::test {
namespace {

kube::ClientOptions client_options(const OperatorOptions& options) {
  kube::ClientOptions result;
  result.qps = options.qps;
  result.burst = options.burst;
  return result;
}

}  // namespace

struct OperatorUnderTest::Life {
  Life(TestCluster& cluster, const OperatorOptions& options, controllers::ManifestSource& manifests)
      : client(cluster.make_client(client_options(options), &registry)),
        manager(cluster.loop.get_executor(), cluster.clock, *client, options.manager, registry),
        controllers(manager, manifests),
        tasks(cluster.loop.get_executor()) {}

  asio::awaitable<void> run() {
    outcome = co_await manager.run();
    ended = true;
  }

  metrics::Registry registry;
  std::unique_ptr<kube::Client> client;
  runtime::Manager manager;
  controllers::Controllers controllers;
  TaskGroup tasks;
  std::optional<kube::Outcome<void>> outcome;
  bool ended = false;
};

OperatorUnderTest::OperatorUnderTest(TestCluster& cluster, OperatorOptions options)
    : cluster_(cluster), options_(std::move(options)) {}

OperatorUnderTest::~OperatorUnderTest() {
  if (life_) stop();
}

void OperatorUnderTest::start() {
  controllers::ManifestSource& manifests = options_.manifests ? *options_.manifests : no_rendering_;
  life_ = std::make_unique<Life>(cluster_, options_, manifests);
  life_->tasks.spawn(life_->run());
  cluster_.clock.run_until(cluster_.loop, [this] { return life_->ended || life_->manager.readiness().ok(); });
  if (life_->ended) throw std::runtime_error("the operator did not start: " + life_->outcome->error().describe());
}

void OperatorUnderTest::stop() {
  life_->manager.stop();
  cluster_.run(life_->tasks.join());
  life_->client->close();
  cluster_.loop.restart();
  cluster_.loop.poll();
  life_.reset();
}

void OperatorUnderTest::kill() {
  cluster_.connections.break_all();
  cluster_.connections.set_down(true);
  life_->client->close();
  life_->manager.stop();
  cluster_.run(life_->tasks.join());
  cluster_.connections.set_down(false);
  life_.reset();
}

runtime::Manager& OperatorUnderTest::manager() noexcept { return life_->manager; }
controllers::Controllers& OperatorUnderTest::controllers() noexcept { return life_->controllers; }
metrics::Registry& OperatorUnderTest::metrics() noexcept { return life_->registry; }

double OperatorUnderTest::metric(std::string_view series) {
  const std::string text = "\n" + life_->registry.expose();
  const std::string wanted = "\n" + std::string(series) + " ";
  const auto at = text.find(wanted);
  if (at == std::string::npos) throw std::runtime_error("no such series: " + std::string(series));
  return std::stod(text.substr(at + wanted.size()));
}

}  // namespace kyma::test
