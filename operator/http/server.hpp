// An HTTP/1.1 server over any Stream: keep-alive, pipelining in order, streaming responses, limits, graceful stop.
//
// Guarantees: a client that sends its request or takes its response too slowly is cut off (header_timeout,
// body_timeout, write_timeout), others are still served; oversized input is answered 431 or 413, malformed input 400;
// when there are too many connections, the one that has waited for longest without a request makes room for the next;
// requests take a bounded amount of memory together (429 beyond it); many requests sent at once are answered some at a
// time; a handler that throws is answered 500 when nothing was sent yet, and logged; when the peer goes away the
// handler is cancelled (its next co_await throws operation_aborted). Thread: confined to its executor's thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "operator/base/clock.hpp"
#include "operator/base/task_group.hpp"
#include "operator/http/message.hpp"
#include "operator/http/stream.hpp"

namespace kyma::http {

// How a handler answers one request: send() once, or start() and then write()s. After the handler returned, an answer
// that was started is ended properly; one that was never started becomes 500.
class ResponseWriter {
 public:
  virtual ~ResponseWriter() = default;
  virtual asio::awaitable<Outcome<void>> send(Response response) = 0;
  // Starts a chunked response.
  virtual asio::awaitable<Outcome<void>> start(ResponseHead head) = 0;
  // One chunk made of these pieces, flushed. The memory must stay valid until it returns.
  virtual asio::awaitable<Outcome<void>> write(std::span<const std::string_view> pieces) = 0;
  virtual bool started() const noexcept = 0;
  // The client's address, for logs.
  virtual std::string peer() const = 0;
  // Who the client is by its certificate; null without one.
  virtual const PeerIdentity* identity() const noexcept { return nullptr; }
};

using Handler = std::function<asio::awaitable<void>(Request& request, ResponseWriter& writer)>;

struct ServerOptions {
  std::string name = "http";  // in logs
  std::size_t max_header_bytes = 64 * 1024;
  std::size_t max_body_bytes = 3 * 1024 * 1024;  // the API server's own limit for a request
  std::size_t max_connections = 20'000;          // if all of them are being answered, further ones are closed
  // Of requests that are being received or answered, over all connections; up to 16 kB of each are always taken.
  std::size_t max_requests_bytes = 256 * 1024 * 1024;
  Duration header_timeout = std::chrono::seconds{32};  // from the first byte (or the connection) to the end of the head
  Duration body_timeout = std::chrono::seconds{60};
  Duration idle_timeout = std::chrono::seconds{180};  // between requests on one connection
  Duration write_timeout = std::chrono::seconds{60};  // for each write
  // The answer to a request that is refused before it reaches the handler (400, 413, 429, 431); none: plain text.
  std::function<Response(unsigned status)> refusal = {};
  // Asked before a body is received that did not come along with its head. False: the handler is called without it, to
  // refuse the request by its head, and the connection ends. None: all bodies are received.
  std::function<bool(const Request& head, const PeerIdentity* identity)> takes_body = {};
};

class Server {
 public:
  Server(asio::any_io_executor executor, Clock& clock, Handler handler, ServerOptions options);
  ~Server();

  // Serves one connection; in-memory tests and Listener::accept_all call this.
  void serve(std::unique_ptr<Stream> stream);
  // Stops keep-alive, lets running requests end for up to `grace`, cancels the rest, and returns when none is alive.
  asio::awaitable<void> stop(Duration grace);
  std::size_t connections() const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kyma::http
