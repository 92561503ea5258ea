#include "operator/controllers/fan_out.hpp"

#include <algorithm>
#include <unordered_set>

#include "operator/kube/meta/names.hpp"

namespace kyma::controllers {
namespace {

using State = Place::State;

// Empty when a HelmComponent can stand for this entry.
std::string check(const api::Kyma& kyma, const api::KymaComponent& entry, std::unordered_set<InternedString>& seen) {
  if (std::string problem = kube::check_dns1123_label(entry.name); !problem.empty()) return problem;
  if (!seen.insert(entry.name).second) return "the name is listed more than once, only the first entry counts";
  const std::string object = kyma.metadata.name.str() + "-" + entry.name.str();
  if (std::string problem = kube::check_dns1123_subdomain(object); !problem.empty()) {
    return "its HelmComponent would be called \"" + object + "\": " + problem;
  }
  return {};
}

State state_of(const api::Kyma& kyma, const ComponentPtr& found) {
  if (!found) return State::missing;
  if (!found->metadata.is_controlled_by(kyma.metadata.uid)) return State::foreign;
  return found->metadata.deleting() ? State::leaving : State::ours;
}

}  // namespace

std::vector<std::size_t> FanOut::missing() const {
  std::vector<std::size_t> indexes;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i].state == State::missing) indexes.push_back(i);
  }
  std::ranges::stable_sort(indexes, std::greater<>(), [&](std::size_t i) { return places[i].component.size(); });
  return indexes;
}

FanOut compare(const api::Kyma& kyma, const std::vector<ComponentPtr>& owned, const FindComponent& find) {
  FanOut result;
  result.places.reserve(kyma.spec.components.size());
  std::unordered_set<InternedString> seen;
  std::unordered_set<InternedString> wanted_objects;
  for (const auto& entry : kyma.spec.components) {
    Place place;
    place.component = entry.name;
    place.problem = check(kyma, entry, seen);
    if (place.problem.empty()) {
      place.object = InternedString(kyma.metadata.name.str() + "-" + entry.name.str());
      place.wanted.component_name = entry.name;
      place.wanted.name_space = entry.name_space;
      place.wanted.values = entry.values;
      place.found = find({kyma.metadata.name_space, place.object});
      place.state = state_of(kyma, place.found);
      wanted_objects.insert(place.object);
    }
    result.places.push_back(std::move(place));
  }
  for (const auto& component : owned) {
    const bool ours = component->metadata.is_controlled_by(kyma.metadata.uid) && !component->metadata.deleting();
    if (ours && !wanted_objects.contains(component->metadata.name)) result.surplus.push_back(component);
  }
  return result;
}

api::HelmComponent make_component(const api::Kyma& kyma, const Place& place) {
  api::HelmComponent component;
  component.metadata.name = place.object;
  component.metadata.name_space = kyma.metadata.name_space;
  component.metadata.owner_references.push_back({.api_version = api::Kyma::resource_type().api_version(),
                                                 .kind = api::Kyma::resource_type().kind,
                                                 .name = kyma.metadata.name,
                                                 .uid = kyma.metadata.uid,
                                                 .controller = true,
                                                 .block_owner_deletion = true});
  component.spec = place.wanted;
  return component;
}

}  // namespace kyma::controllers
