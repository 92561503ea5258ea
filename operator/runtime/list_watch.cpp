#include "operator/runtime/list_watch.hpp"

#include <algorithm>
#include <utility>

namespace kyma::runtime {
namespace {

constexpr std::int64_t kPageSize = 500;
// A watch that ends sooner and empty is a server's (or proxy's) fault: opening it at once again and again would hurt.
constexpr Duration kShortWatch = std::chrono::seconds{1};
constexpr int kShortWatchesAtOnce = 1;
// A server that answers 5xx is likely to recover, and a list would be the last thing it needs; but should the version
// be what it stumbles over, only a list helps.
constexpr int kServerErrorsBeforeList = 3;

// Older servers say it in words alone.
bool is_too_large_version(const kube::Error& error) {
  return std::any_of(error.causes.begin(), error.causes.end(),
                     [](const kube::StatusCause& cause) { return cause.type == "ResourceVersionTooLarge"; }) ||
         error.message.find("Too large resource version") != std::string::npos;
}

ListWatch::Reason reason_of(const kube::Error& error) {
  using Reason = ListWatch::Reason;
  if (error.is_gone() || is_too_large_version(error)) return Reason::expired;
  if (error.is_transport()) return Reason::unreachable;
  if (error.is_too_many_requests()) return Reason::throttled;
  if (error.is_unauthorized()) return Reason::unauthorized;
  if (error.reason == kube::Reason::decode) return Reason::undecodable;
  if (error.http_status >= 500) return Reason::server_error;
  return Reason::refused;
}

}  // namespace

ListWatch::ListWatch(std::chrono::seconds watch_timeout, std::uint64_t random_seed)
    : watch_timeout_(watch_timeout), random_(make_random(random_seed)), denied_backoff_({.max = kDeniedWait}) {}

void ListWatch::saw(std::uint64_t resource_version) noexcept {
  watch_was_useful_ = true;
  server_errors_ = 0;
  // 0 is an object whose version is no number: it says nothing about where the watch is.
  if (resource_version != 0) version_ = resource_version;
}

ListWatch::Action ListWatch::resume(const Outcome& outcome, SteadyTime now) {
  using Kind = Outcome::Kind;
  switch (outcome.kind) {
    case Kind::started: return list(Reason::none);
    case Kind::waited: return state_ == State::waiting_to_watch ? watch(reason_, now) : list(reason_);
    case Kind::listed:
      if (!outcome.continue_token.empty()) return next_page(outcome.continue_token);
      version_ = outcome.resource_version;
      version_unavailable_ = false;
      short_watches_ = server_errors_ = 0;
      return watch(Reason::none, now);
    case Kind::list_failed: return after_list_failure(*outcome.error, now);
    case Kind::watch_closed: return after_watch_end(Reason::closed, now);
    case Kind::watch_lost: return after_watch_end(Reason::lost, now);
    case Kind::watch_idle: return watch(Reason::idle, now);
    case Kind::watch_failed: return after_watch_failure(*outcome.error, now);
  }
  return wait(State::waiting_to_list, Reason::none, {}, now);
}

ListWatch::Action ListWatch::after_list_failure(const kube::Error& error, SteadyTime now) {
  const Reason reason = reason_of(error);
  if (reason == Reason::expired && state_ == State::listing) {
    version_unavailable_ = true;
    return list(reason);
  }
  if (reason == Reason::expired && state_ == State::listing_pages) {
    // Reading took longer than the server keeps versions.
    state_ = State::listing_whole;
    Action action;
    action.kind = Action::Kind::list;
    action.reason = reason;
    return action;
  }
  return wait(State::waiting_to_list, reason, error, now);
}

ListWatch::Action ListWatch::after_watch_end(Reason reason, SteadyTime now) {
  server_errors_ = 0;
  const bool is_short = !watch_was_useful_ && now - watch_started_ < kShortWatch;
  short_watches_ = is_short ? short_watches_ + 1 : 0;
  if (short_watches_ > kShortWatchesAtOnce) return wait(State::waiting_to_watch, reason, {}, now);
  return watch(reason, now);
}

ListWatch::Action ListWatch::after_watch_failure(const kube::Error& error, SteadyTime now) {
  const Reason reason = reason_of(error);
  const bool keeps_version = reason == Reason::unreachable || reason == Reason::throttled || is_denied(error) ||
                             (reason == Reason::server_error && ++server_errors_ <= kServerErrorsBeforeList);
  return wait(keeps_version ? State::waiting_to_watch : State::waiting_to_list, reason, error, now);
}

ListWatch::Action ListWatch::list(Reason reason) {
  Action action;
  action.kind = Action::Kind::list;
  action.reason = reason;
  if (version_unavailable_) {
    state_ = State::listing_pages;
    action.limit = kPageSize;
  } else {
    state_ = State::listing;
    action.resource_version = std::to_string(version_);
  }
  return action;
}

// The token holds the version.
ListWatch::Action ListWatch::next_page(std::string continue_token) {
  if (state_ == State::listing) state_ = State::listing_pages;
  Action action;
  action.kind = Action::Kind::list;
  action.limit = kPageSize;
  action.continue_token = std::move(continue_token);
  return action;
}

ListWatch::Action ListWatch::watch(Reason reason, SteadyTime now) {
  state_ = State::watching;
  watch_started_ = now;
  watch_was_useful_ = false;
  Action action;
  action.kind = Action::Kind::watch;
  action.reason = reason;
  action.resource_version = std::to_string(version_);
  // Spread, so that a thousand watches that began together do not end together.
  action.timeout = watch_timeout_ + std::chrono::duration_cast<std::chrono::seconds>(watch_timeout_ * uniform(random_));
  return action;
}

ListWatch::Action ListWatch::wait(State then, Reason reason, const std::optional<kube::Error>& error, SteadyTime now) {
  state_ = then;
  reason_ = reason;
  Action action;
  action.kind = Action::Kind::wait;
  action.reason = reason;
  const bool in_trouble =
      reason == Reason::unreachable || reason == Reason::server_error || reason == Reason::throttled;
  if (std::exchange(in_trouble_, in_trouble) && !in_trouble) backoff_ = Backoff();
  action.delay = (error && is_denied(*error) ? denied_backoff_ : backoff_).next(now, random_);
  if (error && error->retry_after) action.delay = std::max<Duration>(action.delay, *error->retry_after);
  return action;
}

std::string_view to_string(ListWatch::Reason reason) noexcept {
  using Reason = ListWatch::Reason;
  switch (reason) {
    case Reason::none: return "none";
    case Reason::closed: return "closed";
    case Reason::lost: return "lost";
    case Reason::idle: return "idle";
    case Reason::unreachable: return "unreachable";
    case Reason::throttled: return "throttled";
    case Reason::server_error: return "server_error";
    case Reason::unauthorized: return "unauthorized";
    case Reason::expired: return "expired";
    case Reason::undecodable: return "undecodable";
    case Reason::refused: return "refused";
  }
  return "unknown";
}

}  // namespace kyma::runtime
