// The server's own metrics, named and labelled as Kubernetes' API server does.
//
// Thread: confined to one.
#pragma once

#include <string>
#include <unordered_map>

#include "operator/apiserver/exchange.hpp"
#include "operator/apiserver/storage.hpp"
#include "operator/base/clock.hpp"
#include "operator/base/metrics.hpp"

namespace kyma::apiserver {

class ServerMetrics {
 public:
  ServerMetrics(metrics::Registry& registry, Storage& storage);

  // Counts a running request for as long as it lives.
  class Running {
   public:
    Running(ServerMetrics& metrics, Verb verb);
    ~Running();
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

   private:
    metrics::Gauge& gauge_;
  };

  void finished(const Exchange& exchange, Duration took);

 private:
  struct Children {
    metrics::Counter* requests;
    metrics::Histogram* seconds;  // null for watches, whose length says nothing
  };
  Children& children_of(const Exchange& exchange);
  void refresh_storage(Storage& storage);

  metrics::Family<metrics::Counter>& requests_;
  metrics::Family<metrics::Histogram>& seconds_;
  metrics::Family<metrics::Gauge>& objects_;
  metrics::Family<metrics::Gauge>& watchers_;
  metrics::Gauge& mutating_;
  metrics::Gauge& read_only_;
  metrics::Gauge& long_running_;
  std::unordered_map<std::string, Children> children_;  // found by verb, path shape and status, without building labels
  std::shared_ptr<void> hook_;
};

}  // namespace kyma::apiserver
