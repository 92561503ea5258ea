// WATCH: every change after a version, in order, as one stream of JSON lines.
//
// Guarantees: an event is sent to a watcher exactly once and in the order of versions; a change that makes an object
// enter or leave the selection comes as ADDED or DELETED; a watcher that is too slow, or starts from a version that is
// no longer known, gets an ERROR event or answer 410; the stream ends properly at its timeout and when the server
// stops. Thread: confined to one. Lifetime: end_all() and all exchanges end before storage does.
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "operator/apiserver/exchange.hpp"
#include "operator/apiserver/request_options.hpp"
#include "operator/apiserver/selection.hpp"
#include "operator/apiserver/server_metrics.hpp"
#include "operator/apiserver/storage.hpp"
#include "operator/base/clock.hpp"

namespace kyma::apiserver {

class WatchHandler {
 public:
  struct Options {
    std::size_t chunk_bytes;
    Duration bookmark_interval;
    Duration min_timeout;
    bool watch_list = true;  // false: sendInitialEvents is refused, as by a server without the feature
  };

  WatchHandler(Clock& clock, Storage& storage, ServerMetrics& metrics, Options options, std::uint64_t seed)
      : clock_(clock), storage_(storage), metrics_(metrics), options_(options), random_(seed) {}

  asio::awaitable<void> watch(Exchange& exchange);
  // Ends all watches, running and to come.
  void end_all();
  std::size_t watchers() const noexcept { return watchers_; }

 private:
  class Stream;
  SteadyTime deadline_of(const ListOptions& options);

  Clock& clock_;
  Storage& storage_;
  ServerMetrics& metrics_;
  Options options_;
  std::mt19937_64 random_;
  std::size_t watchers_ = 0;
  bool ending_ = false;
};

}  // namespace kyma::apiserver
