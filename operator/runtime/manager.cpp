#include "operator/runtime/manager.hpp"

#include <fmt/format.h>
#include <boost/asio/cancellation_state.hpp>

#include <algorithm>
#include <exception>
#include <utility>

#include "operator/base/log.hpp"
#include "operator/base/race.hpp"

namespace kyma::runtime {
namespace {

const Logger& log() {
  static const Logger logger("manager");
  return logger;
}

// How often we look whether the server still denies us; the unit in which that time is not counted.
constexpr std::chrono::seconds kDeniedLook{1};

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

kube::Client* events_client(kube::Client& client, const ManagerOptions& options) {
  if (!options.events) return nullptr;
  return options.events_client ? options.events_client : &client;
}

}  // namespace

Manager::Manager(asio::any_io_executor executor, Clock& clock, kube::Client& client, ManagerOptions options,
                 metrics::Registry& metrics)
    : clock_(clock),
      client_(client),
      options_(std::move(options)),
      metrics_(metrics),
      queue_(clock, &metrics),
      health_("healthz"),
      readiness_("readyz"),
      events_(clock, events_client(client, options_), {.controller = options_.event_reporter}, &metrics),
      informer_tasks_(executor),
      workers_(executor),
      election_(executor),
      event_tasks_(executor) {
  health_.add("ping", [] { return std::string(); });
  readiness_.add("ping", [] { return std::string(); });
  readiness_.add("informer-sync", [this] { return why_not_in_step(); });
}

Manager::~Manager() = default;

InformerBase* Manager::find_informer(const kube::ResourceType& type) noexcept {
  for (const auto& informer : informers_) {
    if (informer->resource_type() == type) return informer.get();
  }
  return nullptr;
}

Controller& Manager::add_controller(std::string name, Reconciler& reconciler) {
  controllers_.push_back(
      std::make_unique<Controller>(std::move(name), reconciler, queue_, clock_, options_.controller, &metrics_));
  return *controllers_.back();
}

std::vector<LaneId> Manager::lanes() const {
  std::vector<LaneId> lanes;
  lanes.reserve(controllers_.size());
  for (const auto& controller : controllers_) lanes.push_back(controller->lane());
  return lanes;
}

void Manager::stop() {
  stopping_ = true;
  changed_.notify_all();
}

asio::awaitable<kube::Outcome<void>> Manager::run() {
  std::exception_ptr thrown;
  kube::Outcome<void> started;
  try {
    started = co_await start();
    if (started) co_await run_until_stopped();
    co_await drain();
  } catch (...) {
    thrown = std::current_exception();
  }
  // Cancelled or not, and whoever cancels from here on: nothing may cut the joining short.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  co_await end_work();
  if (!thrown) co_await step_down();
  co_await end_all();
  if (thrown) std::rethrow_exception(thrown);
  if (started && !lost_.empty()) {
    co_return kube::Error{kube::Reason::conflict, 0, "this replica leads no more and has stopped: " + lost_};
  }
  co_return started;
}

// Until the stores are filled, a stop is asked for, or it takes too long.
asio::awaitable<kube::Outcome<void>> Manager::start() {
  event_tasks_.spawn(events_.run());
  if (elector_) {
    for (const auto& controller : controllers_) controller->stand_by();
  }
  unsynced_ = informers_.size();
  for (const auto& informer : informers_) {
    informer_tasks_.spawn(informer->run());
    informer_tasks_.spawn(wait_until_synced(*informer));
  }
  sync_begun_.assign(informers_.size(), clock_.now());
  Timer alarm(clock_, [this] { changed_.notify_all(); });
  while (unsynced_ > 0 && !stopping_) {
    const SteadyTime deadline = sync_deadline();
    if (clock_.now() >= deadline) co_return sync_error();
    alarm.expires_at(std::min(deadline, clock_.now() + kDeniedLook));
    co_await changed_.wait();
  }
  co_return kube::Outcome<void>();
}

SteadyTime Manager::sync_deadline() {
  SteadyTime first = SteadyTime::max();
  for (std::size_t i = 0; i < informers_.size(); ++i) {
    if (informers_[i]->synced()) continue;
    if (informers_[i]->denied()) sync_begun_[i] = clock_.now();
    first = std::min(first, sync_begun_[i] + options_.sync_timeout);
  }
  return first;
}

asio::awaitable<void> Manager::wait_until_synced(InformerBase& informer) {
  co_await informer.wait_for_sync();
  log().info("Cache synced", {{"kind", informer.resource_type().kind}, {"objects", informer.size()}});
  --unsynced_;
  changed_.notify_all();
}

// Ready is who can do his work: also one whose rights were taken away, or whose credentials have run out, cannot.
std::string Manager::why_not_in_step() const {
  if (std::string why = why_not_synced(); !why.empty()) return why;
  for (const auto& informer : informers_) {
    if (!informer->denied()) continue;
    return fmt::format("{} no longer in step: {}", informer->resource_type().group_resource(), informer->last_error());
  }
  return {};
}

std::string Manager::why_not_synced() const {
  for (const auto& informer : informers_) {
    if (informer->synced()) continue;
    std::string error = client_.why_waiting();
    if (error.empty()) error = informer->last_error();
    if (error.empty()) error = "the list has not ended yet";
    return fmt::format("{} not synced: {}", informer->resource_type().group_resource(), error);
  }
  return {};
}

kube::Error Manager::sync_error() const {
  return {kube::Reason::timeout, 0,
          fmt::format("the caches did not fill within {:g} s: {}; check that the API server is reachable, that the "
                      "resource is installed and that this identity may list and watch it",
                      seconds(options_.sync_timeout), why_not_synced())};
}

asio::awaitable<void> Manager::run_until_stopped() {
  if (stopping_) co_return;
  if (elector_ && !co_await become_leader()) co_return;
  for (const auto& controller : controllers_) controller->start(workers_);
  co_await wait_for_stop();
}

asio::awaitable<void> Manager::wait_for_stop() {
  while (!stopping_ && lost_.empty()) co_await changed_.wait();
}

// --- The election ---------------------------------------------------------------------------------------------------

void Manager::lead_by(LeaderElector& elector) {
  elector_ = &elector;
  events_.set_instance(elector.identity());
  elector.on_change([this](bool leads, const Lease& lease) { tell_of_leadership(leads, lease); });
}

// False: asked to stop before.
asio::awaitable<bool> Manager::become_leader() {
  const auto acquire = [](LeaderElector& elector) -> asio::awaitable<bool> {
    co_await elector.acquire();
    co_return true;
  };
  const auto led = co_await race(acquire(*elector_), wait_for_stop());
  if (!led) co_return false;
  election_.spawn(keep_leading());
  co_return !stopping_;
}

asio::awaitable<void> Manager::keep_leading() {
  lost_ = co_await elector_->hold();
  log().error("The leadership is lost: reconciling stops", {{"reason", lost_}});
  workers_.cancel();
  changed_.notify_all();
}

// The last worker has ended: whoever takes over now is alone. Nothing is lost when this does not succeed but time.
asio::awaitable<void> Manager::step_down() {
  co_await election_.stop();
  if (elector_) elector_->resign();
  co_await events_.flush(kFlushLimit);
  if (elector_ && lost_.empty()) co_await elector_->release(kReleaseLimit);
}

void Manager::tell_of_leadership(bool leads, const Lease& lease) {
  events_.record({.type = EventType::normal,
                  .reason = InternedString("LeaderElection"),
                  .action = InternedString("LeaderElection"),
                  .regarding = reference_to(Lease::resource_type(), lease.metadata),
                  .note = InternedString(elector_->identity() + (leads ? " became leader" : " stopped leading"))});
}

// --- The end --------------------------------------------------------------------------------------------------------

asio::awaitable<void> Manager::drain() {
  for (const auto& controller : controllers_) controller->stop();
  queue_.shut_down();
  if (co_await with_timeout(clock_, options_.shutdown_timeout, workers_.join())) co_return;
  log().warning("Reconciles did not end in time and are cancelled",
                {{"reconciles", workers_.size()}, {"seconds", seconds(options_.shutdown_timeout)}});
}

asio::awaitable<void> Manager::end_work() {
  for (const auto& controller : controllers_) controller->stop();
  queue_.shut_down();
  co_await workers_.stop();
}

asio::awaitable<void> Manager::end_all() {
  co_await election_.stop();
  co_await event_tasks_.stop();
  co_await informer_tasks_.stop();
}

}  // namespace kyma::runtime
