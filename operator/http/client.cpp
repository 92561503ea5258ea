#include "operator/http/client.hpp"

#include <fmt/format.h>

#include <utility>

#include "operator/http/client_pool.hpp"

namespace kyma::http {
namespace {

// The query stays out of it: it may be long, and nobody promises that it holds no secret.
std::string label(const Request& request, const std::string& host) {
  std::string text = fmt::format("{} {}", request.method, request.target.substr(0, request.target.find('?')));
  if (!host.empty()) text.append(" at ").append(host);
  return text;
}

Error name_call(Error error, std::string_view call, Duration limit) {
  if (error.code == Errc::timed_out) {
    error.message = fmt::format("{} after {:g} s", call, std::chrono::duration<double>(limit).count());
  } else if (error.message.empty()) {
    error.message = call;
  } else {
    error.message = fmt::format("{}: {}", call, error.message);
  }
  return error;
}

// Sending it has no effect. That it be idempotent is not enough: a PUT that is repeated fails on the version which the
// first one made, and a DELETE may meet what somebody has created anew.
bool has_no_effect(std::string_view method) noexcept {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

bool may_send_again(const Error& error, const ClientConnection& connection, const Request& request) noexcept {
  if (!connection.looks_stale()) return false;
  return error.code == Errc::not_sent || (error.code == Errc::connection_lost && has_no_effect(request.method));
}

// Keeps the pool alive, so that a stream may be dropped after its client.
class BodyStream final : public ResponseStream {
 public:
  BodyStream(std::shared_ptr<ClientPool> pool, std::unique_ptr<ClientConnection> connection, ResponseHead head,
             std::string call)
      : pool_(std::move(pool)), connection_(std::move(connection)), head_(std::move(head)), call_(std::move(call)) {}

  const ResponseHead& head() const noexcept override { return head_; }
  asio::awaitable<Outcome<std::string_view>> read(Duration limit) override;
  asio::awaitable<Outcome<std::string>> read_all(Duration limit, std::size_t max_bytes) override;
  void close() noexcept override;

 private:
  std::shared_ptr<ClientPool> pool_;
  std::unique_ptr<ClientConnection> connection_;
  ResponseHead head_;
  std::string call_;
  bool ended_ = false;    // read to its end
  bool reading_ = false;  // a read is pending: its connection must stay
};

asio::awaitable<Outcome<std::string_view>> BodyStream::read(Duration limit) {
  if (ended_) co_return std::string_view();
  if (!connection_) co_return Error{Errc::shut_down, call_ + ": the stream is closed"};
  reading_ = true;
  Outcome<std::string_view> piece = std::string_view();
  try {
    piece = co_await connection_->read_piece(limit);
  } catch (...) {
    connection_.reset();
    throw;
  }
  reading_ = false;
  if (!piece) {
    connection_.reset();
    co_return name_call(piece.error(), call_, limit);
  }
  if (piece->empty()) {
    ended_ = true;
    pool_->give_back(std::move(connection_));
  }
  co_return piece;
}

asio::awaitable<Outcome<std::string>> BodyStream::read_all(Duration limit, std::size_t max_bytes) {
  const SteadyTime deadline = Deadline::saturating_add(pool_->clock().now(), limit);
  std::string body;
  for (;;) {
    const auto piece = co_await read(deadline - pool_->clock().now());
    if (!piece) {
      co_return piece.error().code == Errc::timed_out ? name_call({Errc::timed_out, {}}, call_, limit) : piece.error();
    }
    if (piece->empty()) co_return body;
    if (piece->size() > max_bytes - body.size()) {
      close();
      co_return Error{Errc::body_too_large, fmt::format("{}: beyond the limit of {} bytes", call_, max_bytes)};
    }
    body += *piece;
  }
}

void BodyStream::close() noexcept {
  if (!connection_) return;
  if (reading_) {
    connection_->abort(Errc::shut_down);
  } else {
    connection_.reset();
  }
}

// An exchange, with one more try where a pooled connection turned out stale. The connection that was used comes back
// through `used`.
asio::awaitable<Outcome<void>> exchange(ClientPool& pool, const Request& request, ResponseHead& head, std::string* body,
                                        std::size_t max_body_bytes, SteadyTime deadline,
                                        std::unique_ptr<ClientConnection>& used) {
  used = pool.take_idle();
  for (;;) {
    if (!used) {
      auto dialled = co_await pool.dial(deadline);
      if (!dialled) co_return dialled.error();
      used = std::move(*dialled);
    }
    used->set_deadline(deadline);
    auto result = co_await used->exchange(request, head, body, max_body_bytes);
    used->clear_deadline();
    if (result || !may_send_again(result.error(), *used, request)) co_return result;
    used.reset();  // whatever else is idle may be as stale: the second try is on a fresh one
  }
}

asio::awaitable<Outcome<Response>> send(std::shared_ptr<ClientPool> pool, Request request, CallLimits limits) {
  const SteadyTime deadline = Deadline::saturating_add(pool->clock().now(), limits.timeout);
  ClientPool::Slot slot(*pool);
  if (!slot.try_take()) {
    auto taken = co_await slot.take(deadline);
    if (!taken) co_return name_call(taken.error(), label(request, pool->options().host), limits.timeout);
  }
  ResponseHead head;
  Response response;
  std::unique_ptr<ClientConnection> connection;
  const auto result =
      co_await exchange(*pool, request, head, &response.body, limits.max_body_bytes, deadline, connection);
  if (connection) pool->give_back(std::move(connection));
  if (!result) co_return name_call(result.error(), label(request, pool->options().host), limits.timeout);
  response.status = head.status;
  response.headers = std::move(head.headers);
  co_return response;
}

asio::awaitable<Outcome<std::unique_ptr<ResponseStream>>> open(std::shared_ptr<ClientPool> pool, Request request,
                                                               CallLimits limits) {
  const SteadyTime deadline = Deadline::saturating_add(pool->clock().now(), limits.timeout);
  std::string call = label(request, pool->options().host);
  if (pool->closed()) co_return Error{Errc::shut_down, std::move(call)};
  ResponseHead head;
  std::unique_ptr<ClientConnection> connection;
  const auto result = co_await exchange(*pool, request, head, nullptr, 0, deadline, connection);
  if (!result) {
    if (connection) pool->give_back(std::move(connection));
    co_return name_call(result.error(), call, limits.timeout);
  }
  std::unique_ptr<ResponseStream> stream =
      std::make_unique<BodyStream>(std::move(pool), std::move(connection), std::move(head), std::move(call));
  co_return stream;
}

}  // namespace

class Client::Impl {
 public:
  Impl(Clock& clock, Dialer dial, ClientOptions options)
      : pool(std::make_shared<ClientPool>(clock, std::move(dial), std::move(options))) {}

  std::shared_ptr<ClientPool> pool;  // shared with calls and streams
};

Client::Client(asio::any_io_executor, Clock& clock, Dialer dial, ClientOptions options)
    : impl_(std::make_shared<Impl>(clock, std::move(dial), std::move(options))) {}
Client::~Client() { close(); }

asio::awaitable<Outcome<Response>> Client::send(Request request, CallLimits limits) {
  return http::send(impl_->pool, std::move(request), limits);
}
asio::awaitable<Outcome<std::unique_ptr<ResponseStream>>> Client::open(Request request, CallLimits limits) {
  return http::open(impl_->pool, std::move(request), limits);
}
void Client::close() noexcept { impl_->pool->close(); }
void Client::drop_idle() noexcept { impl_->pool->drop_idle(); }
Client::Counters Client::counters() const noexcept { return impl_->pool->counters(); }
std::size_t Client::dials() const noexcept { return impl_->pool->dials(); }

}  // namespace kyma::http
