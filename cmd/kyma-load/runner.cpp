#include "cmd/kyma-load/runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <type_traits>
#include <utility>

#include "cmd/kyma-load/preparation.hpp"
#include "cmd/kyma-load/shell_command.hpp"
#include "operator/base/duration.hpp"
#include "operator/base/race.hpp"

namespace kyma::load {
namespace {

using namespace std::chrono_literals;

constexpr Duration kSyncLimit = 60s;
constexpr Duration kInterruptGrace = 2s;  // for requests under way
// The watch of the components may be a little behind that of the Kymas.
constexpr Duration kSettleLimit = 5s;
constexpr Duration kLagInterval = 100ms;
constexpr Duration kRestartLimit = 60s;

runtime::ReflectorOptions watch_options(const Options& options, std::string label_selector) {
  runtime::ReflectorOptions watch;
  watch.name_space = options.name_space;
  watch.label_selector = std::move(label_selector);
  return watch;
}

// Nothing has waited for longer than the run lasts; the buckets of the workqueue's histogram, each ten times the one
// before, would have it so.
void at_most_since_begin(double& seconds, Duration elapsed) {
  seconds = std::min(seconds, std::chrono::duration<double>(elapsed).count());
}

}  // namespace

Runner::Runner(asio::any_io_executor executor, Clock& clock, kube::Client& client, const Options& options,
               const Workload& workload, Progress& progress, Instruments instruments)
    : clock_(clock),
      client_(client),
      watch_client_(instruments.watches ? *instruments.watches : client),
      options_(options),
      workload_(workload),
      progress_(progress),
      instruments_(instruments),
      tracker_(workload),
      operations_(client, clock, options, workload, tracker_, [this] { return ended(); }),
      plan_(make_plan(options)),
      kymas_(watch_client_, clock, watch_options(options, workload.label_selector()), listener<api::Kyma>()),
      deadline_(clock,
                [this] {
                  timed_out_ = true;
                  changed_.notify_all();
                }),
      planning_(executor),
      work_(executor),
      watches_(executor) {
  // The operator puts no label on components: theirs are all of the namespace.
  if (options.watch_components) {
    components_.emplace(watch_client_, clock, watch_options(options, {}), listener<api::HelmComponent>());
  }
}

template <class T>
WatchListener<T> Runner::listener() {
  constexpr bool kOfKymas = std::is_same_v<T, api::Kyma>;
  const auto changed = [this] {
    // Thousands of components change while Kymas are waited for; they matter when their going is.
    if (kOfKymas || cleaning_up_ || tracker_.removing() > 0) changed_.notify_all();
  };
  return {.seen =
              [this, changed](const T& object, Seen how) {
                if constexpr (kOfKymas) {
                  tracker_.seen(object, clock_.now(), how);
                } else {
                  tracker_.seen(object, clock_.now(), clock_.wall_now(), how);
                }
                changed();
              },
          .gone =
              [this, changed](const T& object) {
                tracker_.gone(object);
                changed();
              },
          .listed =
              [this, changed] {
                kOfKymas ? tracker_.kymas_listed() : tracker_.components_listed();
                changed();
              },
          .abandoned = [this] { kOfKymas ? tracker_.kyma_list_abandoned() : tracker_.component_list_abandoned(); }};
}

// --- Before
// -----------------------------------------------------------------------------------------------------------

asio::awaitable<void> Runner::prepare_and_begin() {
  if (auto ready = co_await prepare(); !ready) {
    fatal_ = ready.error();
    changed_.notify_all();
    co_return;
  }
  if (!ended()) begin();
}

asio::awaitable<kube::Outcome<void>> Runner::prepare() {
  const auto& kyma_type = api::Kyma::resource_type();
  const auto& component_type = api::HelmComponent::resource_type();
  if (auto there = co_await ensure_namespace(client_, options_.name_space); !there) co_return there.error();
  if (auto served = co_await check_served(client_, kyma_type, options_.name_space); !served) co_return served.error();
  if (auto synced = co_await watch(kymas_); !synced) co_return synced.error();
  if (components_) {
    if (auto served = co_await check_served(client_, component_type, options_.name_space); !served) {
      co_return with_hint(served.error(), "--watch-components=false does without them");
    }
    if (auto synced = co_await watch(*components_); !synced) co_return synced.error();
  }
  if (!instruments_.telemetry) co_return kube::Outcome<void>();
  if (auto read = co_await instruments_.telemetry->begin(); !read) {
    co_return kube::Error{.reason = kube::Reason::configuration,
                          .message = fmt::format("--daemon-metrics: {}; is the daemon running, and is this its "
                                                 "--metrics-bind-address? \"none\" does without",
                                                 read.error().message)};
  }
  co_return kube::Outcome<void>();
}

template <class T>
asio::awaitable<kube::Outcome<void>> Runner::watch(ObjectWatch<T>& objects) {
  watches_.spawn(objects.run());
  if (co_await with_timeout(clock_, kSyncLimit, objects.wait_for_sync())) co_return kube::Outcome<void>();
  co_return kube::Error{
      .reason = kube::Reason::timeout,
      .message = fmt::format("{} could not be listed and watched within {}: {}", T::resource_type().group_resource(),
                             format_duration(kSyncLimit), objects.last_error())};
}

void Runner::begin() {
  started_ = clock_.now();
  deadline_.expires_after(options_.timeout);
  // What was asked while preparing is none of the run's.
  if (instruments_.requests) instruments_.requests->clear();
  planning_.spawn(follow_plan());
  planning_.spawn(record());
  if (options_.scenario == Scenario::restart) planning_.spawn(restart_later());
  if (instruments_.telemetry) {
    planning_.spawn(instruments_.telemetry->run_daemon());
    planning_.spawn(instruments_.telemetry->run_server());
  }
  watches_.spawn(show_progress());
  watches_.spawn(measure_lag());
}

// --- Meanwhile
// --------------------------------------------------------------------------------------------------------

asio::awaitable<void> Runner::follow_plan() {
  while (!ended()) {
    Step step = plan_->next({.elapsed = elapsed(),
                             .created = tracker_.created(),
                             .failed = tracker_.failed(),
                             .settled = tracker_.settled()});
    if (!step.mark.empty()) mark(std::move(step.mark));
    if (step.kind == Step::Kind::end) break;
    if (step.kind == Step::Kind::wait_until) {
      co_await clock_.sleep_until(*started_ + step.until);
    } else if (step.kind == Step::Kind::wait) {
      co_await changed_.wait();
    } else {
      while (running_ >= options_.concurrency && !ended()) co_await changed_.wait();
      if (ended()) break;
      ++running_;
      work_.spawn(perform(std::move(step)));
    }
  }
  while (running_ > 0) co_await changed_.wait();
  all_tried_ = true;
  changed_.notify_all();
}

asio::awaitable<void> Runner::perform(Step step) {
  if (step.kind == Step::Kind::create) {
    if (!ended() && co_await operations_.create(step.index)) plan_->created(step.index);
  } else if (step.kind == Step::Kind::change) {
    co_await operations_.change(step.index);
  } else {
    co_await operations_.remove(step.index);
  }
  --running_;
  changed_.notify_all();
}

asio::awaitable<void> Runner::restart_later() {
  co_await clock_.sleep_until(*started_ + restart_time(options_, workload_));
  mark("restart");
  if (options_.restart_command.empty()) co_return;
  const auto done = co_await run_shell_command(clock_, options_.restart_command, kRestartLimit);
  mark(done ? "restarted" : "restart failed");
  if (!done) trouble_ = "--restart-command: " + done.error().message;
}

void Runner::mark(std::string text) {
  progress_.note(fmt::format("{:.1f}s  {}", std::chrono::duration<double>(elapsed()).count(), text));
  recorder_.mark(elapsed(), std::move(text));
}

asio::awaitable<void> Runner::show_progress() {
  while (true) {
    co_await clock_.sleep_for(progress_.interval());
    if (cleaning_up_ || !ended()) progress_.show(snapshot());
  }
}

asio::awaitable<void> Runner::measure_lag() {
  while (true) {
    const SteadyTime due = clock_.now() + kLagInterval;
    co_await clock_.sleep_until(due);
    if (!cleaning_up_) max_lag_ = std::max(max_lag_, clock_.now() - due);
  }
}

asio::awaitable<void> Runner::record() {
  for (SteadyTime next = *started_;;) {
    co_await clock_.sleep_until(next);
    recorder_.add(take_sample());
    next = std::max(next + recorder_.period(), clock_.now());
  }
}

Sample Runner::take_sample() {
  Sample sample;
  sample.at = elapsed();
  sample.kymas = tracker_.kymas_by_state();
  sample.components = tracker_.components().by_state();
  sample.created = tracker_.created();
  sample.deleted = tracker_.deleted() + tracker_.removing();
  sample.lateness_p99 = tracker_.components().take_lateness_p99();
  if (instruments_.requests) sample.requests = instruments_.requests->take_sample();
  if (instruments_.telemetry) {
    sample.daemon = instruments_.telemetry->take_daemon();
    if (sample.daemon) at_most_since_begin(sample.daemon->queue_p99_seconds, sample.at);
    sample.server = instruments_.telemetry->take_server();
  }
  return sample;
}

Snapshot Runner::snapshot() const {
  return {.elapsed = elapsed(),
          .cleaning_up = cleaning_up_,
          .requested = workload_.kymas(),
          .created = tracker_.created(),
          .failed = tracker_.failed() + tracker_.failed_operations(),
          .success = tracker_.success(),
          .removed = tracker_.removing(),
          .existing = tracker_.existing(),
          .components_watched = components_.has_value(),
          .components = tracker_.components().by_state(),
          .rates = recent_rates(recorder_.recording().samples)};
}

// --- After
// ------------------------------------------------------------------------------------------------------------

bool Runner::ended() const noexcept {
  return fatal_ || interrupted_ || timed_out_ || (all_tried_ && tracker_.settled());
}

void Runner::interrupt() {
  interrupted_ = true;
  changed_.notify_all();
}

asio::awaitable<kube::Outcome<Figures>> Runner::run() {
  work_.spawn(prepare_and_begin());
  while (!ended()) co_await changed_.wait();
  deadline_.cancel();
  // Every creation under way should be known as made or not made: a clean-up must not miss one.
  co_await with_timeout(clock_, kInterruptGrace, work_.join());
  co_await work_.stop();
  if (fatal_) co_return *fatal_;
  co_return co_await conclude();
}

asio::awaitable<Figures> Runner::conclude() {
  const SteadyTime now = clock_.now();
  Ending ending = Ending::success;
  if (interrupted_) {
    ending = Ending::interrupted;
  } else if (timed_out_) {
    ending = Ending::timed_out;
  } else {
    co_await settle_components();
  }
  co_await planning_.stop();
  if (instruments_.telemetry && started_ && !interrupted_) co_await instruments_.telemetry->finish();
  if (started_) recorder_.add(take_sample());

  Figures figures = summarise(tracker_, workload_, started_.value_or(now), now, ending);
  figures.components_watched = components_.has_value();
  figures.max_loop_lag = max_lag_;
  figures.trouble = trouble_;
  if (!trouble_.empty() && figures.ending == Ending::success) figures.ending = Ending::failed;
  if (options_.scenario == Scenario::churn) {
    figures.churn = summarise_churn(tracker_, options_.watch_components);
    const Churn& churn = *figures.churn;
    const bool complete = churn.removed == churn.removed_gone && churn.survivors_changed == churn.survivors_reconciled;
    if (figures.ending == Ending::success && (churn.failed > 0 || !complete)) figures.ending = Ending::failed;
  }
  if (instruments_.requests) figures.requests = instruments_.requests->totals();
  if (instruments_.telemetry) {
    figures.daemon = instruments_.telemetry->daemon_totals();
    if (figures.daemon && figures.daemon->queue_p99_seconds) {
      at_most_since_begin(*figures.daemon->queue_p99_seconds, figures.total);
    }
    figures.server = instruments_.telemetry->server_totals();
  }
  if (started_) progress_.show(snapshot());
  progress_.finish();
  co_return figures;
}

asio::awaitable<void> Runner::settle_components() {
  if (!components_) co_return;
  const std::size_t expected = tracker_.success() * workload_.components().size();
  const SteadyTime limit = clock_.now() + kSettleLimit;
  const auto& in_success = tracker_.components().by_state()[static_cast<std::size_t>(api::ComponentState::success)];
  while (in_success < expected && !interrupted_ && clock_.now() < limit) co_await clock_.sleep_for(kLagInterval);
}

asio::awaitable<kube::Outcome<void>> Runner::clean_up() {
  cleaning_up_ = true;
  timed_out_ = false;
  next_delete_ = 0;
  deadline_.expires_after(options_.timeout);
  deleters_ = std::min(options_.concurrency, workload_.kymas());
  for (std::size_t i = deleters_; i > 0; --i) work_.spawn(delete_kymas());
  while (!gone() && !timed_out_) {
    // Nothing more will go when all was tried and some of it was refused.
    if (undeleted_ && deleters_ == 0) break;
    co_await changed_.wait();
  }
  deadline_.cancel();
  co_await work_.stop();
  progress_.show(snapshot());
  progress_.finish();
  if (gone()) co_return kube::Outcome<void>();
  const std::string left = fmt::format(
      "{} Kymas and {} components are left; delete them with: kubectl delete kymas -n {} "
      "-l {}",
      tracker_.existing(), tracker_.components().size(), options_.name_space, workload_.label_selector());
  if (undeleted_) co_return with_hint(*undeleted_, left);
  co_return kube::Error{.reason = kube::Reason::timeout, .message = left};
}

asio::awaitable<void> Runner::delete_kymas() {
  const auto& records = tracker_.records();
  while (next_delete_ < records.size()) {
    const std::size_t index = next_delete_++;
    if (records[index].uid.empty() || records[index].deleted) continue;
    if (auto removed = co_await operations_.clean_up(index); !removed) undeleted_ = removed.error();
  }
  --deleters_;
  changed_.notify_all();
}

bool Runner::gone() const noexcept {
  return tracker_.existing() == 0 && (!components_ || tracker_.components().size() == 0);
}

asio::awaitable<void> Runner::stop() {
  co_await planning_.stop();
  co_await work_.stop();
  co_await watches_.stop();
}

}  // namespace kyma::load
