// The server's own metrics, named and labelled as Kubernetes' API server does.
//
// Guarantees: names that callers make up never become labels; a request costs a look into a small table and two
// additions, whatever is counted. Buckets are Kubernetes' and five below 5 ms, where most answers of this server are.
// The duration of watches is nowhere. Thread: confined to one. Lifetime: longer than its exchanges and watches.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "operator/apiserver/exchange.hpp"
#include "operator/apiserver/storage.hpp"
#include "operator/base/clock.hpp"
#include "operator/base/metrics.hpp"

namespace kyma::apiserver {

class ServerMetrics {
 public:
  ServerMetrics(metrics::Registry& registry, Storage& storage);

  // Counts in a gauge for as long as it lives.
  class Running {
   public:
    explicit Running(metrics::Gauge* gauge) noexcept : gauge_(gauge) {
      if (gauge_) gauge_->add(1);
    }
    ~Running() {
      if (gauge_) gauge_->add(-1);
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

   private:
    metrics::Gauge* gauge_;  // null: not counted
  };
  // For a request, but for a watch, which is not in flight but lasts.
  metrics::Gauge* in_flight(Verb verb) noexcept;
  // For a watch that was accepted.
  metrics::Gauge* watches(const Exchange& exchange);
  metrics::Counter& watch_events(const Resource& resource);

  void finished(const Exchange& exchange, Duration took);

 private:
  struct Children {
    metrics::Counter* requests = nullptr;
    metrics::Histogram* seconds = nullptr;  // null for watches, whose length says nothing
  };
  // What tells requests apart, as far as labels do.
  struct Kind {
    std::string_view verb;
    std::string_view subresource;
    std::string_view scope;
    bool dry_run = false;
    unsigned code = 0;

    static Kind of(const Exchange& exchange);
    bool operator==(const Kind&) const = default;
    std::size_t hash() const noexcept;
  };
  // The last kind of request that fell here. It holds its resource, so that no other one has the same address.
  struct Slot {
    ResourcePtr resource;
    Kind kind;
    Children children;
  };
  static constexpr std::size_t kSlots = 1024;

  Children find_children(const Kind& kind, const Resource* resource);
  void refresh_storage(Storage& storage);

  metrics::Family<metrics::Counter>& requests_;
  metrics::Family<metrics::Histogram>& seconds_;
  metrics::Family<metrics::Gauge>& in_flight_;
  metrics::Family<metrics::Gauge>& long_running_;
  metrics::Family<metrics::Counter>& watch_events_;
  metrics::Family<metrics::Gauge>& objects_;
  metrics::Family<metrics::Gauge>& watchers_;
  metrics::Gauge& mutating_;
  metrics::Gauge& read_only_;
  std::unique_ptr<std::array<Slot, kSlots>> slots_ = std::make_unique<std::array<Slot, kSlots>>();
  std::shared_ptr<void> hook_;
  std::shared_ptr<void> process_hook_;
};

}  // namespace kyma::apiserver
