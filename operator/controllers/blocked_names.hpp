// Which Kymas wait for which HelmComponent name to become free, so that the event which frees it wakes them.
//
// A foreign object belongs to no Kyma that waits for its name, so owner references cannot lead from the one to the
// other. Both directions are a hash lookup. Thread: the loop's.
#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "operator/runtime/reconciler.hpp"

namespace kyma::controllers {

class BlockedNames {
 public:
  // From now on `kyma` waits for exactly these HelmComponents.
  void set(const runtime::Request& kyma, std::vector<runtime::Request> components);
  void clear(const runtime::Request& kyma) { set(kyma, {}); }
  // The Kymas that wait for this HelmComponent, in the order in which they began to.
  std::vector<runtime::Request> waiting_for(const runtime::Request& component) const;
  std::size_t size() const noexcept { return waiters_.size(); }

 private:
  template <class T>
  using ByRequest = std::unordered_map<runtime::Request, T, runtime::RequestHash>;

  ByRequest<std::vector<runtime::Request>> waiters_;  // component -> Kymas
  ByRequest<std::vector<runtime::Request>> blocked_;  // Kyma -> components
};

}  // namespace kyma::controllers
