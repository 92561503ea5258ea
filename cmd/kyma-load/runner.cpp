#include "cmd/kyma-load/runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

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
constexpr int kCreateAttempts = 4;
constexpr Duration kCreateRetryDelay = 1s;

const kube::ResourceType& namespaces() {
  static const kube::ResourceType type{"", "v1", "Namespace", "namespaces", false};
  return type;
}

kube::Error with_hint(kube::Error error, std::string_view hint) {
  error.message += fmt::format("; {}", hint);
  return error;
}

runtime::ReflectorOptions watch_options(const Options& options, std::string label_selector) {
  runtime::ReflectorOptions watch;
  watch.name_space = options.name_space;
  watch.label_selector = std::move(label_selector);
  return watch;
}

}  // namespace

Runner::Runner(asio::any_io_executor executor, Clock& clock, kube::Client& client, const Options& options,
               const Workload& workload, Progress& progress)
    : clock_(clock),
      client_(client),
      options_(options),
      workload_(workload),
      progress_(progress),
      tracker_(workload),
      kymas_(client, clock, watch_options(options, workload.label_selector()), nullptr),
      deadline_(clock,
                [this] {
                  timed_out_ = true;
                  changed_.notify_all();
                }),
      work_(executor),
      watches_(executor) {
  // The operator puts no label on components: theirs are all of the namespace.
  if (options.watch_components) components_.emplace(client, clock, watch_options(options, {}), nullptr);
  add_handlers();
}

void Runner::add_handlers() {
  using KymaPtr = runtime::ObjectPtr<api::Kyma>;
  using ComponentPtr = runtime::ObjectPtr<api::HelmComponent>;
  const auto seen = [this](const api::Kyma& kyma) {
    tracker_.kyma_seen(kyma, clock_.now());
    changed_.notify_all();
  };
  kymas_.add_handler({.on_add = [seen](const KymaPtr& kyma, bool) { seen(*kyma); },
                      .on_update = [seen](const KymaPtr&, const KymaPtr& kyma) { seen(*kyma); },
                      .on_delete =
                          [this](const KymaPtr& kyma) {
                            tracker_.kyma_gone(*kyma);
                            changed_.notify_all();
                          }});
  if (!components_) return;
  components_->add_handler(
      {.on_add = [this](const ComponentPtr& component, bool initial) { tracker_.component_added(*component, initial); },
       .on_update = [this](const ComponentPtr& before,
                           const ComponentPtr& after) { tracker_.component_changed(*before, *after); },
       .on_delete =
           [this](const ComponentPtr& component) {
             tracker_.component_gone(*component);
             if (cleaning_up_) changed_.notify_all();
           }});
}

asio::awaitable<kube::Outcome<Figures>> Runner::run() {
  work_.spawn(prepare_and_create());
  while (!ended()) co_await changed_.wait();
  deadline_.cancel();
  // Every creation under way should be known as made or not made: a clean-up must not miss one.
  co_await with_timeout(clock_, kInterruptGrace, work_.join());
  co_await work_.stop();
  if (fatal_) co_return *fatal_;
  const SteadyTime now = clock_.now();

  Ending ending = Ending::success;
  if (interrupted_) {
    ending = Ending::interrupted;
  } else if (timed_out_) {
    ending = Ending::timed_out;
  } else {
    co_await settle_components();
  }
  Figures figures = summarise(tracker_, workload_, started_.value_or(now), now, ending);
  figures.components_watched = components_.has_value();
  figures.max_loop_lag = max_lag_;
  if (started_) progress_.show(progress());
  progress_.finish();
  co_return figures;
}

bool Runner::ended() const noexcept {
  return fatal_ || interrupted_ || timed_out_ || (all_tried_ && tracker_.settled());
}

void Runner::interrupt() {
  interrupted_ = true;
  changed_.notify_all();
}

asio::awaitable<void> Runner::prepare_and_create() {
  if (auto ready = co_await prepare(); !ready) {
    fatal_ = ready.error();
    changed_.notify_all();
    co_return;
  }
  if (ended()) co_return;
  watches_.spawn(show_progress());
  watches_.spawn(measure_lag());
  started_ = clock_.now();
  deadline_.expires_after(options_.timeout);
  workers_ = std::min(options_.concurrency, workload_.kymas());
  for (std::size_t i = workers_; i > 0; --i) work_.spawn(create_kymas());
}

asio::awaitable<kube::Outcome<void>> Runner::prepare() {
  if (auto there = co_await ensure_namespace(); !there) co_return there.error();
  if (auto served = co_await check_served(api::Kyma::resource_type()); !served) co_return served.error();
  if (auto synced = co_await watch(kymas_); !synced) co_return synced.error();
  if (components_) {
    if (auto served = co_await check_served(api::HelmComponent::resource_type()); !served) {
      co_return with_hint(served.error(), "--watch-components=false does without them");
    }
    if (auto synced = co_await watch(*components_); !synced) co_return synced.error();
  }
  co_return kube::Outcome<void>();
}

asio::awaitable<kube::Outcome<void>> Runner::ensure_namespace() {
  auto found = co_await client_.get(namespaces(), "", options_.name_space);
  // Whoever may not read namespaces may still create in them.
  if (found || found.error().is_forbidden()) co_return kube::Outcome<void>();
  if (!found.error().is_not_found()) co_return found.error();
  const std::string body =
      fmt::format(R"({{"apiVersion":"v1","kind":"Namespace","metadata":{{"name":"{}"}}}})", options_.name_space);
  auto made = co_await client_.create(namespaces(), "", body);
  if (made || made.error().is_already_exists()) co_return kube::Outcome<void>();
  co_return with_hint(made.error(), fmt::format("namespace \"{}\" could not be created", options_.name_space));
}

asio::awaitable<kube::Outcome<void>> Runner::check_served(const kube::ResourceType& type) {
  auto listed = co_await client_.get_raw(type.path(options_.name_space) + "?limit=1");
  if (listed) co_return kube::Outcome<void>();
  if (listed.error().is_not_found()) {
    co_return kube::Error{.reason = kube::Reason::not_found,
                          .http_status = 404,
                          .message = fmt::format("the API server does not know {}: install the custom resource "
                                                 "definitions first (kubectl apply -k config/crd)",
                                                 type.group_resource())};
  }
  co_return listed.error();
}

asio::awaitable<kube::Outcome<void>> Runner::watch(runtime::InformerBase& informer) {
  watches_.spawn(informer.run());
  if (co_await with_timeout(clock_, kSyncLimit, informer.wait_for_sync())) co_return kube::Outcome<void>();
  co_return kube::Error{.reason = kube::Reason::timeout,
                        .message = fmt::format("{} could not be listed and watched within {}; the log tells why",
                                               informer.resource_type().group_resource(), format_duration(kSyncLimit))};
}

asio::awaitable<void> Runner::create_kymas() {
  while (next_ < workload_.kymas() && !ended()) {
    const std::size_t index = next_++;
    co_await create_kyma(index);
  }
  if (--workers_ == 0 && next_ == workload_.kymas()) {
    all_tried_ = true;
    changed_.notify_all();
  }
}

asio::awaitable<void> Runner::create_kyma(std::size_t index) {
  for (int attempt = 1;; ++attempt) {
    auto answer = co_await client_.create(api::Kyma::resource_type(), options_.name_space, workload_.body(index));
    if (answer) {
      auto kyma = kube::decode_object<api::Kyma>(*answer);
      tracker_.created(index, kyma ? kyma->metadata.uid : kube::Uid(), clock_.now());
      co_return;
    }
    const kube::Error error = answer.error();
    if (attempt > 1 && error.is_already_exists() && co_await adopt(index)) co_return;
    if (!error.is_transport() || attempt == kCreateAttempts || ended()) {
      fail(index, error);
      co_return;
    }
    co_await clock_.sleep_for(kCreateRetryDelay);
  }
}

asio::awaitable<bool> Runner::adopt(std::size_t index) {
  auto text = co_await client_.get(api::Kyma::resource_type(), options_.name_space, workload_.name(index));
  if (!text) co_return false;
  auto kyma = kube::decode_object<api::Kyma>(*text);
  if (!kyma || kyma->metadata.label(kRunLabel) != workload_.run_id()) co_return false;
  tracker_.created(index, kyma->metadata.uid, clock_.now());
  co_return true;
}

void Runner::fail(std::size_t index, const kube::Error& error) {
  std::string reason(kube::to_string(error.reason));
  if (reason.empty()) reason = fmt::format("HTTP {}", error.http_status);
  if (!error.is_already_exists()) return tracker_.failed(reason, error.describe());
  tracker_.failed(reason,
                  fmt::format("\"{}\" exists already in namespace {}; take another --name-prefix, or delete what "
                              "earlier runs left: kubectl delete kymas -n {} -l {} (a run with --cleanup leaves "
                              "nothing)",
                              workload_.name(index), options_.name_space, options_.name_space, kRunLabel));
}

asio::awaitable<void> Runner::settle_components() {
  if (!components_) co_return;
  const std::size_t expected = tracker_.created() * workload_.components().size();
  const SteadyTime limit = clock_.now() + kSettleLimit;
  const auto& in_success = tracker_.components_by_state()[static_cast<std::size_t>(api::ComponentState::success)];
  while (in_success < expected && !interrupted_ && clock_.now() < limit) co_await clock_.sleep_for(kLagInterval);
}

asio::awaitable<kube::Outcome<void>> Runner::clean_up() {
  cleaning_up_ = true;
  timed_out_ = false;
  next_ = 0;
  deadline_.expires_after(options_.timeout);
  workers_ = std::min(options_.concurrency, workload_.kymas());
  for (std::size_t i = workers_; i > 0; --i) work_.spawn(delete_kymas());
  while (!gone() && !timed_out_) {
    // Nothing more will go when all was tried and some of it was refused.
    if (undeleted_ && workers_ == 0) break;
    co_await changed_.wait();
  }
  deadline_.cancel();
  co_await work_.stop();
  progress_.show(progress());
  progress_.finish();
  if (gone()) co_return kube::Outcome<void>();
  const std::string left = fmt::format(
      "{} Kymas and {} components are left; delete them with: kubectl delete kymas -n {} "
      "-l {}",
      tracker_.existing(), tracker_.components(), options_.name_space, workload_.label_selector());
  if (undeleted_) co_return with_hint(*undeleted_, left);
  co_return kube::Error{.reason = kube::Reason::timeout, .message = left};
}

asio::awaitable<void> Runner::delete_kymas() {
  const auto& records = tracker_.records();
  while (next_ < records.size()) {
    const std::size_t index = next_++;
    if (records[index].uid.empty() || records[index].deleted) continue;
    auto removed = co_await client_.remove(api::Kyma::resource_type(), options_.name_space, workload_.name(index),
                                           {.propagation = "Background", .uid = records[index].uid});
    // A conflict is the uid: the name belongs to another Kyma by now.
    if (!removed && !removed.error().is_not_found() && !removed.error().is_conflict()) undeleted_ = removed.error();
  }
  --workers_;
  changed_.notify_all();
}

bool Runner::gone() const noexcept { return tracker_.existing() == 0 && (!components_ || tracker_.components() == 0); }

asio::awaitable<void> Runner::stop() {
  co_await work_.stop();
  co_await watches_.stop();
}

std::string Runner::progress() const {
  if (cleaning_up_) {
    std::string line = fmt::format("deleting  Kymas left {}", tracker_.existing());
    if (components_) line += fmt::format("  components left {}", tracker_.components());
    return line;
  }
  return progress_line({.elapsed = clock_.now() - started_.value_or(clock_.now()),
                        .requested = workload_.kymas(),
                        .created = tracker_.created(),
                        .failed = tracker_.failed(),
                        .success = tracker_.success(),
                        .components_watched = components_.has_value(),
                        .components = tracker_.components_by_state()});
}

asio::awaitable<void> Runner::show_progress() {
  while (true) {
    co_await clock_.sleep_for(progress_.interval());
    if (cleaning_up_ || !ended()) progress_.show(progress());
  }
}

asio::awaitable<void> Runner::measure_lag() {
  while (true) {
    const SteadyTime due = clock_.now() + kLagInterval;
    co_await clock_.sleep_until(due);
    if (!cleaning_up_) max_lag_ = std::max(max_lag_, clock_.now() - due);
  }
}

}  // namespace kyma::load
