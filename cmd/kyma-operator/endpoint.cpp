#include "cmd/kyma-operator/endpoint.hpp"

#include <utility>

#include "operator/http/tls_stream.hpp"

namespace kyma::cmd {
namespace {

// Scrapers, probes and people, not a public service: few at a time, and who is slow is let go soon, since his answer
// takes memory for that long.
http::ServerOptions server_options(const EndpointOptions& options) {
  http::ServerOptions result;
  result.name = options.name;
  result.max_connections = 256;
  result.max_header_bytes = 32 * 1024;
  result.max_body_bytes = options.max_body_bytes;
  result.header_timeout = std::chrono::seconds{10};
  result.body_timeout = std::chrono::seconds{10};
  result.write_timeout = std::chrono::seconds{20};
  return result;
}

}  // namespace

http::Outcome<std::unique_ptr<Endpoint>> Endpoint::open(asio::any_io_executor executor, Clock& clock,
                                                        EndpointOptions options, http::Handler handler) {
  const auto refused = [&](http::Error error) {
    error.message += "; choose another address with " + options.flag + ", or 0 for none";
    return error;
  };
  auto where = http::parse_endpoint(options.address);
  if (!where) return refused(where.error());
  auto listener = http::Listener::bind(executor, *where, nullptr);
  if (!listener) return refused(listener.error());
  return std::unique_ptr<Endpoint>(
      new Endpoint(std::move(executor), clock, std::move(options), std::move(*listener), std::move(handler)));
}

Endpoint::Endpoint(asio::any_io_executor executor, Clock& clock, EndpointOptions options,
                   std::unique_ptr<http::Listener> listener, http::Handler handler)
    : clock_(clock),
      options_(std::move(options)),
      listener_(std::move(listener)),
      server_(executor, clock, std::move(handler), server_options(options_)),
      tasks_(executor) {}

void Endpoint::start() {
  tasks_.spawn(
      listener_->accept_all(clock_, [this](std::unique_ptr<http::Stream> stream) { serve(std::move(stream)); }));
}

// The handshake runs inside the connection's first read, under its time limit.
void Endpoint::serve(std::unique_ptr<http::Stream> stream) {
  if (options_.tls) stream = http::make_tls_stream(std::move(stream), options_.tls());
  server_.serve(std::move(stream));
}

std::string Endpoint::address() const {
  http::Endpoint local = listener_->local();
  if (local.host == "0.0.0.0" || local.host == "::") local.host = "localhost";
  return local.str();
}

asio::awaitable<void> Endpoint::stop() {
  listener_->close();
  co_await tasks_.stop();
  co_await server_.stop(options_.grace);
}

}  // namespace kyma::cmd
