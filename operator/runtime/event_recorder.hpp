// Tells the API server of events, when it has time for them.
//
// record() costs a lookup and never waits; a task writes one event after the other. Identical ones are counted instead
// of written (EventCorrelator). The API is events.k8s.io/v1, or core v1 where the server has no such group, which is
// asked once. What the server refuses is dropped; while it is away, events wait, at most kMostPending of them. Every
// loss is counted: kyma_operator_events_dropped_total{reason}. An event is never worth a reconcile's time: nothing here
// fails. Lifetime: run() must have ended before it goes. Thread: confined to the loop's.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "operator/base/clock.hpp"
#include "operator/base/condition.hpp"
#include "operator/base/metrics.hpp"
#include "operator/kube/client/client.hpp"
#include "operator/runtime/event_correlator.hpp"

namespace kyma::runtime {

class EventRecorder {
 public:
  static constexpr std::size_t kMostPending = 8192;

  // `client` null: events go nowhere. `metrics` may be null.
  EventRecorder(Clock& clock, kube::Client* client, EventReporter reporter, metrics::Registry* metrics);
  ~EventRecorder();
  EventRecorder(const EventRecorder&) = delete;
  EventRecorder& operator=(const EventRecorder&) = delete;

  void record(Event event);
  // Writes until cancelled.
  asio::awaitable<void> run();
  // Waits until everything is written, at most this long. run() must be under way.
  asio::awaitable<void> flush(Duration limit);

  // Of whoever records.
  void set_instance(std::string instance) { reporter_.instance = std::move(instance); }
  std::size_t pending() const noexcept { return pending_.size(); }

 private:
  using SeriesPtr = EventCorrelator::SeriesPtr;
  enum class Sent { done, refused, unreachable };
  struct Metrics;

  void enqueue(SeriesPtr series);
  void sweep(bool all);
  asio::awaitable<void> write_first();
  asio::awaitable<Sent> send(SeriesPtr series);
  asio::awaitable<Sent> find_api();
  asio::awaitable<kube::Outcome<std::string>> tell(SeriesPtr series);
  Sent judge(const kube::Error& error);
  asio::awaitable<void> wait_until_idle();

  Clock& clock_;
  kube::Client* client_;
  EventReporter reporter_;
  std::unique_ptr<metrics::Registry> own_registry_;  // when nobody gave one
  std::unique_ptr<Metrics> metrics_;
  EventCorrelator correlator_;
  std::deque<SeriesPtr> pending_;  // the first is being written
  std::optional<EventApi> api_;    // once it is known
  Timer sweep_;
  Condition changed_;
  std::optional<SteadyTime> warned_;
};

}  // namespace kyma::runtime
