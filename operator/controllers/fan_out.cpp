#include "operator/controllers/fan_out.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>

#include "operator/controllers/lifecycle.hpp"
#include "operator/kube/meta/names.hpp"

namespace kyma::controllers {
namespace {

using State = Place::State;

// The objects that a Kyma controls, found by the name of the component that they stand for.
class Owned {
 public:
  Owned(const api::Kyma& kyma, const std::vector<ComponentPtr>& components) {
    const std::string prefix = kyma.metadata.name.str() + "-";
    for (const auto& component : components) {
      std::string_view name = component->metadata.name;
      // One of another form was made by hand, and no entry asks for it.
      name = name.starts_with(prefix) ? name.substr(prefix.size()) : std::string_view();
      entries_.push_back({name, &component});
    }
    std::ranges::sort(entries_, {}, &Entry::name);
  }

  struct Entry {
    std::string_view name;
    const ComponentPtr* component = nullptr;
    bool wanted = false;
  };

  // Null when there is none.
  Entry* find(std::string_view name) {
    const auto found = std::ranges::lower_bound(entries_, name, {}, &Entry::name);
    return found == entries_.end() || found->name != name || name.empty() ? nullptr : &*found;
  }
  const std::vector<Entry>& all() const noexcept { return entries_; }

 private:
  std::vector<Entry> entries_;
};

constexpr std::string_view kListedTwice = "the name is listed more than once, only the first entry counts";

bool listed_before(const std::vector<Place>& places, const InternedString& name) {
  return std::ranges::any_of(places, [&](const Place& place) { return place.component == name; });
}

std::string check_object_name(std::string_view name) {
  std::string problem = kube::check_dns1123_subdomain(name);
  if (!problem.empty()) problem = "its HelmComponent would be called \"" + std::string(name) + "\": " + problem;
  return problem;
}

State state_of(const api::Kyma& kyma, const ComponentPtr& found) {
  if (!found) return State::missing;
  if (!found->metadata.is_controlled_by(kyma.metadata.uid)) return State::foreign;
  return found->metadata.deleting() ? State::leaving : State::ours;
}

// Fills in what there is for a valid entry; says why there can be nothing for it.
std::string fill(Place& place, const api::Kyma& kyma, Owned& owned, const std::vector<Place>& before,
                 const FindComponent& find) {
  if (std::string problem = kube::check_dns1123_label(place.component); !problem.empty()) return problem;
  // Nearly always the object is there and ours: that way needs no new string and no other lookup.
  if (Owned::Entry* entry = owned.find(place.component)) {
    if (entry->wanted) return std::string(kListedTwice);
    entry->wanted = true;
    place.found = *entry->component;
    place.object = place.found->metadata.name;
  } else {
    if (listed_before(before, place.component)) return std::string(kListedTwice);
    const std::string name = kyma.metadata.name.str() + "-" + place.component.str();
    if (std::string problem = check_object_name(name); !problem.empty()) return problem;
    place.object = InternedString(name);
    place.found = find({kyma.metadata.name_space, place.object});
  }
  place.state = state_of(kyma, place.found);
  return {};
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

bool FanOut::settled() const noexcept {
  return surplus.empty() && std::ranges::none_of(places, [](const Place& place) {
           return place.state == State::missing || place.differs();
         });
}

FanOut compare(const api::Kyma& kyma, const std::vector<ComponentPtr>& owned, const FindComponent& find) {
  FanOut result;
  result.places.reserve(kyma.spec.components.size());
  Owned ours(kyma, owned);
  for (const auto& entry : kyma.spec.components) {
    Place place;
    place.component = entry.name;
    place.problem = fill(place, kyma, ours, result.places, find);
    if (place.problem.empty()) {
      place.wanted.component_name = entry.name;
      place.wanted.name_space = entry.name_space;
      place.wanted.values = entry.values;
    }
    result.places.push_back(std::move(place));
  }
  for (const auto& [name, component, wanted] : ours.all()) {
    if (!wanted && !(*component)->metadata.deleting()) result.surplus.push_back(*component);
  }
  return result;
}

WallTime latest_start(const FanOut& fan_out, const Place& missing, WallTime now) {
  constexpr std::chrono::milliseconds kMargin{500};
  WallTime end = now;
  for (const auto& place : fan_out.places) {
    if (place.state != State::ours || place.succeeded() || place.failed()) continue;
    const WallTime expected = expected_success(*place.found);
    const bool begun = expected != WallTime::max();
    end = std::max(end, begun ? expected : now + lifecycle_duration(place.component.size()));
  }
  return end - kMargin - lifecycle_duration(missing.component.size());
}

api::HelmComponent make_component(const api::Kyma& kyma, const Place& place) {
  api::HelmComponent component;
  component.metadata.name = place.object;
  component.metadata.name_space = kyma.metadata.name_space;
  component.metadata.owner_references = kube::OwnerReferences{{.api_version = api::Kyma::resource_type().api_version(),
                                                               .kind = api::Kyma::resource_type().kind,
                                                               .name = kyma.metadata.name,
                                                               .uid = kyma.metadata.uid,
                                                               .controller = true,
                                                               .block_owner_deletion = true}};
  component.spec = place.wanted;
  return component;
}

}  // namespace kyma::controllers
