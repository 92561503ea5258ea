// What the system tests expect of a lifecycle, whoever drove it.
#pragma once

#include <catch2/catch_test_macros.hpp>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "operator/api/helm_component.hpp"
#include "operator/api/kyma.hpp"
#include "operator/kube/meta/watch_decoder.hpp"
#include "test/support/test_cluster.hpp"

namespace kyma::test {

inline bool wait_for(TestCluster& cluster, const std::string& kyma, api::KymaState state, Duration limit,
                     const std::string& name_space = "default") {
  // Asked once per change of time, as a user would poll; the answer takes no time.
  const SteadyTime end = cluster.clock.now() + limit;
  while (cluster.get<api::Kyma>(kyma, name_space).status.state != state) {
    if (cluster.clock.now() >= end) return false;
    const SteadyTime asked = cluster.clock.now();
    cluster.run_until(end - asked, [&] { return cluster.clock.now() > asked; });
    cluster.run_for(Duration::zero());
  }
  return true;
}

// From pending to success.
inline std::chrono::seconds lifetime(const api::HelmComponent& component) {
  return std::chrono::seconds{1 + 3 * component.spec->component_name.size()};
}

// Where everything stands, for the message of a test that fails.
inline std::string describe_state(TestCluster& cluster) {
  std::string text;
  for (const auto& kyma : cluster.list<api::Kyma>()) {
    text += kyma.metadata.key().str() + ": " + std::string(to_string(kyma.status.state)) + ", " +
            kyma.status.ready.message.str() + "\n";
  }
  for (const auto& component : cluster.list<api::HelmComponent>()) {
    text += "  " + component.metadata.key().str() + ": " + std::string(to_string(component.status.state)) + "\n";
  }
  return text + cluster.requests.summary();
}

// The condition Ready is False for this reason, and its message holds this text.
inline bool says(const api::Kyma& kyma, std::string_view reason, std::string_view text) {
  return kyma.status.ready.status == api::ConditionStatus::no && kyma.status.ready.reason == reason &&
         kyma.status.ready.message.view().find(text) != std::string_view::npos;
}

inline std::vector<std::string> waiting_for(const api::Kyma& kyma) {
  std::vector<std::string> names;
  for (const auto& name : kyma.status.waiting_for) names.push_back(name.str());
  return names;
}

// "namespace/name" of every HelmComponent.
inline std::set<std::string> component_names(TestCluster& cluster) {
  std::set<std::string> names;
  for (const auto& component : cluster.list<api::HelmComponent>()) names.insert(component.metadata.key().str());
  return names;
}

enum class Punctuality {
  exact,         // each state is seen at its instant
  late_allowed,  // at its instant or later
};

// `events`: what a watch showed of one component since before its creation.
template <class Event>
void check_lifecycle(const std::vector<Event>& events, Punctuality punctuality) {
  using api::ComponentState;
  REQUIRE(events.size() == 6);
  REQUIRE(events[0].type == kube::EventType::added);
  REQUIRE(events[0].object.status.state == ComponentState::none);
  const std::chrono::seconds name{events[0].object.spec->component_name.size()};
  const std::vector<std::chrono::seconds> offsets{std::chrono::seconds{0}, std::chrono::seconds{1},
                                                  std::chrono::seconds{1} + name, std::chrono::seconds{1} + 2 * name,
                                                  std::chrono::seconds{1} + 3 * name};
  const WallTime begun = events[1].object.status.last_reconciliation;
  REQUIRE(begun >= events[0].at);
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    const Event& event = events[i + 1];
    REQUIRE(event.type == kube::EventType::modified);
    REQUIRE(event.object.status.state == api::kComponentStates.at(i + 1));
    REQUIRE(event.object.status.last_reconciliation == begun + offsets[i]);
    REQUIRE(event.object.status.observed_generation == 1);
    REQUIRE(event.at >= begun + offsets[i]);
    if (punctuality == Punctuality::exact) REQUIRE(event.at == begun + offsets[i]);
  }
}

}  // namespace kyma::test
