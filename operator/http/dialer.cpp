#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/system_error.hpp>

#include <optional>
#include <utility>
#include <vector>

#include "operator/base/condition.hpp"
#include "operator/base/race.hpp"
#include "operator/http/tcp.hpp"
#include "operator/http/tcp_stream.hpp"
#include "operator/http/tls_stream.hpp"

namespace kyma::http {
namespace {

using asio::ip::tcp;
using Addresses = std::vector<tcp::endpoint>;

// A name lookup, which cannot be cancelled once the system's resolver works on it: it is left behind then.
struct Lookup {
  explicit Lookup(const asio::any_io_executor& executor) : resolver(executor) {}

  tcp::resolver resolver;
  Condition finished;
  bool done = false;
  error_code error;
  Addresses addresses;
};

asio::awaitable<Outcome<Addresses>> resolve(Endpoint server) {
  error_code not_literal;
  const auto literal = asio::ip::make_address(server.host, not_literal);
  if (!not_literal) co_return Addresses{tcp::endpoint(literal, server.port)};

  auto lookup = std::make_shared<Lookup>(co_await asio::this_coro::executor);
  lookup->resolver.async_resolve(server.host, std::to_string(server.port), tcp::resolver::numeric_service,
                                 [lookup](const error_code& error, const tcp::resolver::results_type& found) {
                                   lookup->error = error;
                                   for (const auto& entry : found) lookup->addresses.push_back(entry.endpoint());
                                   lookup->done = true;
                                   lookup->finished.notify_all();
                                 });
  while (!lookup->done) co_await lookup->finished.wait();
  if (lookup->error) {
    co_return Error{Errc::connect_failed,
                    fmt::format("{}: name lookup failed: {}", server.str(), reason_of(lookup->error))};
  }
  co_return std::move(lookup->addresses);
}

asio::awaitable<Outcome<std::unique_ptr<Stream>>> connect(Endpoint server) {
  const auto addresses = co_await resolve(server);
  if (!addresses) co_return addresses.error();
  error_code last = asio::error::host_not_found;
  for (const tcp::endpoint& address : *addresses) {
    tcp::socket socket(co_await asio::this_coro::executor);
    const auto [error] = co_await socket.async_connect(address, asio::as_tuple(asio::use_awaitable));
    if (!error) co_return make_tcp_stream(std::move(socket), server.str());
    if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
    last = error;
  }
  co_return Error{Errc::connect_failed, fmt::format("{}: {}", server.str(), reason_of(last))};
}

asio::awaitable<Outcome<std::unique_ptr<Stream>>> connect_and_shake_hands(Endpoint server,
                                                                          std::shared_ptr<TlsContext> tls) {
  auto connected = co_await connect(std::move(server));
  if (!connected || !tls) co_return connected;
  auto stream = make_tls_stream(std::move(*connected), std::move(tls));
  if (auto shaken = co_await stream->handshake(); !shaken) co_return shaken.error();
  co_return std::unique_ptr<Stream>(std::move(stream));
}

asio::awaitable<Outcome<std::unique_ptr<Stream>>> dial(Clock& clock, Endpoint server, std::shared_ptr<TlsContext> tls,
                                                       Duration limit) {
  const std::string name = server.str();
  auto result = co_await with_timeout(clock, limit, connect_and_shake_hands(std::move(server), std::move(tls)));
  if (result) co_return std::move(*result);
  co_return Error{Errc::connect_failed,
                  fmt::format("{}: no connection after {:g} s", name, std::chrono::duration<double>(limit).count())};
}

}  // namespace

Dialer make_tcp_dialer(Clock& clock, Endpoint server, std::shared_ptr<TlsContext> tls, Duration limit) {
  return [&clock, server = std::move(server), tls = std::move(tls), limit] { return dial(clock, server, tls, limit); };
}

}  // namespace kyma::http
