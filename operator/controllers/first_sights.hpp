// When each component that has not entered `pending` yet was first seen in its present generation.
//
// Its lifecycle counts from the moment the watch showed it, not from when the queue and the API server had time for it:
// so a burst of thousands takes no longer than one. An entry lives until `pending` is written. Thread: the loop's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "operator/api/helm_component.hpp"
#include "operator/base/time.hpp"
#include "operator/runtime/reconciler.hpp"

namespace kyma::controllers {

class FirstSights {
 public:
  // The watch shows this component at `now`.
  void note(const api::HelmComponent& component, WallTime now);
  // When this generation was first seen; `now` when that is not known.
  WallTime of(const api::HelmComponent& component, WallTime now) const;
  void forget(const runtime::Request& key);
  std::size_t size() const noexcept { return sights_.size(); }

 private:
  struct Sight {
    kube::Uid uid;
    std::int64_t generation = 0;
    WallTime instant{};
  };
  std::unordered_map<runtime::Request, Sight, runtime::RequestHash> sights_;
};

}  // namespace kyma::controllers
