// When each component that has not entered `pending` yet was first seen in its present generation.
//
// Its lifecycle counts from the moment the watch showed it, not from when the queue and the API server had time for it:
// so a burst of thousands takes no longer than one. An entry lives until `pending` is written. Thread: the loop's.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <cstdint>

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
  // Flat: a table of nodes takes tens of milliseconds of the loop when it grows to a hundred thousand.
  boost::unordered_flat_map<runtime::Request, Sight, runtime::RequestHash> sights_;
};

}  // namespace kyma::controllers
