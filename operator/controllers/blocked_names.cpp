#include "operator/controllers/blocked_names.hpp"

#include <utility>

namespace kyma::controllers {

void BlockedNames::set(const runtime::Request& kyma, std::vector<runtime::Request> components) {
  const auto known = blocked_.find(kyma);
  if (known == blocked_.end() ? components.empty() : known->second == components) return;
  if (known != blocked_.end()) {
    for (const auto& component : known->second) {
      const auto waiters = waiters_.find(component);
      std::erase(waiters->second, kyma);
      if (waiters->second.empty()) waiters_.erase(waiters);
    }
    blocked_.erase(known);
  }
  if (components.empty()) return;
  for (const auto& component : components) waiters_[component].push_back(kyma);
  blocked_.emplace(kyma, std::move(components));
}

std::vector<runtime::Request> BlockedNames::waiting_for(const runtime::Request& component) const {
  const auto waiters = waiters_.find(component);
  return waiters == waiters_.end() ? std::vector<runtime::Request>() : waiters->second;
}

}  // namespace kyma::controllers
