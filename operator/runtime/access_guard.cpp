#include "operator/runtime/access_guard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "operator/base/condition.hpp"
#include "operator/base/log.hpp"
#include "operator/base/race.hpp"
#include "operator/base/utf8.hpp"
#include "operator/http/sha256.hpp"
#include "operator/http/url.hpp"
#include "operator/runtime/metrics_server.hpp"

namespace kyma::runtime {
namespace {

const Logger kLog("access");

constexpr std::chrono::minutes kBetweenWarnings{1};

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return result;
}

http::Response unauthorized(std::string_view why) {
  http::Response response = plain(401, fmt::format("401 unauthorized: {}\n", why));
  response.headers.set("WWW-Authenticate", "Bearer");
  return response;
}

http::Response too_many() {
  http::Response response = plain(429, "429 too many unknown tokens are being checked; try again in a second\n");
  response.headers.set("Retry-After", "1");
  return response;
}

http::Response forbidden(std::string_view user, std::string_view verb, std::string_view path, std::string_view why) {
  return plain(403,
               fmt::format("403 forbidden: {0} may not {1} {2}{3}{4}; bind it to a ClusterRole with nonResourceURLs "
                           "[\"{2}\"] and verbs [\"{1}\"]\n",
                           user, verb, path, why.empty() ? "" : ": ", why));
}

// Unambiguous: neither a verb nor a token holds a line end.
std::string key_of(std::string_view token, std::string_view verb, std::string_view path) {
  return http::sha256(fmt::format("{}\n{}\n{}", verb, token, path));
}

template <class Key, class T>
void bound(LruMap<Key, T>& map) {
  while (map.size() > AccessGuard::kRemembered) map.evict([](const T&) { return true; });
}

}  // namespace

struct AccessGuard::Flight {
  bool ended = false;
  std::optional<http::Response> refusal;
  Condition landed;
};

AccessGuard::AccessGuard(asio::any_io_executor executor, Clock& clock, kube::Client& client)
    : clock_(clock),
      client_(client),
      strangers_(clock, kStrangersPerSecond, kStrangersAtOnce),
      tasks_(std::move(executor)) {}

AccessGuard::~AccessGuard() = default;

http::Handler AccessGuard::guard(http::Handler inner) {
  return
      [this, inner = std::move(inner)](http::Request& request, http::ResponseWriter& writer) -> asio::awaitable<void> {
        auto refusal = co_await check(request);
        if (refusal) {
          co_await writer.send(std::move(*refusal));
        } else {
          co_await inner(request, writer);
        }
      };
}

asio::awaitable<std::optional<http::Response>> AccessGuard::check(const http::Request& request) {
  const std::string_view token = http::bearer_token(request.headers.get("Authorization"));
  if (token.empty()) co_return unauthorized("send the header \"Authorization: Bearer TOKEN\"");
  const auto target = http::parse_target(request.target);
  if (!target || !is_utf8(target->path)) co_return plain(400, "400 bad request\n");
  Question question{std::string(token), lower_case(request.method), target->path};
  const std::string key = key_of(question.token, question.verb, question.path);
  if (auto known = remembered(key)) co_return std::move(known->refusal);
  std::shared_ptr<Flight> flight;
  if (const auto found = flights_.find(key); found != flights_.end()) {
    flight = found->second;
  } else {
    if (!allowed_.find(key) && !strangers_.try_acquire()) co_return too_many();
    flight = flights_[key] = std::make_shared<Flight>();
    // A task of its own: that one who waits for it goes away must not take the answer from the others.
    tasks_.spawn(review(std::move(question), key, flight));
  }
  while (!flight->ended) co_await flight->landed.wait();
  co_return flight->refusal;
}

std::optional<AccessGuard::Verdict> AccessGuard::remembered(const std::string& key) {
  const SteadyTime now = clock_.now();
  if (const SteadyTime* until = allowed_.find(key); until && now < *until) return Verdict();
  if (const Refused* refused = refused_.find(key); refused && now < refused->until) return Verdict{refused->answer};
  return std::nullopt;
}

asio::awaitable<void> AccessGuard::review(Question question, std::string key, std::shared_ptr<Flight> flight) {
  // Whatever ends this, nobody is left waiting.
  struct Landing {
    AccessGuard& guard;
    const std::string& key;
    Flight& flight;
    ~Landing() {
      if (!std::exchange(flight.ended, true)) flight.refusal = plain(503, "503 stopping\n");
      flight.landed.notify_all();
      guard.flights_.erase(key);
    }
  } landing{*this, key, *flight};
  auto answer = co_await with_timeout(clock_, kReviewLimit, ask(std::move(question)));
  if (!answer) {
    answer = cannot_tell({kube::Reason::transport, 0, fmt::format("no answer within {} s", kReviewLimit.count())});
  }
  flight->refusal = std::move(*answer);
  flight->ended = true;
  if (!flight->refusal) {
    allowed_.insert(key, clock_.now() + kAllowedFor);
    refused_.erase(key);
    bound(allowed_);
    co_return;
  }
  if (flight->refusal->status >= 500) co_return;
  allowed_.erase(key);
  refused_.insert(key, {clock_.now() + kRefusedFor, *flight->refusal});
  bound(refused_);
}

asio::awaitable<std::optional<http::Response>> AccessGuard::ask(Question question) {
  auto reviewed = co_await client_.create(token_review_type(), {}, make_token_review(question.token));
  if (!reviewed) co_return cannot_tell(reviewed.error());
  const auto user = read_token_review(*reviewed);
  if (!user) co_return cannot_tell(user.error());
  if (!user->authenticated || user->name.empty()) {
    co_return unauthorized("the API server does not know this token, or it has expired");
  }
  reviewed = co_await client_.create(subject_access_review_type(), {},
                                     make_access_review(*user, question.verb, question.path));
  if (!reviewed) co_return cannot_tell(reviewed.error());
  const auto access = read_access_review(*reviewed);
  if (!access) co_return cannot_tell(access.error());
  if (!access->allowed) co_return forbidden(user->name, question.verb, question.path, access->reason);
  co_return std::nullopt;
}

http::Response AccessGuard::cannot_tell(const kube::Error& error) {
  if (clock_.now() >= next_warning_) {
    next_warning_ = clock_.now() + kBetweenWarnings;
    kLog.warning("Cannot tell who may use this endpoint", {{"error", error.describe()}});
  }
  // Why is not for strangers to know.
  return plain(500,
               "500 internal server error: the API server cannot be asked who may do this, see the daemon's log\n");
}

}  // namespace kyma::runtime
