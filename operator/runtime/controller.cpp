#include "operator/runtime/controller.hpp"

#include <fmt/format.h>
#include <boost/asio/cancellation_type.hpp>

#include <exception>
#include <optional>
#include <utility>

#include "operator/base/exception.hpp"
#include "operator/base/log.hpp"
#include "operator/base/race.hpp"
#include "operator/runtime/controller_metrics.hpp"

namespace kyma::runtime {
namespace {

constexpr double kResyncJitter = 0.1;

const Logger& log() {
  static const Logger logger("controller");
  return logger;
}

std::string_view group_of(std::string_view api_version) {
  const auto slash = api_version.find('/');
  return slash == std::string_view::npos ? std::string_view() : api_version.substr(0, slash);
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

// Gives an item back however its reconcile ends, by cancellation too.
class Held {
 public:
  Held(Workqueue& queue, LaneId lane, const Request& item) : queue_(queue), lane_(lane), item_(item) {}
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() { queue_.done(lane_, item_); }

 private:
  Workqueue& queue_;
  LaneId lane_;
  Request item_;
};

// Counts up while it lives.
class Counted {
 public:
  explicit Counted(metrics::Gauge& gauge) : gauge_(gauge) { gauge_.add(1); }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { gauge_.add(-1); }

 private:
  metrics::Gauge& gauge_;
};

}  // namespace

struct Controller::Ending {
  enum class Kind { success, requeue, requeue_after, error, server_trouble, terminal_error, panic, timeout };
  Kind kind = Kind::success;
  Duration delay{0};
  std::string message = {};                                   // of a failure
  std::optional<std::chrono::milliseconds> retry_after = {};  // in server trouble
  std::uint64_t id = 0;                                       // the reconcile's, for the log

  explicit Ending(Kind how, std::string why = {}) : kind(how), message(std::move(why)) {}
  explicit Ending(const ReconcileOutcome& outcome) {
    if (outcome.has_error()) {
      const ReconcileError& error = outcome.error();
      kind = error.terminal ? Kind::terminal_error : error.server_trouble ? Kind::server_trouble : Kind::error;
      message = error.message;
      retry_after = error.retry_after;
    } else if (outcome->delay()) {
      delay = *outcome->delay();
      kind = delay > Duration::zero() ? Kind::requeue_after : Kind::requeue;
    }
  }
};

struct Controller::Probe : ControllerMetrics {
  using ControllerMetrics::ControllerMetrics;
};

Controller::Controller(std::string name, Reconciler& reconciler, Workqueue& queue, Clock& clock,
                       ControllerOptions options, metrics::Registry* metrics)
    : name_(std::move(name)),
      reconciler_(reconciler),
      queue_(queue),
      clock_(clock),
      options_(options),
      lane_(queue.add_lane(name_, make_default_rate_limiter(clock, options.queue_rate, options.queue_burst))),
      own_registry_(metrics ? nullptr : std::make_unique<metrics::Registry>()),
      probe_(std::make_unique<Probe>(metrics ? *metrics : *own_registry_, name_, options.max_concurrent_reconciles)),
      random_(make_random(options.random_seed)) {}

Controller::~Controller() = default;

void Controller::start(TaskGroup& workers) {
  for (std::size_t i = 0; i < options_.max_concurrent_reconciles; ++i) workers.spawn(work());
  if (options_.resync_period <= Duration::zero()) return;
  for (const auto& resync : resyncs_) schedule(*resync);
}

void Controller::stop() noexcept {
  for (const auto& resync : resyncs_) resync->timer->cancel();
}

void Controller::enqueue(const Request& request, Priority priority) {
  queue_.forget(lane_, request);
  queue_.add(lane_, request, priority);
}

// --- One reconcile --------------------------------------------------------------------------------------------------

asio::awaitable<void> Controller::work() {
  while (const auto request = co_await queue_.get(lane_)) {
    const Held held(queue_, lane_, *request);
    // What is still queued at the end is left to whoever starts next: all state is in the API server.
    if (queue_.shutting_down()) co_return;
    co_await reconcile_one(*request);
  }
}

asio::awaitable<void> Controller::reconcile_one(Request request) {
  const std::uint64_t id = ++reconciles_;
  const SteadyTime begun = clock_.now();
  std::optional<Ending> ending;
  {
    const Counted active(probe_->active_workers);
    ending = co_await run_reconciler(request);
  }
  probe_->seconds.observe(seconds(clock_.now() - begun));
  ending->id = id;
  conclude(request, *ending);
}

asio::awaitable<Controller::Ending> Controller::run_reconciler(Request request) {
  using Kind = Ending::Kind;
  std::optional<ReconcileOutcome> outcome;
  std::exception_ptr thrown;
  try {
    if (options_.reconcile_timeout > Duration::zero()) {
      outcome = co_await with_timeout(clock_, options_.reconcile_timeout, reconciler_.reconcile(request));
    } else {
      outcome = co_await reconciler_.reconcile(request);
    }
  } catch (...) {
    thrown = std::current_exception();
  }
  if (thrown) {
    // A reconciler may throw "aborted" of its own accord; only when this worker was cancelled does it unwind.
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none && is_cancellation(thrown)) std::rethrow_exception(thrown);
    co_return Ending(Kind::panic, describe_exception(thrown));
  }
  if (!outcome) {
    co_return Ending(Kind::timeout, fmt::format("did not end within {:g} s", seconds(options_.reconcile_timeout)));
  }
  co_return Ending(*outcome);
}

// The whole policy. The item is given back after it.
void Controller::conclude(const Request& request, const Ending& ending) {
  switch (ending.kind) {
    case Ending::Kind::success:  // nothing to do until something changes
      probe_->success.increment();
      queue_.forget(lane_, request);
      return;
    case Ending::Kind::requeue:  // once more, behind those that wait
      probe_->requeue.increment();
      queue_.forget(lane_, request);
      queue_.add_after(lane_, request, Duration::zero());
      return;
    case Ending::Kind::requeue_after:  // a delay that somebody else has asked for meanwhile stands when it is shorter
      probe_->requeue_after.increment();
      queue_.forget(lane_, request);
      queue_.add_after(lane_, request, ending.delay);
      return;
    case Ending::Kind::terminal_error:  // retrying cannot help: wait for a change, which finds no failures counted
      probe_->terminal_errors.increment();
      queue_.forget(lane_, request);
      break;
    case Ending::Kind::server_trouble:  // no fault of the object's: soon again, and nothing is counted against it
      queue_.add_backing_off(lane_, request, trouble_.next(clock_.now(), random_, ending.retry_after));
      break;
    case Ending::Kind::panic:  // these three: try again, each time later
      probe_->panics.increment();
      queue_.add_rate_limited(lane_, request);
      break;
    case Ending::Kind::timeout:
      probe_->timeouts.increment();
      queue_.add_rate_limited(lane_, request);
      break;
    case Ending::Kind::error: queue_.add_rate_limited(lane_, request); break;
  }
  probe_->errors.increment();
  probe_->error.increment();
  if (ending.kind == Ending::Kind::server_trouble) {
    log_server_trouble(request, ending);
  } else {
    log_failure(request, ending);
  }
}

// An outage fails thousands of objects again and again: one line stands for all of a period, with one as the example.
void Controller::log_server_trouble(const Request& request, const Ending& ending) {
  const std::size_t failures = trouble_.take_report(clock_.now());
  if (failures == 0) return;
  log().warning("API server is in trouble", {{"controller", name_},
                                             {"failedReconciles", failures},
                                             {"namespace", request.name_space.view()},
                                             {"name", request.name.view()},
                                             {"reconcileID", ending.id},
                                             {"error", ending.message}});
}

void Controller::log_failure(const Request& request, const Ending& ending) {
  const bool is_panic = ending.kind == Ending::Kind::panic;
  const bool is_terminal = ending.kind == Ending::Kind::terminal_error;
  log().log(is_panic || is_terminal ? LogLevel::error : LogLevel::warning,
            is_panic ? "Reconciler threw" : "Reconcile failed",
            {{"controller", name_},
             {"namespace", request.name_space.view()},
             {"name", request.name.view()},
             {"reconcileID", ending.id},
             {"error", ending.message},
             {"terminal", is_terminal},
             {"failures", queue_.retries(lane_, request)}});
}

// --- What enqueues --------------------------------------------------------------------------------------------------

Controller::OwnerType Controller::owner_type(std::string_view api_version, std::string_view kind) {
  return {std::string(group_of(api_version)), kind};
}

void Controller::enqueue_owner(const kube::ObjectMeta& meta, const OwnerType& type, Priority priority) {
  const kube::OwnerReference* owner = meta.controller();
  // Not the version: a reference names the one that its writer happened to use.
  if (!owner || owner->kind != type.kind || group_of(owner->api_version) != type.group) return;
  enqueue_respecting_backoff({meta.name_space, owner->name}, priority);
}

void Controller::add_resync(std::function<void()> enqueue_all) {
  resyncs_.push_back(std::make_unique<Resync>());
  Resync& resync = *resyncs_.back();
  resync.enqueue_all = std::move(enqueue_all);
  resync.timer = std::make_unique<Timer>(clock_, [this, &resync] {
    resync.enqueue_all();
    schedule(resync);
  });
}

void Controller::schedule(Resync& resync) {
  const double factor = 1 - kResyncJitter + 2 * kResyncJitter * uniform(random_);
  resync.timer->expires_after(std::chrono::duration_cast<Duration>(options_.resync_period * factor));
}

}  // namespace kyma::runtime
