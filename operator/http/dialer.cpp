#include "operator/http/dialer.hpp"

#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/system_error.hpp>

#include <optional>
#include <utility>
#include <vector>

#include "operator/base/condition.hpp"
#include "operator/base/race.hpp"
#include "operator/http/tcp_stream.hpp"
#include "operator/http/tls_stream.hpp"
#include "operator/http/tunnel.hpp"

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

asio::awaitable<Outcome<std::unique_ptr<Stream>>> connect(Endpoint to, std::string peer) {
  const auto addresses = co_await resolve(to);
  if (!addresses) co_return addresses.error();
  error_code last = asio::error::host_not_found;
  for (const tcp::endpoint& address : *addresses) {
    tcp::socket socket(co_await asio::this_coro::executor);
    const auto [error] = co_await socket.async_connect(address, asio::as_tuple(asio::use_awaitable));
    if (!error) co_return make_tcp_stream(std::move(socket), std::move(peer));
    if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
    last = error;
  }
  co_return Error{Errc::connect_failed, fmt::format("{}: {}", to.str(), reason_of(last))};
}

asio::awaitable<Outcome<std::unique_ptr<Stream>>> shake_hands(std::unique_ptr<Stream> inner,
                                                              std::shared_ptr<TlsContext> tls) {
  auto stream = make_tls_stream(std::move(inner), std::move(tls));
  if (auto shaken = co_await stream->handshake(); !shaken) co_return shaken.error();
  co_return std::unique_ptr<Stream>(std::move(stream));
}

Error by_proxy(const Proxy& proxy, Error error) {
  error.message.insert(0, fmt::format("proxy {}: ", proxy.str()));
  return error;
}

// A stream that leads through the proxy to the server.
asio::awaitable<Outcome<std::unique_ptr<Stream>>> connect_by_proxy(std::shared_ptr<const Route> route) {
  const Proxy& proxy = *route->proxy;
  auto connected = co_await connect(proxy.endpoint, fmt::format("{} by {}", route->server.str(), proxy.str()));
  if (!connected) co_return by_proxy(proxy, connected.error());
  std::unique_ptr<Stream> stream = std::move(*connected);
  if (proxy.kind == Proxy::Kind::https) {
    auto tls = route->proxy_tls ? route->proxy_tls() : nullptr;
    if (!tls) co_return by_proxy(proxy, {Errc::invalid_argument, "no TLS context is given for it"});
    auto secured = co_await shake_hands(std::move(stream), std::move(tls));
    if (!secured) co_return by_proxy(proxy, secured.error());
    stream = std::move(*secured);
  }
  if (auto opened = co_await open_tunnel(*stream, proxy, route->server); !opened) co_return opened.error();
  co_return stream;
}

asio::awaitable<Outcome<std::unique_ptr<Stream>>> connect_and_shake_hands(std::shared_ptr<const Route> route) {
  auto connecting = route->proxy ? connect_by_proxy(route) : connect(route->server, route->server.str());
  auto connected = co_await std::move(connecting);
  // Asked for now, not before: it may have been replaced meanwhile.
  auto tls = connected && route->tls ? route->tls() : nullptr;
  if (!tls) co_return connected;
  co_return co_await shake_hands(std::move(*connected), std::move(tls));
}

asio::awaitable<Outcome<std::unique_ptr<Stream>>> dial(Clock& clock, std::shared_ptr<const Route> route,
                                                       Duration limit) {
  auto result = co_await with_timeout(clock, limit, connect_and_shake_hands(route));
  if (result) co_return std::move(*result);
  std::string name = route->server.str();
  if (route->proxy) name += fmt::format(" by proxy {}", route->proxy->str());
  co_return Error{Errc::connect_failed,
                  fmt::format("{}: no connection after {:g} s", name, std::chrono::duration<double>(limit).count())};
}

}  // namespace

Dialer make_dialer(Clock& clock, Route route, Duration limit) {
  return [&clock, route = std::make_shared<const Route>(std::move(route)), limit] { return dial(clock, route, limit); };
}

Dialer make_tcp_dialer(Clock& clock, Endpoint server, std::shared_ptr<TlsContext> tls, Duration limit) {
  Route route;
  route.server = std::move(server);
  route.tls = [tls = std::move(tls)] { return tls; };
  return make_dialer(clock, std::move(route), limit);
}

}  // namespace kyma::http
