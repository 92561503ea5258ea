// Lets only those use an HTTP handler whom the API server knows and allows to: by bearer token, TokenReview and
// SubjectAccessReview (access_review.hpp), as controller-runtime's secured metrics do.
//
// Guarantees:
//   never open     without an answer of the API server a request gets 500 and the reason; 401 and 403 say what is
//   missing few questions  an answer stands for kAllowedFor or kRefusedFor; who asks the same at the same time waits
//   for one answer no flood       tokens that were not let in lately share kStrangersPerSecond; beyond it they get 429
//   at once, without
//                  a line to wait in, so that they hold up neither scrapers nor, at the API server, anybody else
//   no secrets     tokens are remembered as SHA-256 alone, and never logged
// So a right that is taken away ends within kAllowedFor.
// Lifetime: longer than the handlers it made; co_await stop() before it goes. Thread: the loop's.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "operator/base/clock.hpp"
#include "operator/base/lru_map.hpp"
#include "operator/base/task_group.hpp"
#include "operator/http/server.hpp"
#include "operator/kube/client/client.hpp"
#include "operator/kube/client/flow_control.hpp"
#include "operator/runtime/access_review.hpp"

namespace kyma::runtime {

class AccessGuard {
 public:
  static constexpr std::chrono::seconds kAllowedFor{60};
  static constexpr std::chrono::seconds kRefusedFor{10};
  static constexpr std::chrono::seconds kReviewLimit{8};  // less than the 10 s that Prometheus waits for a scrape
  static constexpr double kStrangersPerSecond = 5;
  static constexpr double kStrangersAtOnce = 10;
  static constexpr std::size_t kRemembered = 256;  // of each kind of answer

  // `client` asks for others and for nothing else: what waits for its turn there must hold up no write.
  AccessGuard(asio::any_io_executor executor, Clock& clock, kube::Client& client);
  ~AccessGuard();

  // `inner`, for those who may.
  http::Handler guard(http::Handler inner);
  // Nothing: it may go on. Otherwise the refusal.
  asio::awaitable<std::optional<http::Response>> check(const http::Request& request);
  asio::awaitable<void> stop() { return tasks_.stop(); }

 private:
  struct Question {
    std::string token;  // secret
    std::string verb;   // lower case
    std::string path;   // decoded
  };
  struct Refused {
    SteadyTime until;
    http::Response answer;
  };
  struct Flight;  // a review under way

  struct Verdict {
    std::optional<http::Response> refusal;  // nothing: it may go on
  };
  // Nothing: it has to be asked for.
  std::optional<Verdict> remembered(const std::string& key);
  asio::awaitable<void> review(Question question, std::string key, std::shared_ptr<Flight> flight);
  asio::awaitable<std::optional<http::Response>> ask(Question question);
  // An answer that says no, remembered by review(); one that could not be given is not.
  http::Response cannot_tell(const kube::Error& error);

  Clock& clock_;
  kube::Client& client_;
  kube::TokenBucketFlowControl strangers_;
  LruMap<std::string, SteadyTime> allowed_;  // until when; kept beyond that, to tell who is no stranger
  LruMap<std::string, Refused> refused_;
  std::unordered_map<std::string, std::shared_ptr<Flight>> flights_;
  SteadyTime next_warning_{};
  TaskGroup tasks_;
};

}  // namespace kyma::runtime
