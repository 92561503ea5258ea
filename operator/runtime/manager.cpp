#include "operator/runtime/manager.hpp"

#include <fmt/format.h>
#include <boost/asio/cancellation_state.hpp>

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

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

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
      informer_tasks_(executor),
      workers_(executor) {
  health_.add("ping", [] { return std::string(); });
  readiness_.add("ping", [] { return std::string(); });
  readiness_.add("informer-sync", [this] { return why_not_synced(); });
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
  co_await end_all();
  if (thrown) std::rethrow_exception(thrown);
  co_return started;
}

// Until the stores are filled, a stop is asked for, or it takes too long.
asio::awaitable<kube::Outcome<void>> Manager::start() {
  unsynced_ = informers_.size();
  for (const auto& informer : informers_) {
    informer_tasks_.spawn(informer->run());
    informer_tasks_.spawn(wait_until_synced(*informer));
  }
  const SteadyTime deadline = clock_.now() + options_.sync_timeout;
  Timer alarm(clock_, [this] { changed_.notify_all(); });
  alarm.expires_at(deadline);
  while (unsynced_ > 0 && !stopping_ && clock_.now() < deadline) co_await changed_.wait();
  if (unsynced_ > 0 && !stopping_) co_return sync_error();
  co_return kube::Outcome<void>();
}

asio::awaitable<void> Manager::wait_until_synced(InformerBase& informer) {
  co_await informer.wait_for_sync();
  log().info("Cache synced", {{"kind", informer.resource_type().kind}, {"objects", informer.size()}});
  --unsynced_;
  changed_.notify_all();
}

std::string Manager::why_not_synced() const {
  for (const auto& informer : informers_) {
    if (informer->synced()) continue;
    const std::string error = informer->last_error();
    return fmt::format("{} not synced: {}", informer->resource_type().group_resource(),
                       error.empty() ? "the list has not ended yet" : error);
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
  for (const auto& controller : controllers_) controller->start(workers_);
  while (!stopping_) co_await changed_.wait();
}

asio::awaitable<void> Manager::drain() {
  for (const auto& controller : controllers_) controller->stop();
  queue_.shut_down();
  if (co_await with_timeout(clock_, options_.shutdown_timeout, workers_.join())) co_return;
  log().warning("Reconciles did not end in time and are cancelled",
                {{"reconciles", workers_.size()}, {"seconds", seconds(options_.shutdown_timeout)}});
}

asio::awaitable<void> Manager::end_all() {
  for (const auto& controller : controllers_) controller->stop();
  queue_.shut_down();
  co_await workers_.stop();
  co_await informer_tasks_.stop();
}

}  // namespace kyma::runtime
