#include "operator/controllers/first_sights.hpp"

#include "operator/runtime/store.hpp"

namespace kyma::controllers {

void FirstSights::note(const api::HelmComponent& component, WallTime now) {
  const runtime::Request key = runtime::key_of(component);
  if (component.current_state() != api::ComponentState::none) {
    sights_.erase(key);
    return;
  }
  const auto [sight, made] = sights_.try_emplace(key);
  const bool known =
      !made && sight->second.uid == component.metadata.uid && sight->second.generation == component.metadata.generation;
  if (!known) sight->second = {component.metadata.uid, component.metadata.generation, now};
}

WallTime FirstSights::of(const api::HelmComponent& component, WallTime now) const {
  const auto sight = sights_.find(runtime::key_of(component));
  const bool known = sight != sights_.end() && sight->second.uid == component.metadata.uid &&
                     sight->second.generation == component.metadata.generation;
  return known ? sight->second.instant : now;
}

void FirstSights::forget(const runtime::Request& key) {
  constexpr std::size_t kBucketsKept = 1024;
  if (sights_.erase(key) == 0 || !sights_.empty() || sights_.bucket_count() <= kBucketsKept) return;
  sights_ = {};  // a burst's table gives its memory back
}

}  // namespace kyma::controllers
