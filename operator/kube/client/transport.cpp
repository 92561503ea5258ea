#include "operator/kube/client/transport.hpp"

#include <fmt/format.h>

#include <type_traits>
#include <utility>

#include "operator/base/race.hpp"
#include "operator/base/version.hpp"
#include "operator/http/url.hpp"
#include "operator/kube/client/retry_policy.hpp"

namespace kyma::kube {
namespace {

#if defined(__aarch64__)
constexpr std::string_view kArchitecture = "arm64";
#elif defined(__x86_64__)
constexpr std::string_view kArchitecture = "amd64";
#else
constexpr std::string_view kArchitecture = "unknown";
#endif

// "https://host:6443/prefix" -> "host:6443", which also names the server in metrics.
std::string authority_of(std::string_view server) {
  if (const auto scheme = server.find("://"); scheme != std::string_view::npos) server.remove_prefix(scheme + 3);
  return std::string(server.substr(0, server.find('/')));
}

std::string prefix_of(std::string_view server) {
  const auto url = http::parse_server_url(server);
  return url ? url->path_prefix : std::string();
}

std::string user_agent_or_default(const std::string& given) {
  return given.empty() ? fmt::format("kyma-operator/{} (linux/{}) {}", version(), kArchitecture, commit()) : given;
}

http::ClientOptions http_options(const ClusterConfig& config, const ClientOptions& options) {
  http::ClientOptions result;
  result.max_connections = options.max_connections;
  result.host = authority_of(config.server);
  return result;
}

Error shut_down() { return error_from_transport({http::Errc::shut_down, "the client is closed"}); }

unsigned status_of(const http::Response& answer) { return answer.status; }
unsigned status_of(const std::unique_ptr<http::ResponseStream>& answer) { return answer->head().status; }
const http::Headers& headers_of(const http::Response& answer) { return answer.headers; }
const http::Headers& headers_of(const std::unique_ptr<http::ResponseStream>& answer) { return answer->head().headers; }

template <class Answer>
constexpr bool kIsStream = !std::is_same_v<Answer, http::Response>;

// A turn of flow control, which ends whatever becomes of the coroutine that took it.
class Turn {
 public:
  explicit Turn(FlowControl& control) : control_(&control) {}
  ~Turn() {
    if (control_) control_->abandon();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  void end(const TurnEnd& end) { std::exchange(control_, nullptr)->observe(end); }

 private:
  FlowControl* control_;
};

}  // namespace

Error error_from_transport(const http::Error& error) {
  switch (error.code) {
    case http::Errc::malformed:
    case http::Errc::header_too_large:
    case http::Errc::body_too_large: return Error{Reason::decode, 0, error.describe()};
    case http::Errc::invalid_argument: return Error{Reason::configuration, 0, error.describe()};
    default: return Error{Reason::transport, 0, error.describe()};
  }
}

Transport::Transport(asio::any_io_executor executor, Clock& clock, http::Dialer dialer,
                     std::shared_ptr<Credentials> credentials, const ClusterConfig& config,
                     const ClientOptions& options, metrics::Registry* metrics)
    : clock_(clock),
      prefix_(prefix_of(config.server)),
      user_agent_(user_agent_or_default(options.user_agent)),
      may_write_(options.may_write),
      limits_{options.timeout, options.max_object_bytes},
      http_(std::move(executor), clock, std::move(dialer), http_options(config, options)),
      flow_control_(options.flow_control ? options.flow_control
                                         : std::make_shared<TokenBucketFlowControl>(clock, options.qps, options.burst)),
      credentials_(std::move(credentials)),
      connection_generation_(credentials_->connection_generation()),
      metrics_(metrics, authority_of(config.server)),
      random_(std::random_device{}()) {}

http::Request Transport::make_request(const Call& call) {
  http::Request request;
  request.method = to_string(call.method);
  request.target = prefix_ + call.target;
  request.headers.add("Accept", "application/json");
  request.headers.add("User-Agent", user_agent_);
  if (!call.content_type.empty()) request.headers.add("Content-Type", call.content_type);
  credentials_->add_to(request.headers);
  request.body = call.body;
  if (may_write_ && call.method != Method::get) request.permit = &may_write_;
  return request;
}

asio::awaitable<http::Outcome<http::Response>> Transport::send_once(http::Request request) {
  return http_.send(std::move(request), limits_);
}

asio::awaitable<http::Outcome<std::unique_ptr<http::ResponseStream>>> Transport::open_once(http::Request request) {
  return http_.open(std::move(request), limits_);
}

void Transport::close() noexcept {
  closed_ = true;
  flow_control_->close();
  http_.close();
  closing_.notify_all();
}

asio::awaitable<Outcome<Duration>> Transport::take_turn() {
  if (closed_) co_return shut_down();
  if (flow_control_->try_acquire()) co_return Duration::zero();
  const Duration waited = co_await flow_control_->acquire();
  if (!closed_) co_return waited;
  flow_control_->abandon();
  co_return shut_down();
}

// Connections made with a former certificate end with what they are at.
void Transport::leave_former_connections() noexcept {
  const std::uint64_t current = credentials_->connection_generation();
  if (std::exchange(connection_generation_, current) != current) http_.drop_idle();
}

asio::awaitable<Outcome<void>> Transport::obtain_credentials() {
  auto obtained = co_await race(credentials_->obtain(), closing_.wait());
  if (!obtained || closed_) co_return shut_down();
  co_return *std::move(obtained);
}

asio::awaitable<bool> Transport::renew_credentials(unsigned status, std::uint64_t refused) {
  auto renewal = status == 401 ? credentials_->renew(refused) : credentials_->renew_certificates(refused);
  const auto renewed = co_await race(std::move(renewal), closing_.wait());
  co_return renewed.value_or(false);
}

template <class Answer>
asio::awaitable<Outcome<Answer>> Transport::exchange(Call call, Once<Answer> once) {
  RetryPolicy policy(call.method, random_);
  bool renewed = false;
  for (;;) {
    if (closed_) co_return shut_down();
    if (!credentials_->ready()) {
      if (auto obtained = co_await obtain_credentials(); !obtained) co_return obtained.error();
    }
    leave_former_connections();
    const auto waited = co_await take_turn();
    if (!waited) co_return waited.error();
    Turn turn(*flow_control_);
    metrics_.waited(call.method, *waited);

    http::Request request = make_request(call);
    const std::uint64_t generation = credentials_->generation();
    const std::size_t dials = http_.dials();
    const SteadyTime started = clock_.now();
    http::Outcome<Answer> answer = co_await (this->*once)(std::move(request));
    const unsigned status = answer ? status_of(*answer) : 0;
    const Duration took = clock_.now() - started;
    metrics_.answered(call.method, status, took, call.body.size());
    const auto retry_after = answer ? headers_of(*answer).get("Retry-After") : std::string_view{};
    // To open a connection takes both sides longer than most requests, also those that go on beside it.
    turn.end({.http_status = status,
              .took = took,
              .retry_after = parse_retry_after(retry_after).value_or(Duration::zero()),
              .stream = kIsStream<Answer>,
              .dialled = http_.dials() != dials});

    std::optional<Duration> wait;
    const http::Errc failure = answer ? http::Errc{} : answer.error().code;
    const bool refused = status == 401 || (!answer && failure == http::Errc::tls_failed);
    // A write whose connection failed may have had its effect: that one is not ours to repeat.
    const bool repeatable = status == 401 || call.method == Method::get;
    if (refused && !renewed && co_await renew_credentials(status, generation) && repeatable) {
      renewed = true;
      wait = Duration::zero();
    } else if (!answer) {
      wait = policy.after_failure(failure);
      if (!wait) co_return error_from_transport(answer.error());
    } else {
      wait = policy.after_answer(status, retry_after);
      if (!wait) co_return *std::move(answer);
    }
    metrics_.retried(call.method, status);
    // A stream gives its connection up before the pause, not after it.
    answer = http::Error{};
    if (*wait > Duration::zero() && co_await with_timeout(clock_, *wait, closing_.wait())) co_return shut_down();
  }
}

asio::awaitable<Outcome<http::Response>> Transport::send(Call call) {
  const Method method = call.method;
  auto answer = co_await exchange<http::Response>(std::move(call), &Transport::send_once);
  if (answer) metrics_.received(method, answer->body.size());
  co_return answer;
}

asio::awaitable<Outcome<std::unique_ptr<http::ResponseStream>>> Transport::open(Call call) {
  return exchange<std::unique_ptr<http::ResponseStream>>(std::move(call), &Transport::open_once);
}

}  // namespace kyma::kube
