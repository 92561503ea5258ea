// Reads what the daemon and the API server say of themselves, once a second, while a run goes on.
//
// Guarantee: what cannot be read is absent and disturbs nothing; a page that takes long is read less often, so that the
// reading is no load worth measuring. Lifetime: outlives run_*(). Thread: confined to the loop's.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "cmd/kyma-load/metrics_fetch.hpp"
#include "cmd/kyma-load/scraped.hpp"
#include "operator/base/clock.hpp"

namespace kyma::load {

// One page, read again and again. Reader: DaemonMetrics or ServerMetrics.
template <class Reader>
class Poller {
 public:
  using Sample = typename decltype(std::declval<Reader>().read({}))::value_type;

  // An empty `fetch`: there is nothing to read.
  Poller(Clock& clock, MetricsFetch fetch) : clock_(clock), fetch_(std::move(fetch)) {}

  bool active() const noexcept { return static_cast<bool>(fetch_); }
  // Error: why there is no sample now.
  asio::awaitable<kube::Outcome<void>> poll();
  // Polls until cancelled.
  asio::awaitable<void> run();
  // Gives the page up.
  void disable() { fetch_ = {}; }
  // The newest sample since the last call.
  std::optional<Sample> take() { return std::exchange(newest_, std::nullopt); }
  const Reader& reader() const noexcept { return reader_; }

 private:
  Clock& clock_;
  MetricsFetch fetch_;
  Reader reader_;
  std::optional<Sample> newest_;
};

struct TelemetrySources {
  MetricsFetch daemon = {};
  bool daemon_required = false;  // it was named by the user
  MetricsFetch server = {};
};

class Telemetry {
 public:
  Telemetry(Clock& clock, TelemetrySources sources)
      : daemon_required_(sources.daemon_required),
        daemon_(clock, std::move(sources.daemon)),
        server_(clock, std::move(sources.server)) {}

  // Reads the baseline, and gives up what cannot be read. Error: the daemon's page cannot, and was asked for.
  asio::awaitable<kube::Outcome<void>> begin();
  asio::awaitable<void> run_daemon() { return daemon_.run(); }
  asio::awaitable<void> run_server() { return server_.run(); }
  // Reads the last state.
  asio::awaitable<void> finish();

  std::optional<DaemonSample> take_daemon() { return daemon_.take(); }
  std::optional<ServerSample> take_server() { return server_.take(); }
  std::optional<DaemonTotals> daemon_totals() const { return daemon_.reader().totals(); }
  std::optional<ServerTotals> server_totals() const { return server_.reader().totals(); }

 private:
  bool daemon_required_;
  Poller<DaemonMetrics> daemon_;
  Poller<ServerMetrics> server_;
};

}  // namespace kyma::load
