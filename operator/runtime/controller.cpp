#include "operator/runtime/controller.hpp"

#include <fmt/format.h>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
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
constexpr std::size_t kReconcilesPerTurn = 4;

const Logger& log() {
  static const Logger logger("controller");
  return logger;
}

std::string_view group_of(std::string_view api_version) {
  const auto slash = api_version.find('/');
  return slash == std::string_view::npos ? std::string_view() : api_version.substr(0, slash);
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

// Gives back what is in hand however a worker ends, by cancellation too.
class GiveBack {
 public:
  GiveBack(Workqueue& queue, LaneId lane, const Work& in_hand) : queue_(queue), lane_(lane), in_hand_(in_hand) {}
  GiveBack(const GiveBack&) = delete;
  GiveBack& operator=(const GiveBack&) = delete;
  ~GiveBack() {
    if (in_hand_) queue_.done(lane_, *in_hand_);
  }

 private:
  Workqueue& queue_;
  LaneId lane_;
  const Work& in_hand_;
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

std::size_t useful_concurrency(double requests_per_second) noexcept {
  constexpr double kLongestRequest = 0.2;  // seconds
  constexpr double kLeast = 8;
  constexpr double kMost = 64;
  if (requests_per_second <= 0) return static_cast<std::size_t>(kMost);
  return static_cast<std::size_t>(std::clamp(requests_per_second * kLongestRequest, kLeast, kMost));
}

struct Controller::Ending {
  enum class Kind { success, requeue, requeue_after, error, server_trouble, terminal_error, panic, timeout };
  Kind kind = Kind::success;
  Duration delay{0};
  std::string message = {};                                   // of a failure
  std::optional<std::chrono::milliseconds> retry_after = {};  // in server trouble

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
      random_(make_random(options.random_seed)),
      lines_(name_) {
  reconciler_.lines_ = &lines_;
}

Controller::~Controller() = default;

void Controller::start(TaskGroup& workers) {
  if (std::exchange(standing_by_, false)) {
    for (const auto& resync : resyncs_) resync->enqueue_all();
  }
  for (std::size_t i = 0; i < options_.max_concurrent_reconciles; ++i) workers.spawn(work());
  if (options_.resync_period <= Duration::zero()) return;
  for (const auto& resync : resyncs_) schedule(*resync);
}

void Controller::stop() noexcept {
  for (const auto& resync : resyncs_) resync->timer->cancel();
}

void Controller::enqueue(const Request& request, Priority priority, Flow flow) {
  if (standing_by_) return;
  queue_.forget(lane_, request);
  queue_.add(lane_, request, priority, flow);
}

// --- One reconcile --------------------------------------------------------------------------------------------------

asio::awaitable<void> Controller::work() {
  Work in_hand;
  const GiveBack at_the_end(queue_, lane_, in_hand);
  for (std::size_t taken = 1;; ++taken) {
    // A reconcile that waits for nothing never lets go of the loop: a wave of them takes turns with everybody else.
    if (taken % kReconcilesPerTurn == 0) co_await asio::post(asio::use_awaitable);
    // The common way when there is much to do: no coroutine, and one reading of the clock for the last and the next.
    in_hand = queue_.try_get(lane_, std::exchange(in_hand, {}));
    if (!in_hand) in_hand = co_await queue_.get(lane_);
    // What is still queued at the end is left to whoever starts next: all state is in the API server.
    if (!in_hand || queue_.shutting_down()) co_return;
    co_await reconcile_one(in_hand);
  }
}

asio::awaitable<void> Controller::reconcile_one(Work work) {
  const ReconcileLog::Running running(lines_, *work);
  const SteadyTime begun = clock_.now();
  std::optional<Ending> ending;
  {
    const Counted active(probe_->active_workers);
    ending = co_await run_reconciler(work);
  }
  probe_->seconds.observe(seconds(clock_.now() - begun));
  conclude(work, *ending);
}

asio::awaitable<Controller::Ending> Controller::run_reconciler(Work work) {
  using Kind = Ending::Kind;
  std::optional<ReconcileOutcome> outcome;
  std::exception_ptr thrown;
  try {
    if (options_.reconcile_timeout > Duration::zero()) {
      outcome = co_await with_timeout(clock_, options_.reconcile_timeout, reconciler_.reconcile(*work));
    } else {
      outcome = co_await reconciler_.reconcile(*work);
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
void Controller::conclude(const Work& work, const Ending& ending) {
  const Request& request = *work;
  switch (ending.kind) {
    case Ending::Kind::success:  // nothing to do until something changes
      probe_->success.increment();
      queue_.forget(lane_, request);
      return;
    case Ending::Kind::requeue:  // once more, behind those that wait
      probe_->requeue.increment();
      queue_.forget(lane_, request);
      queue_.add_after(lane_, request, Duration::zero(), std::max(work.priority(), kPriorityNormal));
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
  lines_.of(log(), request)
      .warning("API server is in trouble", {{"failedReconciles", failures}, {"error", ending.message}});
}

void Controller::log_failure(const Request& request, const Ending& ending) {
  const bool is_panic = ending.kind == Ending::Kind::panic;
  const bool is_terminal = ending.kind == Ending::Kind::terminal_error;
  lines_.of(log(), request)
      .log(is_panic || is_terminal ? LogLevel::error : LogLevel::warning,
           is_panic ? "Reconciler threw" : "Reconcile failed",
           {{"error", ending.message}, {"terminal", is_terminal}, {"failures", queue_.retries(lane_, request)}});
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
