// Objects as the informers would hold them, for the tests of the pure parts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "operator/api/helm_component.hpp"
#include "operator/api/kyma.hpp"
#include "operator/controllers/fan_out.hpp"

namespace kyma::controllers::samples {

inline api::Kyma kyma(std::string name, std::vector<std::string> components, std::string uid = "uid-of-the-kyma") {
  api::Kyma result;
  result.metadata.name = name;
  result.metadata.name_space = "default";
  result.metadata.uid = kube::Uid(uid);
  result.metadata.generation = 1;
  result.metadata.resource_version = 10;
  for (const auto& component : components) {
    result.spec.components.edit([&](auto& list) { list.push_back({component, {}, {}}); });
  }
  return result;
}

// As the fan-out makes it, in this state for its current generation.
inline api::HelmComponent component(const api::Kyma& owner, std::string name,
                                    api::ComponentState state = api::ComponentState::none, WallTime reached = {}) {
  Place place;
  place.object = InternedString(owner.metadata.name.str() + "-" + name);
  place.wanted.component_name = InternedString(name);
  for (const auto& entry : owner.spec.components) {
    if (entry.name.view() != name) continue;
    place.wanted.name_space = entry.name_space;
    place.wanted.values = entry.values;
  }
  api::HelmComponent result = make_component(owner, place);
  result.metadata.uid = kube::Uid("uid-of-" + place.object.str());
  result.metadata.generation = 1;
  result.metadata.resource_version = 20;
  if (state != api::ComponentState::none) {
    result.status.state = state;
    result.status.observed_generation = 1;
    result.status.last_reconciliation = reached;
  }
  return result;
}

inline ComponentPtr share(api::HelmComponent object) { return std::make_shared<api::HelmComponent>(std::move(object)); }

// The fan-out against these objects, of which it owns those that it controls.
inline FanOut compare(const api::Kyma& kyma, const std::vector<ComponentPtr>& objects) {
  std::vector<ComponentPtr> owned;
  for (const auto& object : objects) {
    if (object->metadata.is_controlled_by(kyma.metadata.uid)) owned.push_back(object);
  }
  return controllers::compare(kyma, owned, [&](const runtime::Request& key) -> ComponentPtr {
    for (const auto& object : objects) {
      if (object->metadata.name == key.name && object->metadata.name_space == key.name_space) return object;
    }
    return nullptr;
  });
}

}  // namespace kyma::controllers::samples
