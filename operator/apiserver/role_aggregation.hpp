// ClusterRoles with an aggregationRule: their rules are those of all roles that its selectors match.
//
// Guarantees: written only when they change; admin follows edit, and edit follows view, within a few rounds.
// Lifetime: run() ends before the object goes. Thread: confined to one.
#pragma once

#include <string>

#include "operator/apiserver/object_service.hpp"
#include "operator/apiserver/rbac_rules.hpp"
#include "operator/base/condition.hpp"

namespace kyma::apiserver {

class RoleAggregation {
 public:
  // Observes the storage from now on.
  explicit RoleAggregation(ObjectService& objects);

  // Brings all of them up to date, at once.
  void refresh();
  asio::awaitable<void> run();

 private:
  // True when something was written.
  bool refresh_once();
  PolicyRules collect(const json::Value& role, const StoredObject& self, const std::vector<ObjectPtr>& roles) const;

  ObjectService& objects_;
  Table& roles_;
  bool stale_ = true;
  Condition work_;
};

}  // namespace kyma::apiserver
