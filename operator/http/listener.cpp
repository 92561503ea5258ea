#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <utility>

#include "operator/base/log.hpp"
#include "operator/http/tcp.hpp"
#include "operator/http/tcp_stream.hpp"
#include "operator/http/tls_stream.hpp"

namespace kyma::http {
namespace {

using asio::ip::tcp;

constexpr int kBacklog = 4096;  // the kernel lowers it to its own limit
constexpr Duration kFirstPause = std::chrono::milliseconds{5};
constexpr Duration kLongestPause = std::chrono::seconds{1};

Error bind_error(const Endpoint& at, const error_code& error) {
  std::string_view remedy;
  if (error == asio::error::address_in_use) remedy = "; stop the other program or choose another port";
  if (error == asio::error::access_denied) remedy = "; ports below 1024 need privileges";
  if (error == boost::system::errc::address_not_available) remedy = "; no interface of this machine has that address";
  return {Errc::connect_failed, fmt::format("cannot listen on {}: {}{}", at.str(), reason_of(error), remedy)};
}

class TcpListener final : public Listener {
 public:
  TcpListener(tcp::acceptor acceptor, std::shared_ptr<TlsContext> tls)
      : acceptor_(std::move(acceptor)), tls_(std::move(tls)) {
    error_code ignored;
    local_ = to_endpoint(acceptor_.local_endpoint(ignored));
  }

  Endpoint local() const override { return local_; }
  asio::awaitable<void> accept_all(Clock& clock, Accept on_stream) override;
  void close() noexcept override {
    closed_ = true;
    error_code ignored;
    acceptor_.close(ignored);
  }

 private:
  void hand_over(tcp::socket socket, const Accept& on_stream);

  tcp::acceptor acceptor_;
  std::shared_ptr<TlsContext> tls_;
  Endpoint local_;
  Logger log_{"listener"};
  bool closed_ = false;
};

asio::awaitable<void> TcpListener::accept_all(Clock& clock, Accept on_stream) {
  Duration pause = kFirstPause;
  while (!closed_) {
    auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
    if (closed_) break;
    if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
    if (!error) {
      pause = kFirstPause;
      hand_over(std::move(socket), on_stream);
      continue;
    }
    if (error == asio::error::connection_aborted) continue;  // the client changed its mind
    // Out of descriptors or memory: what waits in the backlog stays there until something is free again.
    log_.warning("Cannot accept connections for now", {{"address", local_.str()}, {"error", reason_of(error)}});
    co_await clock.sleep_for(pause);
    pause = std::min(pause * 2, kLongestPause);
  }
}

void TcpListener::hand_over(tcp::socket socket, const Accept& on_stream) {
  error_code gone;
  const auto remote = socket.remote_endpoint(gone);
  if (gone) return;
  auto stream = make_tcp_stream(std::move(socket), to_endpoint(remote).str());
  if (tls_) {
    on_stream(make_tls_stream(std::move(stream), tls_));
  } else {
    on_stream(std::move(stream));
  }
}

}  // namespace

Outcome<std::unique_ptr<Listener>> Listener::bind(asio::any_io_executor executor, const Endpoint& at,
                                                  std::shared_ptr<TlsContext> tls) {
  error_code error;
  tcp::endpoint endpoint(tcp::v6(), at.port);  // without a host: all addresses, of both families
  bool both_families = at.host.empty();
  if (!at.host.empty()) {
    auto address = asio::ip::make_address(at.host == "localhost" ? "127.0.0.1" : at.host, error);
    if (error) {
      return Error{Errc::invalid_argument,
                   fmt::format("cannot listen on {}: \"{}\" is not an IP address", at.str(), at.host)};
    }
    endpoint = {address, at.port};
  }
  tcp::acceptor acceptor(executor);
  acceptor.open(endpoint.protocol(), error);
  if (error && both_families) {  // a machine without IPv6
    both_families = false;
    endpoint = {tcp::v4(), at.port};
    acceptor.open(endpoint.protocol(), error);
  }
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error && endpoint.protocol() == tcp::v6()) acceptor.set_option(asio::ip::v6_only(!both_families), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(kBacklog, error);
  if (error) return bind_error(at, error);
  std::unique_ptr<Listener> listener = std::make_unique<TcpListener>(std::move(acceptor), std::move(tls));
  return listener;
}

}  // namespace kyma::http
