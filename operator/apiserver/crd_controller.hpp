// Keeps the registry in line with the CustomResourceDefinitions in storage, and clears away what a deleted one leaves.
//
// Guarantees: a definition is served by the time the write that made it is answered, and changed ones take effect at
// once; a definition goes only when its last object has gone.
// Lifetime: run() ends before the object goes. Thread: confined to one.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "operator/apiserver/object_service.hpp"
#include "operator/base/condition.hpp"

namespace kyma::apiserver {

class CrdController {
 public:
  // Observes the storage from now on.
  explicit CrdController(ObjectService& objects);

  asio::awaitable<void> run();

 private:
  struct Served {
    std::int64_t generation = 0;
    bool terminating = false;
    std::vector<kube::ResourceType> versions;
    const Table* table = nullptr;
  };

  void on_change(Table& table, const Change& change);
  void serve(const StoredObject& definition);
  void withdraw(const std::string& name);
  asio::awaitable<void> clean_up(std::string name);
  void retry_refused_names();

  ObjectService& objects_;
  Table& definitions_;
  std::map<std::string, Served> served_;
  std::set<std::string> refused_;  // whose names conflict with others
  std::set<std::string> pending_;  // terminating ones to be looked at
  bool names_freed_ = false;
  Condition work_;
};

}  // namespace kyma::apiserver
