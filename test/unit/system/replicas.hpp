// Replicas of the operator that elect a leader among them, and a witness who sees to it that nobody else writes.
#pragma once

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "operator/runtime/lease.hpp"
#include "test/support/operator_under_test.hpp"
#include "test/support/skewed_clock.hpp"
#include "test/support/test_cluster.hpp"

namespace kyma::test {

// A process with connections and a clock of its own.
struct Replica {
  Replica(TestCluster& cluster, std::string its_name, Duration skew = Duration::zero(), bool events = false)
      : name(std::move(its_name)),
        connections(name),
        clock(cluster.clock, skew),
        daemon(cluster, options(*this, events)) {}

  static OperatorOptions options(Replica& self, bool events) {
    OperatorOptions result;
    result.events = events;
    result.election = runtime::LeaderElectionOptions{
        .identity = self.name, .times = {}, .random_seed = static_cast<std::uint64_t>(self.name[0])};
    result.connections = &self.connections;
    result.clock = &self.clock;
    return result;
  }
  bool sent(const LoggedRequest& request) const { return request.peer.starts_with(name + ":"); }

  std::string name;
  Connections connections;
  SkewedClock clock;
  OperatorUnderTest daemon;
};

inline bool is_work(const LoggedRequest& request) {
  const bool reads = request.verb == "get" || request.verb == "list" || request.verb == "watch";
  return !reads && request.resource != "leases" && request.resource != "events";
}

// Whatever reaches the server meanwhile is checked: only who leads writes, and at most one leads.
class Witness {
 public:
  Witness(TestCluster& cluster, std::vector<Replica*> replicas) : cluster_(cluster), replicas_(std::move(replicas)) {
    cluster_.fault = [this](const LoggedRequest& request) {
      look(request);
      return also ? also(request) : Fault::none;
    };
  }
  ~Witness() { cluster_.fault = {}; }

  std::function<Fault(const LoggedRequest&)> also;  // further faults
  std::size_t writes = 0;
  std::vector<std::string> wrong;

 private:
  void look(const LoggedRequest& request) {
    int leaders = 0;
    for (const Replica* replica : replicas_) leaders += replica->daemon.leads() ? 1 : 0;
    if (leaders > 1) wrong.push_back("two lead");
    if (!is_work(request)) return;
    ++writes;
    for (const Replica* replica : replicas_) {
      if (replica->sent(request) && !replica->daemon.leads()) {
        wrong.push_back(replica->name + ": " + request.verb + " " + request.resource + " " + request.name);
      }
    }
  }

  TestCluster& cluster_;
  std::vector<Replica*> replicas_;
};

inline kube::Outcome<std::string> read_lease(TestCluster& cluster) {
  return cluster.read(runtime::Lease::resource_type(), "kyma-operator", "default");
}
inline runtime::LeaseRecord lease(TestCluster& cluster) {
  return runtime::parse_lease(read_lease(cluster).value()).value().record;
}

// Runs until the replica leads; how long that took. Fails the test after two minutes.
inline Duration wait_to_lead(TestCluster& cluster, const Replica& replica) {
  const SteadyTime begun = cluster.clock.now();
  const bool led = cluster.run_until(std::chrono::minutes{2}, [&] { return replica.daemon.leads(); });
  REQUIRE(led);
  return cluster.clock.now() - begun;
}

}  // namespace kyma::test
