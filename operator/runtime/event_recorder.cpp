#include "operator/runtime/event_recorder.hpp"

#include <algorithm>
#include <utility>

#include "operator/base/log.hpp"
#include "operator/base/race.hpp"

namespace kyma::runtime {
namespace {

constexpr std::chrono::minutes kSweepPeriod{1};
constexpr std::chrono::minutes kWarnPeriod{10};
// As client-go: twelve tries, then the event has had its day.
constexpr int kMostTries = 12;
constexpr std::chrono::seconds kLongestPause{10};

const Logger& log() {
  static const Logger logger("events");
  return logger;
}

}  // namespace

struct EventRecorder::Metrics {
  explicit Metrics(metrics::Registry& registry)
      : written(registry.counter("kyma_operator_events_written_total", "Writes of Event objects.").with({})),
        counted(registry.counter("kyma_operator_events_counted_total", "Events that were only counted in a series.")
                    .with({})),
        pending(registry.gauge("kyma_operator_events_pending", "Events that wait to be written.").with({})),
        flood(dropped(registry, "flood")),
        overflow(dropped(registry, "overflow")),
        refused(dropped(registry, "refused")),
        unreachable(dropped(registry, "unreachable")) {}

  static metrics::Counter& dropped(metrics::Registry& registry, const char* reason) {
    return registry
        .counter("kyma_operator_events_dropped_total",
                 "Events nobody will see: too many of one object (flood), too many in all (overflow), refused by the "
                 "server, or not taken in time (unreachable).",
                 {"reason"})
        .with({reason});
  }

  metrics::Counter& written;
  metrics::Counter& counted;
  metrics::Gauge& pending;
  metrics::Counter& flood;
  metrics::Counter& overflow;
  metrics::Counter& refused;
  metrics::Counter& unreachable;
};

EventRecorder::EventRecorder(Clock& clock, kube::Client* client, EventReporter reporter, metrics::Registry* metrics)
    : clock_(clock),
      client_(client),
      reporter_(std::move(reporter)),
      own_registry_(metrics ? nullptr : std::make_unique<metrics::Registry>()),
      metrics_(std::make_unique<Metrics>(metrics ? *metrics : *own_registry_)),
      sweep_(clock, [this] { sweep(false); }) {}

EventRecorder::~EventRecorder() = default;

void EventRecorder::record(Event event) {
  if (!client_) return;
  event.note = clip_note(std::move(event.note));
  auto [fate, series] = correlator_.see(event, clock_.now(), clock_.wall_now());
  switch (fate) {
    case EventCorrelator::Fate::write: enqueue(std::move(series)); break;
    case EventCorrelator::Fate::counted: metrics_->counted.increment(); break;
    case EventCorrelator::Fate::flood: metrics_->flood.increment(); break;
  }
  if (!sweep_.armed()) sweep_.expires_after(kSweepPeriod);
}

void EventRecorder::enqueue(SeriesPtr series) {
  if (series->queued) return;
  if (pending_.size() >= kMostPending) {
    metrics_->overflow.increment();
    return;
  }
  series->queued = true;
  pending_.push_back(std::move(series));
  metrics_->pending.set(static_cast<double>(pending_.size()));
  changed_.notify_all();
}

void EventRecorder::sweep(bool all) {
  for (auto& series : correlator_.due(clock_.now(), all)) enqueue(std::move(series));
  if (correlator_.size() > 0) sweep_.expires_after(kSweepPeriod);
}

// --- Writing --------------------------------------------------------------------------------------------------------

asio::awaitable<void> EventRecorder::run() {
  for (;;) {
    while (pending_.empty()) co_await changed_.wait();
    co_await write_first();
    changed_.notify_all();
  }
}

asio::awaitable<void> EventRecorder::write_first() {
  const SeriesPtr series = pending_.front();
  const Sent sent = co_await send(series);
  if (sent == Sent::unreachable && ++series->tries < kMostTries) {
    co_await clock_.sleep_for(
        std::min<Duration>(kLongestPause, std::chrono::seconds(1 << std::min(series->tries - 1, 4))));
    co_return;
  }
  pending_.pop_front();
  metrics_->pending.set(static_cast<double>(pending_.size()));
  series->queued = false;
  series->tries = 0;
  switch (sent) {
    case Sent::done: metrics_->written.increment(); break;
    case Sent::refused: metrics_->refused.increment(); break;
    case Sent::unreachable: metrics_->unreachable.increment(); break;
  }
}

asio::awaitable<EventRecorder::Sent> EventRecorder::send(SeriesPtr series) {
  if (!api_) {
    const Sent found = co_await find_api();
    if (found != Sent::done) co_return found;
  }
  const std::int64_t count = series->count;
  const auto answer = co_await tell(series);
  if (!answer) co_return judge(answer.error());
  series->written_count = count;
  series->written = clock_.now();
  co_return Sent::done;
}

asio::awaitable<EventRecorder::Sent> EventRecorder::find_api() {
  const auto answer = co_await client_->get_raw("/apis/events.k8s.io/v1");
  if (!answer && !answer.error().is_not_found() && !answer.error().is_forbidden()) co_return judge(answer.error());
  api_ = !answer && answer.error().is_not_found() ? EventApi::core_v1 : EventApi::events_v1;
  co_return Sent::done;
}

asio::awaitable<kube::Outcome<std::string>> EventRecorder::tell(SeriesPtr series) {
  const kube::ResourceType& type = event_type(*api_);
  if (series->written_count > 0) {
    auto answer =
        co_await client_->merge_patch(type, series->name_space(), series->name, event_to_patch(*series, *api_));
    // Events are kept for an hour, as a rule.
    if (answer || !answer.error().is_not_found()) co_return answer;
  }
  auto answer = co_await client_->create(type, series->name_space(), event_to_create(*series, reporter_, *api_));
  // The answer to an earlier try was lost.
  if (!answer && answer.error().is_already_exists()) co_return std::string();
  co_return answer;
}

EventRecorder::Sent EventRecorder::judge(const kube::Error& error) {
  if (error.is_transport() || error.is_too_many_requests() || error.http_status >= 500) return Sent::unreachable;
  if (!warned_ || clock_.now() - *warned_ >= kWarnPeriod) {
    warned_ = clock_.now();
    log().warning("The API server refuses events", {{"error", error.describe()}});
  }
  return Sent::refused;
}

asio::awaitable<void> EventRecorder::flush(Duration limit) {
  if (!client_) co_return;
  sweep(true);
  co_await with_timeout(clock_, limit, wait_until_idle());
}

asio::awaitable<void> EventRecorder::wait_until_idle() {
  while (!pending_.empty()) co_await changed_.wait();
}

}  // namespace kyma::runtime
