#include "operator/runtime/reflector.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "operator/base/condition.hpp"
#include "operator/base/log.hpp"
#include "operator/kube/meta/list_splitter.hpp"
#include "operator/runtime/list_watch.hpp"

namespace kyma::runtime {
namespace {

using Action = ListWatch::Action;
using Outcome = ListWatch::Outcome;

// How long a list's body may pause; the server has the answer ready when it begins to send.
constexpr Duration kListIdleTimeout = std::chrono::seconds{60};
// Some 2 ms of decoding; then the loop's other work gets its turn.
constexpr std::size_t kItemsPerTurn = 256;

// Hands the loop over once in a while.
class Turns {
 public:
  void count() noexcept { ++items_; }
  bool over() noexcept {
    if (items_ < kItemsPerTurn) return false;
    items_ = 0;
    return true;
  }

 private:
  std::size_t items_ = 0;
};

Outcome failed(Outcome::Kind kind, kube::Error error) {
  Outcome outcome;
  outcome.kind = kind;
  outcome.error = std::move(error);
  return outcome;
}

std::optional<std::uint64_t> parse_version(std::string_view text) noexcept {
  std::uint64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return version;
}

double unix_seconds(WallTime time) noexcept { return std::chrono::duration<double>(time.time_since_epoch()).count(); }

// Its metrics, by kind. A series per reason is there from the start.
struct Probe {
  Probe(metrics::Registry& registry, std::string kind_name)
      : kind(std::move(kind_name)),
        last_event(registry
                       .gauge("kyma_operator_watch_last_event_timestamp_seconds",
                              "When a list, an event or a bookmark arrived last, as Unix time", {"kind"})
                       .with({kind})),
        relists(
            registry.counter("kyma_operator_relists_total", "Lists after the first, by reason", {"kind", "reason"})),
        restarts(registry.counter("kyma_operator_watch_restarts_total",
                                  "Watches opened again without a list, by reason", {"kind", "reason"})) {
    using Reason = ListWatch::Reason;
    for (const Reason reason : {Reason::unreachable, Reason::throttled, Reason::server_error, Reason::unauthorized,
                                Reason::expired, Reason::undecodable, Reason::refused}) {
      relists.with({kind, std::string(to_string(reason))});
    }
    for (const Reason reason : {Reason::closed, Reason::lost, Reason::idle, Reason::unreachable, Reason::throttled,
                                Reason::server_error, Reason::unauthorized}) {
      restarts.with({kind, std::string(to_string(reason))});
    }
  }

  void count(const Action& action) {
    if (action.reason == ListWatch::Reason::none || action.kind == Action::Kind::wait) return;
    (action.kind == Action::Kind::list ? relists : restarts)
        .with({kind, std::string(to_string(action.reason))})
        .increment();
  }

  std::string kind;
  metrics::Gauge& last_event;
  metrics::Family<metrics::Counter>& relists;
  metrics::Family<metrics::Counter>& restarts;
};

}  // namespace

class Reflector::Impl {
 public:
  Impl(kube::Client& client, Clock& clock, kube::ResourceType type, ReflectorOptions options, ReflectorTarget& target,
       metrics::Registry* metrics)
      : client_(client),
        clock_(clock),
        type_(std::move(type)),
        options_(std::move(options)),
        target_(target),
        machine_(options_.watch_timeout, options_.random_seed),
        own_registry_(metrics ? nullptr : std::make_unique<metrics::Registry>()),
        probe_(metrics ? *metrics : *own_registry_, type_.kind),
        log_(Logger("reflector").with({{"kind", type_.kind}})) {}

  asio::awaitable<void> run();
  void server_answered() noexcept;
  const std::string& last_error() const noexcept { return last_error_; }
  bool denied() const noexcept { return denied_; }

 private:
  asio::awaitable<Outcome> list(const Action& action);
  asio::awaitable<Outcome> read_list(kube::BodyStream& body, const Action& action);
  asio::awaitable<Outcome> end_list(const kube::ListSplitter& splitter, const Action& action);
  asio::awaitable<Outcome> watch(const Action& action);
  asio::awaitable<Outcome> read_watch(kube::BodyStream& body);
  asio::awaitable<void> wait(const Action& action);
  kube::Outcome<void> on_watch_event(const kube::WatchEvent& event);
  void report(const Outcome& outcome, const Action& next);
  void report_failure(std::string_view what, const Action& next, std::string error);
  void all_is_well() {
    last_error_.clear();
    denied_ = false;
  }
  void sign_of_life() { probe_.last_event.set(unix_seconds(clock_.wall_now())); }

  kube::Client& client_;
  Clock& clock_;
  kube::ResourceType type_;
  ReflectorOptions options_;
  ReflectorTarget& target_;
  ListWatch machine_;
  std::unique_ptr<metrics::Registry> own_registry_;
  Probe probe_;
  Logger log_;
  std::string last_error_;
  bool denied_ = false;
  SteadyTime reported_{};  // the last error
  // While it waits: when it has waited enough if the server turns out to be back.
  std::optional<SteadyTime> may_end_;
  SteadyTime wait_ends_{};
  Timer wait_alarm_{clock_, [this] { wait_over_.notify_all(); }};
  Condition wait_over_;
  SteadyTime list_started_{};
  std::size_t items_listed_ = 0;
};

asio::awaitable<void> Reflector::Impl::run() {
  Outcome outcome;
  for (;;) {
    const Action action = machine_.resume(outcome, clock_.now());
    report(outcome, action);
    switch (action.kind) {
      case Action::Kind::list: outcome = co_await list(action); break;
      case Action::Kind::watch: outcome = co_await watch(action); break;
      case Action::Kind::wait:
        co_await wait(action);
        outcome = Outcome{Outcome::Kind::waited};
        break;
    }
  }
}

asio::awaitable<void> Reflector::Impl::wait(const Action& action) {
  // However it ends, by cancellation too.
  struct End {
    Impl& reflector;
    ~End() {
      reflector.wait_alarm_.cancel();
      reflector.may_end_.reset();
    }
  } const end{*this};
  const SteadyTime now = clock_.now();
  wait_ends_ = now + action.delay;
  using Reason = ListWatch::Reason;
  if (action.reason == Reason::unreachable || action.reason == Reason::server_error ||
      action.reason == Reason::unauthorized) {
    may_end_ = now + kLeastWait;
  }
  wait_alarm_.expires_at(wait_ends_);
  while (clock_.now() < wait_ends_) co_await wait_over_.wait();
}

void Reflector::Impl::server_answered() noexcept {
  if (!may_end_) return;
  wait_ends_ = std::min(wait_ends_, std::max(*may_end_, clock_.now()));
  may_end_.reset();
  wait_alarm_.expires_at(wait_ends_);
}

void Reflector::Impl::report_failure(std::string_view what, const Action& next, std::string error) {
  const SteadyTime now = clock_.now();
  if (error == last_error_ && now - reported_ < kReportPeriod) return;
  reported_ = now;
  last_error_ = std::move(error);
  log_.warning(what, {{"reason", to_string(next.reason)},
                      {"error", last_error_},
                      {"retryInSeconds", std::chrono::duration<double>(next.delay).count()}});
}

// The ordinary ends of watches only for debugging.
void Reflector::Impl::report(const Outcome& outcome, const Action& next) {
  probe_.count(next);
  if (outcome.error) denied_ = ListWatch::is_denied(*outcome.error);
  switch (outcome.kind) {
    case Outcome::Kind::list_failed: report_failure("List failed", next, outcome.error->describe()); break;
    case Outcome::Kind::watch_failed: report_failure("Watch failed", next, outcome.error->describe()); break;
    case Outcome::Kind::watch_idle:
      log_.warning("Watch is silent and opened again",
                   {{"idleSeconds", std::chrono::duration<double>(options_.idle_timeout).count()}});
      break;
    case Outcome::Kind::watch_closed:
    case Outcome::Kind::watch_lost:
      if (outcome.error) last_error_ = outcome.error->describe();
      log_.debug("Watch ended", {{"reason", to_string(next.reason)}, {"resourceVersion", machine_.resource_version()}});
      break;
    case Outcome::Kind::started:
    case Outcome::Kind::waited:
    case Outcome::Kind::listed: break;
  }
}

asio::awaitable<Outcome> Reflector::Impl::list(const Action& action) {
  if (action.continue_token.empty()) {
    target_.on_list_abandoned();
    list_started_ = clock_.now();
    items_listed_ = 0;
  }
  kube::ListOptions options;
  options.name_space = options_.name_space;
  options.label_selector = options_.label_selector;
  options.field_selector = options_.field_selector;
  options.resource_version = action.resource_version;
  options.limit = action.limit;
  options.continue_token = action.continue_token;
  auto body = co_await client_.list(type_, std::move(options));
  if (!body) co_return failed(Outcome::Kind::list_failed, body.error());
  Outcome outcome = co_await read_list(**body, action);
  if (outcome.kind == Outcome::Kind::list_failed) target_.on_list_abandoned();
  co_return outcome;
}

asio::awaitable<Outcome> Reflector::Impl::read_list(kube::BodyStream& body, const Action& action) {
  const auto executor = co_await asio::this_coro::executor;
  Turns turns;
  kube::Outcome<void> taken;  // the first failure stays
  kube::ListSplitter splitter([&](std::string_view item) {
    turns.count();
    if (taken) taken = target_.on_list_item(item);
  });
  for (;;) {
    const auto piece = co_await body.read(kListIdleTimeout);
    if (!piece) co_return failed(Outcome::Kind::list_failed, piece.error());
    if (piece->empty()) break;
    const auto fed = splitter.feed(*piece);
    if (!taken) co_return failed(Outcome::Kind::list_failed, taken.error());
    if (!fed) co_return failed(Outcome::Kind::list_failed, fed.error());
    if (turns.over()) co_await asio::post(executor, asio::use_awaitable);
  }
  const auto finished = splitter.finish();
  if (!finished) co_return failed(Outcome::Kind::list_failed, finished.error());
  co_return co_await end_list(splitter, action);
}

asio::awaitable<Outcome> Reflector::Impl::end_list(const kube::ListSplitter& splitter, const Action& action) {
  items_listed_ += splitter.items();
  const auto version = parse_version(splitter.resource_version());
  if (!version) {
    co_return failed(Outcome::Kind::list_failed, {kube::Reason::decode, 0,
                                                  "the list's resourceVersion is no number: \"" +
                                                      splitter.resource_version().substr(0, 40) + "\""});
  }
  if (splitter.continue_token().empty()) {
    co_await target_.on_list_complete(*version);
    all_is_well();
    log_.info("Listed", {{"objects", items_listed_},
                         {"resourceVersion", *version},
                         {"reason", to_string(action.reason)},
                         {"seconds", std::chrono::duration<double>(clock_.now() - list_started_).count()}});
  }
  sign_of_life();
  Outcome outcome;
  outcome.kind = Outcome::Kind::listed;
  outcome.resource_version = *version;
  outcome.continue_token = splitter.continue_token();
  co_return outcome;
}

asio::awaitable<Outcome> Reflector::Impl::watch(const Action& action) {
  kube::WatchOptions options;
  options.name_space = options_.name_space;
  options.label_selector = options_.label_selector;
  options.field_selector = options_.field_selector;
  options.resource_version = action.resource_version;
  options.timeout = action.timeout;
  auto body = co_await client_.watch(type_, std::move(options));
  if (!body) co_return failed(Outcome::Kind::watch_failed, body.error());
  co_return co_await read_watch(**body);
}

asio::awaitable<Outcome> Reflector::Impl::read_watch(kube::BodyStream& body) {
  const auto executor = co_await asio::this_coro::executor;
  Turns turns;
  kube::Outcome<void> taken;
  kube::WatchDecoder decoder([&](const kube::WatchEvent& event) {
    turns.count();
    if (taken) taken = on_watch_event(event);
  });
  all_is_well();
  for (;;) {
    const SteadyTime asked = clock_.now();
    const auto piece = co_await body.read(options_.idle_timeout);
    if (!piece) {
      if (clock_.now() - asked >= options_.idle_timeout) co_return Outcome{Outcome::Kind::watch_idle};
      co_return failed(Outcome::Kind::watch_lost, piece.error());
    }
    if (piece->empty()) break;
    const auto fed = decoder.feed(*piece);
    if (!taken) co_return failed(Outcome::Kind::watch_failed, taken.error());
    if (!fed) co_return failed(Outcome::Kind::watch_failed, fed.error());
    if (turns.over()) co_await asio::post(executor, asio::use_awaitable);
  }
  // Half an event is delivered again, whole, by the next watch.
  co_return Outcome{decoder.at_boundary() ? Outcome::Kind::watch_closed : Outcome::Kind::watch_lost};
}

kube::Outcome<void> Reflector::Impl::on_watch_event(const kube::WatchEvent& event) {
  // Its object is a Status, which names its own code.
  if (event.type == kube::EventType::error) return kube::error_from_response(0, event.object, {});
  std::uint64_t version = 0;
  const auto taken = target_.on_event(event.type, event.object, version);
  if (!taken) return taken;
  machine_.saw(version);
  sign_of_life();
  return {};
}

Reflector::Reflector(kube::Client& client, Clock& clock, kube::ResourceType type, ReflectorOptions options,
                     ReflectorTarget& target, metrics::Registry* metrics)
    : impl_(std::make_unique<Impl>(client, clock, std::move(type), std::move(options), target, metrics)) {}
Reflector::~Reflector() = default;

asio::awaitable<void> Reflector::run() { return impl_->run(); }
void Reflector::server_answered() noexcept { impl_->server_answered(); }
const std::string& Reflector::last_error() const noexcept { return impl_->last_error(); }
bool Reflector::denied() const noexcept { return impl_->denied(); }

}  // namespace kyma::runtime
