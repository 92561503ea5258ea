// TCP and TLS streams: dialling and listening. Sockets appear only behind this header.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "operator/base/clock.hpp"
#include "operator/http/stream.hpp"
#include "operator/http/tls.hpp"

namespace kyma::http {

struct Endpoint {
  std::string host;  // name or address, IPv6 without brackets
  std::uint16_t port = 0;

  std::string str() const;  // "[::1]:8080"
};

// Parses "host:port", ":port" (all addresses), "[::1]:port". Error: invalid_argument naming the text.
Outcome<Endpoint> parse_endpoint(std::string_view text);

// Dials with this time limit for connecting and handshake together. `tls` null: plain. TCP_NODELAY is set.
Dialer make_tcp_dialer(Clock& clock, Endpoint server, std::shared_ptr<TlsContext> tls, Duration limit);

// Accepts connections until stopped. Handshakes run inside the stream's first read or write, so that a silent client
// never holds up another.
class Listener {
 public:
  using Accept = std::function<void(std::unique_ptr<Stream>)>;

  // Binds and listens at once. Errors: invalid_argument, connect_failed ("cannot listen on 127.0.0.1:8080: address
  // already in use; ..."). A host must be an IP address, "localhost" or empty, which is every address of the machine.
  static Outcome<std::unique_ptr<Listener>> bind(asio::any_io_executor executor, const Endpoint& at,
                                                 std::shared_ptr<TlsContext> tls);
  virtual ~Listener() = default;
  // The address really bound; the port is the kernel's choice when 0 was asked for.
  virtual Endpoint local() const = 0;
  // Runs until close(). Survives running out of descriptors (backs off and goes on).
  virtual asio::awaitable<void> accept_all(Clock& clock, Accept on_stream) = 0;
  virtual void close() noexcept = 0;
};

}  // namespace kyma::http
