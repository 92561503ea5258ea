// Events do not last: each is removed some time after its last change, as Kubernetes' time to live does it.
//
// Lifetime: run() ends before the object goes. Thread: confined to one.
#pragma once

#include <deque>
#include <string>

#include "operator/apiserver/storage.hpp"
#include "operator/base/clock.hpp"
#include "operator/base/condition.hpp"

namespace kyma::apiserver {

class EventExpiry {
 public:
  // Observes the storage's events from now on.
  EventExpiry(Clock& clock, Storage& storage, Duration lifetime);

  asio::awaitable<void> run();

 private:
  struct Entry {
    SteadyTime due;
    std::string key;
    Revision revision;  // a later version has an entry of its own
  };

  Clock& clock_;
  Table& events_;
  Duration lifetime_;
  std::deque<Entry> entries_;  // by due time
  Condition added_;
};

}  // namespace kyma::apiserver
