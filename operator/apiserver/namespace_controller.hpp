// The end of namespaces: what is in a terminating one is deleted, and then the namespace itself.
//
// Lifetime: run() ends before the object goes. Thread: confined to one.
#pragma once

#include <set>
#include <string>

#include "operator/apiserver/object_service.hpp"
#include "operator/base/condition.hpp"

namespace kyma::apiserver {

class NamespaceController {
 public:
  // Observes the storage from now on.
  explicit NamespaceController(ObjectService& objects);

  asio::awaitable<void> run();

 private:
  void on_change(Table& table, const Change& change);
  asio::awaitable<void> empty(std::string name);

  ObjectService& objects_;
  Table& namespaces_;
  std::set<std::string, std::less<>> terminating_;
  std::set<std::string> pending_;  // to be looked at, a subset of terminating_
  Condition work_;
};

}  // namespace kyma::apiserver
