#include "cmd/kyma-operator/endpoint.hpp"

#include <chrono>
#include <utility>

namespace kyma::cmd {
namespace {

http::ServerOptions server_options(std::string name) {
  http::ServerOptions options;
  options.name = std::move(name);
  options.max_connections = 256;  // scrapers and probes, not a public service
  options.max_body_bytes = 64 * 1024;
  return options;
}

}  // namespace

http::Outcome<std::unique_ptr<Endpoint>> Endpoint::open(asio::any_io_executor executor, Clock& clock, std::string name,
                                                        const std::string& address, const std::string& flag,
                                                        http::Handler handler) {
  const auto refused = [&](http::Error error) {
    error.message += "; choose another address with " + flag + ", or 0 for none";
    return error;
  };
  auto where = http::parse_endpoint(address);
  if (!where) return refused(where.error());
  auto listener = http::Listener::bind(executor, *where, nullptr);
  if (!listener) return refused(listener.error());
  return std::unique_ptr<Endpoint>(
      new Endpoint(std::move(executor), clock, std::move(name), std::move(*listener), std::move(handler)));
}

Endpoint::Endpoint(asio::any_io_executor executor, Clock& clock, std::string name,
                   std::unique_ptr<http::Listener> listener, http::Handler handler)
    : clock_(clock),
      name_(name),
      listener_(std::move(listener)),
      server_(executor, clock, std::move(handler), server_options(std::move(name))),
      tasks_(executor) {}

void Endpoint::start() {
  tasks_.spawn(listener_->accept_all(
      clock_, [this](std::unique_ptr<http::Stream> stream) { server_.serve(std::move(stream)); }));
}

std::string Endpoint::address() const {
  http::Endpoint local = listener_->local();
  if (local.host == "0.0.0.0" || local.host == "::") local.host = "localhost";
  return local.str();
}

asio::awaitable<void> Endpoint::stop() {
  listener_->close();
  co_await tasks_.stop();
  co_await server_.stop(std::chrono::seconds{2});
}

}  // namespace kyma::cmd
