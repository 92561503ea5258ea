// The daemon's inside against a TestCluster: client, manager and controllers, as a main would wire them.
//
// start() to stop() is one life of it; the next start() is a new process that knows nothing of the last.
#pragma once

#include <memory>
#include <optional>

#include "operator/base/metrics.hpp"
#include "operator/base/task_group.hpp"
#include "operator/controllers/manifest_source.hpp"
#include "operator/controllers/setup.hpp"
#include "operator/kube/client/client.hpp"
#include "operator/runtime/manager.hpp"
#include "test/support/test_cluster.hpp"

namespace kyma::test {

struct OperatorOptions {
  double qps = 0;  // 0: no limit
  double burst = 150;
  runtime::ManagerOptions manager = {};
  controllers::ManifestSource* manifests = nullptr;  // null: NoRendering
  bool events = false;                               // tests that count requests want none
  // For one replica of several. Its identity gets the number of its life: "a_1".
  std::optional<runtime::LeaderElectionOptions> election = {};
  Connections* connections = nullptr;  // null: the cluster's
  Clock* clock = nullptr;              // null: the cluster's
};

class OperatorUnderTest {
 public:
  explicit OperatorUnderTest(TestCluster& cluster, OperatorOptions options = {});
  ~OperatorUnderTest();

  // Returns once its caches are in sync; requests before that are logged, too.
  void start();
  // Gracefully, to the end.
  void stop();
  // As a crash: whatever is under way breaks off.
  void kill();
  bool running() const noexcept { return life_ != nullptr; }
  // What run() of its manager has returned; nothing while it runs.
  std::optional<kube::Outcome<void>> outcome() const;
  // Leads, and may write.
  bool leads() const;

  runtime::Manager& manager() noexcept;
  controllers::Controllers& controllers() noexcept;
  metrics::Registry& metrics() noexcept;
  // The value of a counter or gauge, as a scrape would show it; fails the test when there is none.
  double metric(std::string_view series);

 private:
  struct Life;

  Connections& connections() noexcept;

  TestCluster& cluster_;
  OperatorOptions options_;
  controllers::NoRendering no_rendering_;
  std::unique_ptr<Life> life_;
  int lives_ = 0;
};

}  // namespace kyma::test
