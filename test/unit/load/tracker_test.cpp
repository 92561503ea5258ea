#include "cmd/kyma-load/tracker.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

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
  component.spec = api::HelmComponentSpec{.component_name = "ory"};
  component.metadata.owner_references = kube::OwnerReferences{{.api_version = "inventory.kyma-project.io/v1alpha1",
                                                               .kind = "Kyma",
                                                               .name = owner,
                                                               .uid = uid,
                                                               .controller = true}};
  component.status.state = state;
  return component;
}

std::size_t count(const Tracker& tracker, ComponentState state) {
  return tracker.components().by_state()[static_cast<std::size_t>(state)];
}

const SteadyTime kStart{};
const WallTime kWall{std::chrono::seconds{1'700'000'000}};

void see(Tracker& tracker, const api::HelmComponent& component, Seen how = Seen::event) {
  tracker.seen(component, kStart, kWall, how);
}

}  // namespace

TEST_CASE("Tracker is settled when every acknowledged Kyma is in success", "[load][tracker]") {
  const Workload workload("cafe", "load", 2, reference_components());
  Tracker tracker(workload);
  REQUIRE(tracker.settled());  // nothing created, nothing to wait for
  tracker.created(0, kUid, kStart + 1s);
  tracker.created(1, kUid, kStart + 2s);
  REQUIRE_FALSE(tracker.settled());
  tracker.seen(make_kyma("load-1", KymaState::reconciling), kStart + 3s, Seen::event);
  tracker.seen(make_kyma("load-1", KymaState::success), kStart + 4s, Seen::event);
  REQUIRE_FALSE(tracker.settled());
  REQUIRE(tracker.success() == 1);
  tracker.seen(make_kyma("load-2", KymaState::success), kStart + 5s, Seen::event);
  REQUIRE(tracker.settled());
  REQUIRE(tracker.success() == 2);
  REQUIRE(tracker.existing() == 2);
  REQUIRE(tracker.records()[0].created_at == kStart + 1s);
  REQUIRE(tracker.records()[0].success_at == kStart + 4s);
}

TEST_CASE("Tracker takes the watch and the acknowledgement in either order", "[load][tracker]") {
  const Workload workload("cafe", "load", 1, reference_components());
  Tracker tracker(workload);
  tracker.seen(make_kyma("load-1", KymaState::success), kStart + 1s, Seen::event);
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
  tracker.seen(make_kyma("load-1", KymaState::success), kStart + 1s, Seen::event);
  tracker.seen(make_kyma("load-1", KymaState::error), kStart + 2s, Seen::event);
  REQUIRE(tracker.success() == 0);
  REQUIRE_FALSE(tracker.settled());
  tracker.seen(make_kyma("load-1", KymaState::success), kStart + 3s, Seen::event);
  REQUIRE(tracker.settled());
  REQUIRE(tracker.records()[0].success_at == kStart + 1s);
}

TEST_CASE("Tracker does not wait for a Kyma that somebody deleted", "[load][tracker]") {
  const Workload workload("cafe", "load", 1, reference_components());
  Tracker tracker(workload);
  tracker.created(0, kUid, kStart);
  tracker.gone(make_kyma("load-1", KymaState::reconciling));
  REQUIRE(tracker.settled());
  REQUIRE(tracker.success() == 0);
  REQUIRE(tracker.deleted() == 1);
  REQUIRE(tracker.existing() == 0);
}

TEST_CASE("Tracker ignores Kymas of other names and other runs", "[load][tracker]") {
  const Workload workload("cafe", "load", 1, reference_components());
  Tracker tracker(workload);
  tracker.seen(make_kyma("load-2", KymaState::success), kStart, Seen::event);
  tracker.gone(make_kyma("other", KymaState::success));
  auto foreign = make_kyma("load-1", KymaState::success);
  foreign.metadata.labels = {{kRunLabel, "beef"}};
  tracker.seen(foreign, kStart, Seen::event);
  tracker.gone(foreign);
  REQUIRE(tracker.existing() == 0);
  REQUIRE(tracker.deleted() == 0);
}

TEST_CASE("Tracker counts the run's components by state", "[load][tracker]") {
  const Workload workload("cafe", "load", 1, reference_components());
  Tracker tracker(workload);
  see(tracker, make_component("load-1", kUid, ComponentState::none));
  REQUIRE(count(tracker, ComponentState::none) == 1);
  const auto pending = make_component("load-1", kUid, ComponentState::pending);
  see(tracker, pending);
  REQUIRE(count(tracker, ComponentState::none) == 0);
  REQUIRE(count(tracker, ComponentState::pending) == 1);
  REQUIRE(tracker.components().size() == 1);
  tracker.gone(pending);
  tracker.gone(pending);  // once is enough
  REQUIRE(tracker.components().size() == 0);
}

TEST_CASE("Tracker ignores components of others, and those an earlier run left under the same names",
          "[load][tracker]") {
  const Workload workload("cafe", "load", 1, reference_components());
  Tracker tracker(workload);
  api::HelmComponent orphan;
  orphan.metadata.name = "load-1-ory";
  see(tracker, orphan);
  see(tracker, make_component("another-1", kUid, ComponentState::success));
  auto unknown = make_component("load-1", kUid, ComponentState::success);
  unknown.spec = api::HelmComponentSpec{.component_name = "not-asked-for"};
  see(tracker, unknown);
  see(tracker, make_component("load-1", kOldUid, ComponentState::success), Seen::initial);
  see(tracker, make_component("load-1", kOldUid, ComponentState::error));
  tracker.gone(make_component("load-1", kOldUid, ComponentState::error));
  REQUIRE(tracker.components().size() == 0);
  see(tracker, make_component("load-1", kUid, ComponentState::started));
  REQUIRE(count(tracker, ComponentState::started) == 1);
}

TEST_CASE("A component's time to success runs from its Kyma's acknowledgement, to its first success",
          "[load][tracker]") {
  const Workload workload("cafe", "load", 1, reference_components());
  Tracker tracker(workload);
  tracker.created(0, kUid, kStart + 1s);
  const auto success = make_component("load-1", kUid, ComponentState::success);
  tracker.seen(success, kStart + 11s, kWall, Seen::event);
  tracker.seen(success, kStart + 20s, kWall, Seen::event);
  REQUIRE(tracker.component_times().count() == 1);
  REQUIRE(tracker.component_times().quantiles()->max == 10s);
}

TEST_CASE("Lateness is what the watch showed minus what was scheduled, once a transition", "[load][tracker]") {
  const Workload workload("cafe", "load", 1, reference_components());
  Tracker tracker(workload);
  auto component = make_component("load-1", kUid, ComponentState::pending);
  component.status.last_reconciliation = kWall;
  tracker.seen(component, kStart, kWall + 200ms, Seen::event);
  // Something else of it has changed, or it is shown again.
  tracker.seen(component, kStart, kWall + 900ms, Seen::event);
  component.status.state = ComponentState::started;
  component.status.last_reconciliation = kWall + 1s;
  tracker.seen(component, kStart, kWall + 1500ms, Seen::event);
  const auto& lateness = tracker.components().lateness();
  REQUIRE(lateness.count() == 2);
  REQUIRE(lateness.min() == 200ms);
  REQUIRE(lateness.quantiles()->max == 500ms);
  REQUIRE(tracker.components().take_lateness_p99() == 500ms);
  REQUIRE_FALSE(tracker.components().take_lateness_p99());
  // What a list shows may be old, and its like is not measured again.
  component.status.state = ComponentState::failing;
  component.status.last_reconciliation = kWall + 2s;
  tracker.seen(component, kStart, kWall + 60s, Seen::listed);
  tracker.seen(component, kStart, kWall + 60s, Seen::event);
  // Errors are not scheduled, and neither is what has no instant.
  component.status.state = ComponentState::error;
  component.status.last_reconciliation = kWall + 3s;
  tracker.seen(component, kStart, kWall + 60s, Seen::event);
  tracker.seen(make_component("load-1", kUid, ComponentState::pending), kStart, kWall + 60s, Seen::event);
  REQUIRE(lateness.count() == 2);
}

TEST_CASE("What a new list no longer has is gone", "[load][tracker]") {
  const Workload workload("cafe", "load", 2, reference_components());
  Tracker tracker(workload);
  tracker.created(0, kUid, kStart);
  tracker.created(1, kUid, kStart);
  tracker.seen(make_kyma("load-1", KymaState::success), kStart, Seen::event);
  see(tracker, make_component("load-1", kUid, ComponentState::success));
  see(tracker, make_component("load-2", kUid, ComponentState::success));
  // The second Kyma was acknowledged and has not been shown: a list without it is older than it.
  tracker.kymas_listed();
  tracker.components_listed();
  REQUIRE(tracker.deleted() == 1);
  REQUIRE(tracker.existing() == 1);
  REQUIRE(tracker.components().size() == 0);
  // It comes back.
  tracker.seen(make_kyma("load-1", KymaState::success), kStart, Seen::listed);
  see(tracker, make_component("load-1", kUid, ComponentState::success), Seen::listed);
  tracker.kymas_listed();
  tracker.components_listed();
  REQUIRE(tracker.deleted() == 0);
  REQUIRE(tracker.components().size() == 1);
}

TEST_CASE("A list that was given up says nothing about what is gone, and nothing about what is there",
          "[load][tracker]") {
  const Workload workload("cafe", "load", 1, reference_components());
  Tracker tracker(workload);
  tracker.created(0, kUid, kStart);
  tracker.seen(make_kyma("load-1", KymaState::success), kStart, Seen::listed);
  see(tracker, make_component("load-1", kUid, ComponentState::success), Seen::listed);
  tracker.kyma_list_abandoned();
  tracker.component_list_abandoned();
  REQUIRE(tracker.success() == 1);
  REQUIRE(tracker.components().size() == 1);
  // The next one does not have them.
  tracker.kymas_listed();
  tracker.components_listed();
  REQUIRE(tracker.deleted() == 1);
  REQUIRE(tracker.components().size() == 0);
}

TEST_CASE("Success counts only for the generation that the last change made", "[load][tracker]") {
  const Workload workload("cafe", "load", 1, reference_components());
  Tracker tracker(workload);
  auto kyma = make_kyma("load-1", KymaState::success);
  kyma.status.observed_generation = 1;
  tracker.created(0, kUid, kStart);
  tracker.seen(kyma, kStart + 1s, Seen::event);
  REQUIRE(tracker.settled());
  REQUIRE(tracker.begin_change(0) == 1);
  REQUIRE(tracker.begin_change(0) == 2);
  tracker.changed(0, 2, 3, kStart + 5s);
  // The first of the two is heard of last.
  tracker.changed(0, 1, 2, kStart + 6s);
  REQUIRE(tracker.records()[0].revision == 2);
  REQUIRE_FALSE(tracker.settled());
  REQUIRE(tracker.kymas_by_state()[static_cast<std::size_t>(KymaState::reconciling)] == 1);
  kyma.status.observed_generation = 2;
  tracker.seen(kyma, kStart + 10s, Seen::event);
  REQUIRE_FALSE(tracker.settled());
  kyma.status.observed_generation = 3;
  tracker.seen(kyma, kStart + 16s, Seen::event);
  REQUIRE(tracker.settled());
  REQUIRE(tracker.change_times().count() == 1);
  REQUIRE(tracker.change_times().quantiles()->max == 10s);
  REQUIRE(tracker.records()[0].success_at == kStart + 1s);
}

TEST_CASE("A removed Kyma is waited for until its components are gone", "[load][tracker]") {
  const Workload workload("cafe", "load", 1, reference_components());
  Tracker tracker(workload);
  const auto component = make_component("load-1", kUid, ComponentState::success);
  tracker.created(0, kUid, kStart);
  tracker.seen(make_kyma("load-1", KymaState::success), kStart, Seen::event);
  see(tracker, component);
  tracker.begin_removal(0);
  REQUIRE_FALSE(tracker.settled());
  REQUIRE(tracker.success() == 0);
  tracker.removed();
  tracker.gone(make_kyma("load-1", KymaState::success));
  REQUIRE(tracker.deleted() == 0);  // not by somebody
  REQUIRE_FALSE(tracker.settled());
  tracker.gone(component);
  REQUIRE(tracker.settled());
  REQUIRE(tracker.removed_gone() == 1);
  // An operator that was late makes one more: it has to go, too.
  see(tracker, component);
  REQUIRE_FALSE(tracker.settled());
  tracker.gone(component);
  REQUIRE(tracker.settled());
}

TEST_CASE("A Kyma whose removal failed stays and is waited for", "[load][tracker]") {
  const Workload workload("cafe", "load", 1, reference_components());
  Tracker tracker(workload);
  tracker.created(0, kUid, kStart);
  tracker.begin_removal(0);
  tracker.removal_failed(0, "Forbidden", "deletion: no");
  REQUIRE(tracker.failed_operations() == 1);
  REQUIRE(tracker.failed() == 0);  // creations
  REQUIRE(tracker.failures().at("Forbidden").count == 1);
  REQUIRE_FALSE(tracker.settled());
  tracker.seen(make_kyma("load-1", KymaState::success), kStart, Seen::event);
  REQUIRE(tracker.settled());
}

TEST_CASE("A component is reconciled when its success is of the revision that was asked for", "[load][tracker]") {
  const Workload workload("cafe", "load", 2, {{"ory", ""}});
  Tracker tracker(workload);
  REQUIRE_FALSE(tracker.components().reconciled(0, 1));
  auto component = make_component("load-1", kUid, ComponentState::success);
  component.metadata.generation = 2;
  component.status.observed_generation = 2;
  component.spec = api::HelmComponentSpec{.component_name = "ory", .values = R"({"kymaLoad":{"revision":3}})"};
  see(tracker, component);
  REQUIRE(tracker.components().reconciled(0, 3));
  REQUIRE_FALSE(tracker.components().reconciled(0, 2));
  REQUIRE_FALSE(tracker.components().reconciled(1, 3));
  component.metadata.generation = 3;  // the success is of an older one
  see(tracker, component);
  REQUIRE_FALSE(tracker.components().reconciled(0, 3));
}

TEST_CASE("Reasons of failures that a server makes up have a bound", "[load][tracker]") {
  const Workload workload("cafe", "load", 1, reference_components());
  Tracker tracker(workload);
  for (int i = 0; i < 1000; ++i) tracker.failed("Reason" + std::to_string(i), "first");
  REQUIRE(tracker.failures().size() <= 51);
  REQUIRE(tracker.failures().at("other reasons").count == 950);
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
