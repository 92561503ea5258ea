#include "operator/http/server.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>

#include <algorithm>
#include <exception>
#include <utility>

#include "operator/base/exception.hpp"
#include "operator/base/race.hpp"
#include "operator/http/server_connection.hpp"

namespace kyma::http {
namespace {

constexpr Duration kLongestGrace = std::chrono::hours{24};

asio::awaitable<void> supervise(std::shared_ptr<ServerConnection> connection) {
  const auto executor = co_await asio::this_coro::executor;
  co_await asio::co_spawn(executor, connection->run(),
                          asio::bind_cancellation_slot(connection->signal().slot(), asio::use_awaitable));
}

void log_failure(const Logger& log, const std::exception_ptr& failure) {
  log.error("Connection failed", {{"error", describe_exception(failure)}});
}

}  // namespace

class Server::Impl {
 public:
  Impl(asio::any_io_executor executor, Clock& clock, Handler handler, ServerOptions options)
      : shared_{clock, std::move(handler), options, Logger(options.name),
                TaskGroup(std::move(executor),
                          [this](std::exception_ptr failure) { log_failure(shared_.log, failure); })} {}

  void serve(std::unique_ptr<Stream> stream) {
    if (shared_.stopping || !make_room()) {
      stream->close();
      return;
    }
    shared_.tasks.spawn(supervise(std::make_shared<ServerConnection>(shared_, std::move(stream))));
  }

  asio::awaitable<void> stop(Duration grace) {
    shared_.stopping = true;
    for (ServerConnection& connection : shared_.waiting) {
      if (connection.idle()) connection.close();
    }
    if (!shared_.tasks.empty()) {
      co_await with_timeout(shared_.clock, std::min(grace, kLongestGrace), shared_.tasks.join());
    }
    for (auto* list : {&shared_.waiting, &shared_.answering}) {
      for (ServerConnection& connection : *list) connection.cancel();
    }
    co_await shared_.tasks.join();
  }

  std::size_t connections() const noexcept { return shared_.connections; }

 private:
  // False when every connection is being answered.
  bool make_room() {
    if (shared_.connections < shared_.options.max_connections) return true;
    if (shared_.waiting.empty()) return false;
    shared_.waiting.front().evict();
    return true;
  }

  ServerShared shared_;
};

Server::Server(asio::any_io_executor executor, Clock& clock, Handler handler, ServerOptions options)
    : impl_(std::make_unique<Impl>(std::move(executor), clock, std::move(handler), std::move(options))) {}
Server::~Server() = default;

void Server::serve(std::unique_ptr<Stream> stream) { impl_->serve(std::move(stream)); }
asio::awaitable<void> Server::stop(Duration grace) { return impl_->stop(grace); }
std::size_t Server::connections() const noexcept { return impl_->connections(); }

}  // namespace kyma::http
