#include "operator/controllers/kyma_reconciler.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "operator/controllers/run_all.hpp"
#include "operator/kube/meta/list_splitter.hpp"

namespace kyma::controllers {
namespace {

using runtime::ReconcileError;
using runtime::ReconcileOutcome;
using runtime::Request;
using runtime::Result;

constexpr std::size_t kWritesAtOnce = 16;
constexpr std::size_t kWritesPerPass = kWritesAtOnce;
// Until the watch must have shown an object that the server says exists.
constexpr std::chrono::seconds kUnseenDelay{1};
constexpr std::chrono::seconds kAnswerTimeout{30};
constexpr std::string_view kAction = "Reconcile";  // in events

void emit_owner(const api::HelmComponent& component, const std::function<void(std::string_view)>& emit) {
  const kube::OwnerReference* owner = component.metadata.controller();
  if (owner != nullptr && owner->kind.view() == api::Kyma::resource_type().kind) emit(owner->uid.bytes());
}

}  // namespace

KymaReconciler::KymaReconciler(runtime::Informer<api::Kyma>& kymas, runtime::Informer<api::HelmComponent>& components,
                               kube::Client& client, Clock& clock, runtime::EventRecorder& events, FanOutPace& pace)
    : kymas_(kymas),
      components_(components),
      by_owner_(components.add_index(emit_owner)),
      client_(client),
      clock_(clock),
      events_(events),
      pace_(pace),
      log_("kyma") {}

asio::awaitable<ReconcileOutcome> KymaReconciler::reconcile(Request request) {
  Report report;
  ReconcileOutcome outcome = co_await pass(request, report);
  // However it ended: a Kyma whose writes fail must not keep its turn from the others.
  report.more ? pace_.end_turn(request) : pace_.forget(request);
  co_return outcome;
}

asio::awaitable<ReconcileOutcome> KymaReconciler::pass(Request request, Report& report) {
  KymaPtr kyma = kymas_.get(request);
  if (!kyma || kyma->metadata.deleting()) {
    forget(request);
    co_return Result::done();
  }
  if (doubted_.contains(request)) {
    auto ending = co_await make_sure_of(kyma);
    if (ending) co_return std::move(*ending);
  }
  FanOut fan_out = look_at(*kyma);
  if (!fan_out.settled()) co_await apply(kyma, fan_out, report);
  if (report.wrote) {
    // The Kyma may be another one by now: its status tells of what it is, not of what it was.
    kyma = kymas_.get(request);
    if (!kyma || kyma->metadata.deleting()) {
      forget(request);
      co_return Result::done();
    }
    fan_out = look_at(*kyma);
  }
  remember_blocked(request, fan_out, report);
  const WallTime now = clock_.wall_now();
  api::KymaStatus wanted = status_of(*kyma, fan_out, report.refusals, now);
  const Duration settle = time_to_settle(*kyma, wanted, fan_out, now);
  if (settle > Duration::zero() && report.clean() && (!report.more || report.waits)) {
    co_return Result::requeue_after(report.waits ? std::min(settle, time_to_next_pass(request, report)) : settle);
  }
  auto ending = co_await write_status(std::move(kyma), std::move(wanted));
  if (ending) co_return std::move(*ending);
  co_return conclude(request, report);
}

asio::awaitable<std::optional<ReconcileOutcome>> KymaReconciler::make_sure_of(KymaPtr kyma) {
  const Request key = runtime::key_of(*kyma);
  if (!look_at(*kyma).missing().empty()) {
    const auto found = co_await is_there(*kyma);
    if (!found) co_return ReconcileOutcome(ReconcileError(found.error()));
    // Gone, or another one of its name: the watch will tell.
    if (!*found) co_return ReconcileOutcome(Result::requeue_after(conflicts_.next(key)));
  }
  doubted_.erase(key);
  co_return std::nullopt;
}

// By a list of one, since the daemon may list Kymas anyway.
asio::awaitable<kube::Outcome<bool>> KymaReconciler::is_there(const api::Kyma& kyma) {
  kube::ListOptions options;
  options.name_space = kyma.metadata.name_space.str();
  options.field_selector = "metadata.name=" + kyma.metadata.name.str();
  auto body = co_await client_.list(api::Kyma::resource_type(), std::move(options));
  if (!body) co_return body.error();
  bool found = false;
  kube::ListSplitter splitter([&](std::string_view item) {
    const auto read = kube::decode_object<api::Kyma>(item);
    found = found || (read && read->metadata.uid == kyma.metadata.uid);
  });
  for (;;) {
    const auto piece = co_await (*body)->read(kAnswerTimeout);
    if (!piece) co_return piece.error();
    if (piece->empty()) break;
    if (auto fed = splitter.feed(*piece); !fed) co_return fed.error();
  }
  if (auto finished = splitter.finish(); !finished) co_return finished.error();
  co_return found;
}

FanOut KymaReconciler::look_at(const api::Kyma& kyma) const {
  return compare(kyma, components_.by_index(by_owner_, kyma.metadata.uid.bytes()),
                 [this](const Request& key) { return components_.get(key); });
}

asio::awaitable<void> KymaReconciler::apply(KymaPtr kyma, const FanOut& fan_out, Report& report) {
  auto surplus = fan_out.surplus.begin();
  auto place = std::ranges::find_if(fan_out.places, &Place::differs);
  while (surplus != fan_out.surplus.end() || place != fan_out.places.end()) {
    std::vector<asio::awaitable<void>> writes;
    while (writes.size() < kWritesPerPass && surplus != fan_out.surplus.end())
      writes.push_back(remove(*surplus++, report));
    while (writes.size() < kWritesPerPass && place != fan_out.places.end()) {
      writes.push_back(put_right(*place, report));
      place = std::find_if(place + 1, fan_out.places.end(), [](const Place& other) { return other.differs(); });
    }
    report.wrote = true;
    co_await run_all(std::move(writes), kWritesAtOnce);
    report.more = surplus != fan_out.surplus.end() || place != fan_out.places.end();
    if (report.more && report.flawless()) co_return;
  }
  co_await create_missing(std::move(kyma), fan_out, report);
}

asio::awaitable<void> KymaReconciler::create_missing(KymaPtr kyma, const FanOut& fan_out, Report& report) {
  const std::vector<std::size_t> missing = fan_out.missing();
  const std::size_t enough = enough_for_this_pass(*kyma, fan_out, missing);
  std::size_t next = 0;
  while (next < missing.size() && enough > 0) {
    // Names of one length stay together if they can: they become `success` together.
    std::vector<asio::awaitable<void>> creates;
    std::size_t length = 0;
    for (; next < missing.size() && creates.size() < kWritesPerPass; ++next) {
      const Place& place = fan_out.places[missing[next]];
      if (creates.size() >= enough && place.component.size() != length) break;
      length = place.component.size();
      creates.push_back(create(kyma, place, report));
    }
    report.wrote = true;
    co_await run_all(std::move(creates), kWritesAtOnce);
    // After a failure the rest is made in this pass: the next one would begin with what failed.
    if (report.flawless()) break;
  }
  if (next == missing.size()) co_return;
  report.more = true;
  report.waits = enough == 0;
  report.more_due = latest_start(fan_out, fan_out.places[missing[next]], clock_.wall_now());
}

// How many components to make now. None: it is others' turn, and what is missing can wait without ending last.
std::size_t KymaReconciler::enough_for_this_pass(const api::Kyma& kyma, const FanOut& fan_out,
                                                 const std::vector<std::size_t>& missing) {
  // A new Kyma's first pass is for the longest name alone: of thousands of Kymas, every one's last to finish then
  // starts before any one's second.
  if (missing.size() == fan_out.places.size()) return 1;
  if (!pace_.waits(runtime::key_of(kyma))) return FanOutPace::kPerTurn;
  const WallTime now = clock_.wall_now();
  const auto due = [&](std::size_t i) { return latest_start(fan_out, fan_out.places[i], now) <= now; };
  return static_cast<std::size_t>(std::ranges::find_if_not(missing, due) - missing.begin());
}

asio::awaitable<void> KymaReconciler::create(KymaPtr kyma, const Place& place, Report& report) {
  const api::HelmComponent component = make_component(*kyma, place);
  auto answer = co_await client_.create(api::HelmComponent::resource_type(), kyma->metadata.name_space.str(),
                                        api::create_body(component));
  if (answer) {
    components_.observe_write(*answer);
    co_return;
  }
  const kube::Error& error = answer.error();
  if (error.is_already_exists()) {
    report.unseen.push_back(runtime::key_of(component));
    co_return;
  }
  note_failure(place, error, report);
}

void KymaReconciler::note_failure(const Place& place, const kube::Error& error, Report& report) {
  if (error.is_invalid() || error.is_forbidden()) report.refusals[place.component] = error.message;
  report.fail(error);
}

asio::awaitable<void> KymaReconciler::put_right(const Place& place, Report& report) {
  const kube::ObjectMeta& metadata = place.found->metadata;
  const auto patch = api::spec_patch(*place.found, place.wanted);
  kube::Outcome<std::string> answer;
  if (patch) {
    answer = co_await client_.merge_patch(api::HelmComponent::resource_type(), metadata.name_space.str(),
                                          metadata.name.str(), *patch);
  } else {
    answer = co_await replace(place);
  }
  if (answer) {
    components_.observe_write(*answer);
    co_return;
  }
  const kube::Error& error = answer.error();
  if (error.is_conflict() || error.is_not_found()) {
    report.conflict = true;
    co_return;
  }
  note_failure(place, error, report);
}

// For values with a null, which no merge patch can write: the one place that reads from the server.
asio::awaitable<kube::Outcome<std::string>> KymaReconciler::replace(const Place& place) {
  const kube::ResourceType& type = api::HelmComponent::resource_type();
  const kube::ObjectMeta& metadata = place.found->metadata;
  auto object = co_await client_.get(type, metadata.name_space.str(), metadata.name.str());
  if (!object) co_return object.error();
  const auto read = kube::decode_object<api::HelmComponent>(*object);
  if (!read) co_return kube::Error{.reason = kube::Reason::decode, .message = read.error().message};
  // What is there now may be another object than the one that was compared.
  if (read->metadata.uid != metadata.uid) co_return kube::conflict(type, metadata.name, "the object has been replaced");
  auto body = api::replace_wish(*object, place.wanted);
  if (!body) co_return kube::internal_error("cannot write the values of " + metadata.key().str());
  co_return co_await client_.update(type, metadata.name_space.str(), metadata.name.str(), std::move(*body));
}

asio::awaitable<void> KymaReconciler::remove(ComponentPtr component, Report& report) {
  const kube::ObjectMeta& metadata = component->metadata;
  const auto removed = co_await client_.remove(api::HelmComponent::resource_type(), metadata.name_space.str(),
                                               metadata.name.str(), {.propagation = "Background", .uid = metadata.uid});
  if (removed || removed.error().is_not_found()) {
    components_.observe_delete(*component);
    co_return;
  }
  if (removed.error().is_conflict()) {
    report.conflict = true;
  } else {
    report.fail(removed.error());
  }
}

void KymaReconciler::remember_blocked(const Request& request, const FanOut& fan_out, const Report& report) {
  std::vector<Request> names = report.unseen;
  for (const auto& place : fan_out.places) {
    // One of ours that is leaving may change hands before its name is free.
    const bool taken = place.state == Place::State::foreign || place.state == Place::State::leaving;
    if (taken) names.push_back(runtime::key_of(*place.found));
  }
  blocked_.set(request, std::move(names));
}

asio::awaitable<std::optional<ReconcileOutcome>> KymaReconciler::write_status(KymaPtr kyma, api::KymaStatus wanted) {
  const std::string patch = api::status_patch(*kyma, wanted);
  if (patch.empty()) co_return std::nullopt;
  const Request key = runtime::key_of(*kyma);
  auto answer =
      co_await client_.merge_patch(api::Kyma::resource_type(), key.name_space.str(), key.name.str(), patch, "status");
  if (answer) {
    tell_of_change(*kyma, wanted);
    if (kymas_.observe_write(*answer)) {
      conflicts_.forget(key);
      co_return std::nullopt;
    }
    co_return ReconcileOutcome(Result::requeue_after(conflicts_.next(key)));
  }
  if (answer.error().is_conflict()) co_return ReconcileOutcome(Result::requeue_after(conflicts_.next(key)));
  if (answer.error().is_not_found()) {
    // Deleted a moment ago: the watch will tell. If it does not, something else is missing, and that is an error.
    const Duration delay = conflicts_.next(key);
    if (delay < ConflictBackoff::kLongest) co_return ReconcileOutcome(Result::requeue_after(delay));
  }
  co_return ReconcileOutcome(ReconcileError(answer.error()));
}

void KymaReconciler::tell_of_change(const api::Kyma& before, const api::KymaStatus& after) {
  if (after.state == api::KymaState::success && before.status.state != api::KymaState::success) {
    log_of(log_, runtime::key_of(before)).info("Kyma is ready");
    events_.record({.type = runtime::EventType::normal,
                    .reason = after.ready.reason,
                    .action = InternedString(kAction),
                    .regarding = runtime::reference_to(api::Kyma::resource_type(), before.metadata),
                    .note = after.ready.message});
  }
  const bool wrong = after.ready.reason != kReasonReady && after.ready.reason != kReasonReconciling;
  if (wrong && after.ready.message != before.status.ready.message) {
    log_of(log_, runtime::key_of(before))
        .warning("Kyma cannot become ready",
                 {{"reason", after.ready.reason.view()}, {"problem", after.ready.message.view()}});
    // A component in error has an event of its own.
    if (after.ready.reason == kReasonComponentError) return;
    events_.record({.type = runtime::EventType::warning,
                    .reason = after.ready.reason,
                    .action = InternedString(kAction),
                    .regarding = runtime::reference_to(api::Kyma::resource_type(), before.metadata),
                    .note = after.ready.message});
  }
}

ReconcileOutcome KymaReconciler::conclude(const Request& request, const Report& report) {
  // A lost race (a component's own status write, as a rule) is run again shortly, whatever else failed: an error is met
  // again then, and a backoff of minutes is for errors alone.
  if (report.conflict) return Result::requeue_after(conflicts_.next(request));
  if (report.error) return *report.error;
  conflicts_.forget(request);
  if (report.more) return Result::requeue_after(time_to_next_pass(request, report));
  if (!report.unseen.empty()) return Result::requeue_after(kUnseenDelay);
  return Result::done();
}

Duration KymaReconciler::time_to_next_pass(const Request& request, const Report& report) {
  if (!pace_.wait_for_turn(request)) return Duration::zero();
  const Duration due = report.more_due - clock_.wall_now();
  return std::clamp<Duration>(due, Duration::zero(), FanOutPace::kLongestSleep);
}

void KymaReconciler::forget(const Request& kyma) {
  blocked_.clear(kyma);
  conflicts_.forget(kyma);
  pace_.forget(kyma);
  doubted_.erase(kyma);
}

}  // namespace kyma::controllers
