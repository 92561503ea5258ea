// Requests to one API server as Client needs them: in turn, with credentials, counted, and sent again where that helps.
//
// An answer of any status is a value here; what it means is the caller's business. Lifetime: must outlive its calls.
// Thread: confined to its executor's thread.
#pragma once

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <string_view>

#include "operator/base/clock.hpp"
#include "operator/base/condition.hpp"
#include "operator/http/client.hpp"
#include "operator/kube/client/client.hpp"
#include "operator/kube/client/credentials.hpp"
#include "operator/kube/client/request_metrics.hpp"

namespace kyma::kube {

struct Call {
  Method method = Method::get;
  std::string target;  // path and query, below the server's own prefix
  std::string body = {};
  std::string_view content_type = {};  // of a body; a literal
};

// What a lack of an answer means to a caller of the API.
Error error_from_transport(const http::Error& error);

class Transport {
 public:
  // `credentials` may be shared with others.
  Transport(asio::any_io_executor executor, Clock& clock, http::Dialer dialer, std::shared_ptr<Credentials> credentials,
            const ClusterConfig& config, const ClientOptions& options, metrics::Registry* metrics);

  asio::awaitable<Outcome<http::Response>> send(Call call);
  // Returns once the head of the answer is there.
  asio::awaitable<Outcome<std::unique_ptr<http::ResponseStream>>> open(Call call);

  metrics::Histogram& response_sizes(Method method) { return metrics_.response_sizes(method); }
  // Why calls wait for credentials; empty: they do not, or not for long.
  std::string why_waiting() const { return credentials_->why_waiting(); }
  // Fails what is running or waits: for its turn, for another try.
  void close() noexcept;

 private:
  template <class Answer>
  using Once = asio::awaitable<http::Outcome<Answer>> (Transport::*)(http::Request request);

  template <class Answer>
  asio::awaitable<Outcome<Answer>> exchange(Call call, Once<Answer> once);
  asio::awaitable<http::Outcome<http::Response>> send_once(http::Request request);
  asio::awaitable<http::Outcome<std::unique_ptr<http::ResponseStream>>> open_once(http::Request request);
  http::Request make_request(const Call& call);
  // Waits for flow control's leave. Error: shut down meanwhile.
  asio::awaitable<Outcome<Duration>> take_turn();
  // Waits for credentials. Error: there are none, or shut down meanwhile.
  asio::awaitable<Outcome<void>> obtain_credentials();
  void leave_former_connections() noexcept;
  // After a 401, or a TLS failure (status 0): true when there is something newer to try than what was refused.
  asio::awaitable<bool> renew_credentials(unsigned status, std::uint64_t refused);

  Clock& clock_;
  std::string prefix_;  // of every path: "" or "/prefix"
  std::string user_agent_;
  std::function<bool()> may_write_;
  http::CallLimits limits_;
  http::Client http_;
  std::shared_ptr<FlowControl> flow_control_;
  std::shared_ptr<Credentials> credentials_;
  std::uint64_t connection_generation_;  // of the credentials with which connections in the pool were made
  RequestMetrics metrics_;
  std::minstd_rand random_;
  Condition closing_;
  bool closed_ = false;
};

}  // namespace kyma::kube
