#include "cmd/kyma-load/tracker.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kyma;
using namespace kyma::load;
using namespace std::chrono_literals;
using api::ComponentState;
using api::KymaState;

namespace {

const kube::Uid kUid("11111111-1111-1111-1111-111111111111");
const kube::Uid kOldUid("00000000-0000-0000-0000-000000000000");

api::Kyma make_kyma(std::string_view name, KymaState state) {
  api::Kyma kyma;
  kyma.metadata.name = name;
  kyma.metadata.uid = kUid;
  kyma.metadata.labels = {{kRunLabel, "cafe"}};
  kyma.status.state = state;
  return kyma;
}

api::HelmComponent make_component(std::string_view owner, const kube::Uid& uid, ComponentState state) {
  api::HelmComponent component;
  component.metadata.name = std::string(owner) + "-ory";
  component.metadata.owner_references.push_back({.api_version = "inventory.kyma-project.io/v1alpha1",
                                                 .kind = "Kyma",
                                                 .name = owner,
                                                 .uid = uid,
                                                 .controller = true});
  component.status.state = state;
  return component;
}

std::size_t count(const Tracker& tracker, ComponentState state) {
  return tracker.components_by_state()[static_cast<std::size_t>(state)];
}

const SteadyTime kStart{};

}  // namespace

TEST_CASE("Tracker is settled when every acknowledged Kyma is in success", "[load][tracker]") {
  const Workload workload("cafe", "load", 2, reference_components());
  Tracker tracker(workload);
  REQUIRE(tracker.settled());  // nothing created, nothing to wait for
  tracker.created(0, kUid, kStart + 1s);
  tracker.created(1, kUid, kStart + 2s);
  REQUIRE_FALSE(tracker.settled());
  tracker.kyma_seen(make_kyma("load-1", KymaState::reconciling), kStart + 3s);
  tracker.kyma_seen(make_kyma("load-1", KymaState::success), kStart + 4s);
  REQUIRE_FALSE(tracker.settled());
  REQUIRE(tracker.success() == 1);
  tracker.kyma_seen(make_kyma("load-2", KymaState::success), kStart + 5s);
  REQUIRE(tracker.settled());
  REQUIRE(tracker.success() == 2);
  REQUIRE(tracker.existing() == 2);
  REQUIRE(tracker.records()[0].created_at == kStart + 1s);
  REQUIRE(tracker.records()[0].success_at == kStart + 4s);
}

TEST_CASE("Tracker takes the watch and the acknowledgement in either order", "[load][tracker]") {
  const Workload workload("cafe", "load", 1, reference_components());
  Tracker tracker(workload);
  tracker.kyma_seen(make_kyma("load-1", KymaState::success), kStart + 1s);
  REQUIRE(tracker.created() == 0);
  REQUIRE(tracker.success() == 0);
  REQUIRE(tracker.existing() == 1);
  tracker.created(0, kUid, kStart + 2s);
  REQUIRE(tracker.created() == 1);
  REQUIRE(tracker.success() == 1);
  REQUIRE(tracker.existing() == 1);
  REQUIRE(tracker.settled());
}

TEST_CASE("Tracker keeps the first success and counts the present state", "[load][tracker]") {
  const Workload workload("cafe", "load", 1, reference_components());
  Tracker tracker(workload);
  tracker.created(0, kUid, kStart);
  tracker.kyma_seen(make_kyma("load-1", KymaState::success), kStart + 1s);
  tracker.kyma_seen(make_kyma("load-1", KymaState::error), kStart + 2s);
  REQUIRE(tracker.success() == 0);
  REQUIRE_FALSE(tracker.settled());
  tracker.kyma_seen(make_kyma("load-1", KymaState::success), kStart + 3s);
  REQUIRE(tracker.settled());
  REQUIRE(tracker.records()[0].success_at == kStart + 1s);
}

TEST_CASE("Tracker does not wait for a Kyma that somebody deleted", "[load][tracker]") {
  const Workload workload("cafe", "load", 1, reference_components());
  Tracker tracker(workload);
  tracker.created(0, kUid, kStart);
  tracker.kyma_gone(make_kyma("load-1", KymaState::reconciling));
  REQUIRE(tracker.settled());
  REQUIRE(tracker.success() == 0);
  REQUIRE(tracker.deleted() == 1);
  REQUIRE(tracker.existing() == 0);
}

TEST_CASE("Tracker ignores Kymas of other names and other runs", "[load][tracker]") {
  const Workload workload("cafe", "load", 1, reference_components());
  Tracker tracker(workload);
  tracker.kyma_seen(make_kyma("load-2", KymaState::success), kStart);
  tracker.kyma_gone(make_kyma("other", KymaState::success));
  auto foreign = make_kyma("load-1", KymaState::success);
  foreign.metadata.labels = {{kRunLabel, "beef"}};
  tracker.kyma_seen(foreign, kStart);
  tracker.kyma_gone(foreign);
  REQUIRE(tracker.existing() == 0);
  REQUIRE(tracker.deleted() == 0);
}

TEST_CASE("Tracker counts the run's components by state", "[load][tracker]") {
  const Workload workload("cafe", "load", 1, reference_components());
  Tracker tracker(workload);
  const auto fresh = make_component("load-1", kUid, ComponentState::none);
  const auto pending = make_component("load-1", kUid, ComponentState::pending);
  tracker.component_added(fresh, false);
  REQUIRE(count(tracker, ComponentState::none) == 1);
  tracker.component_changed(fresh, pending);
  REQUIRE(count(tracker, ComponentState::none) == 0);
  REQUIRE(count(tracker, ComponentState::pending) == 1);
  REQUIRE(tracker.components() == 1);
  tracker.component_gone(pending);
  REQUIRE(tracker.components() == 0);
}

TEST_CASE("Tracker ignores components of others, and those an earlier run left under the same names",
          "[load][tracker]") {
  const Workload workload("cafe", "load", 1, reference_components());
  Tracker tracker(workload);
  api::HelmComponent orphan;
  orphan.metadata.name = "load-1-ory";
  tracker.component_added(orphan, false);
  tracker.component_added(make_component("another-1", kUid, ComponentState::success), false);
  const auto old = make_component("load-1", kOldUid, ComponentState::success);
  tracker.component_added(old, true);
  tracker.component_changed(old, make_component("load-1", kOldUid, ComponentState::error));
  tracker.component_gone(make_component("load-1", kOldUid, ComponentState::error));
  REQUIRE(tracker.components() == 0);
  tracker.component_added(make_component("load-1", kUid, ComponentState::started), false);
  REQUIRE(count(tracker, ComponentState::started) == 1);
}

TEST_CASE("Tracker groups failed creations by reason and keeps the first message", "[load][tracker]") {
  const Workload workload("cafe", "load", 3, reference_components());
  Tracker tracker(workload);
  tracker.failed("Forbidden", "first");
  tracker.failed("Forbidden", "second");
  tracker.failed("Invalid", "third");
  REQUIRE(tracker.failed() == 3);
  REQUIRE(tracker.failures().size() == 2);
  REQUIRE(tracker.failures().at("Forbidden").count == 2);
  REQUIRE(tracker.failures().at("Forbidden").first == "first");
  REQUIRE(tracker.settled());
}
