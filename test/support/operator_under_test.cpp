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

runtime::ManagerOptions manager_options(const OperatorOptions& options, kube::Client& events) {
  runtime::ManagerOptions result = options.manager;
  result.events = options.events;
  result.events_client = &events;
  return result;
}

}  // namespace

struct OperatorUnderTest::Life {
  Life(TestCluster& cluster, const OperatorOptions& options, Connections& through,
       controllers::ManifestSource& manifests, int number)
      : clock(options.clock ? *options.clock : cluster.clock),
        client(cluster.make_client(work_options(options), &registry, through, clock)),
        side_client(cluster.make_client(client_options({}), &registry, through, clock)),
        manager(cluster.loop.get_executor(), clock, *client, manager_options(options, *side_client), registry),
        controllers(manager, manifests),
        tasks(cluster.loop.get_executor()) {
    if (!options.election) return;
    runtime::LeaderElectionOptions election = *options.election;
    election.identity += "_" + std::to_string(number);
    elector = std::make_unique<runtime::LeaderElector>(clock, *side_client, std::move(election), &registry);
    manager.lead_by(*elector);
  }

  kube::ClientOptions work_options(const OperatorOptions& options) {
    kube::ClientOptions result = client_options(options);
    if (options.election) result.may_write = [this] { return elector && elector->may_write(); };
    return result;
  }
  void close() {
    client->close();
    side_client->close();
  }

  asio::awaitable<void> run() {
    outcome = co_await manager.run();
    ended = true;
  }

  metrics::Registry registry;
  Clock& clock;
  std::unique_ptr<runtime::LeaderElector> elector;
  std::unique_ptr<kube::Client> client;
  std::unique_ptr<kube::Client> side_client;  // for events and the lease
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
  life_ = std::make_unique<Life>(cluster_, options_, connections(), manifests, ++lives_);
  life_->tasks.spawn(life_->run());
  cluster_.clock.run_until(cluster_.loop, [this] { return life_->ended || life_->manager.readiness().ok(); });
  if (life_->ended) throw std::runtime_error("the operator did not start: " + life_->outcome->error().describe());
}

void OperatorUnderTest::stop() {
  life_->manager.stop();
  cluster_.run(life_->tasks.join());
  life_->close();
  cluster_.loop.restart();
  cluster_.loop.poll();
  life_.reset();
}

void OperatorUnderTest::kill() {
  connections().break_all();
  connections().set_down(true);
  life_->close();
  life_->manager.stop();
  cluster_.run(life_->tasks.join());
  connections().set_down(false);
  life_.reset();
}

Connections& OperatorUnderTest::connections() noexcept {
  return options_.connections ? *options_.connections : cluster_.connections;
}

std::optional<kube::Outcome<void>> OperatorUnderTest::outcome() const { return life_->outcome; }
bool OperatorUnderTest::leads() const { return life_ && life_->elector && life_->elector->may_write(); }

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
