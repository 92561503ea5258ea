// An HTTP/1.1 client for one server: keep-alive pool, deadline per request, streaming bodies, size limits.
//
// Guarantees: every call ends by its deadline; no response is larger than its limit; a connection is reused only after
// its response was read whole; a request that met a stale pooled connection before any byte of an answer is sent once
// more on a fresh one only when it is safe (nothing written, or a GET, HEAD or OPTIONS). More callers than
// max_connections wait their turn, first come first served; the wait counts against their deadline.
// Not guaranteed: that a request whose call failed had no effect (see Errc).
// Lifetime: must outlive its calls and ResponseStreams; close() first. Thread: confined to its executor's thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

#include "operator/base/clock.hpp"
#include "operator/http/message.hpp"
#include "operator/http/stream.hpp"

namespace kyma::http {

struct ClientOptions {
  std::size_t max_connections = 64;                  // for send(); streams opened with open() come on top
  Duration idle_timeout = std::chrono::seconds{60};  // pooled connections idle for longer are closed
  std::size_t max_header_bytes = 64 * 1024;
  std::string host;  // the Host header
};

struct CallLimits {
  Duration timeout = std::chrono::seconds{30};    // for the whole exchange; for open(): until the response head
  std::size_t max_body_bytes = 16 * 1024 * 1024;  // for send()
};

// The body of a response, as it arrives.
class ResponseStream {
 public:
  virtual ~ResponseStream() = default;
  virtual const ResponseHead& head() const noexcept = 0;
  // The next piece, valid until the next call; empty at the end of the body. `limit` bounds the wait for this piece:
  // Errc::timed_out is the idle detection of watches.
  virtual asio::awaitable<Outcome<std::string_view>> read(Duration limit) = 0;
  // Reads the rest, up to `max_bytes`, within `limit` for all of it.
  virtual asio::awaitable<Outcome<std::string>> read_all(Duration limit, std::size_t max_bytes) = 0;
  // Gives the connection up. The destructor does it too; a body read to its end returns the connection to the pool.
  virtual void close() noexcept = 0;
};

class Client {
 public:
  Client(asio::any_io_executor executor, Clock& clock, Dialer dial, ClientOptions options);
  ~Client();

  // Sends and reads the whole response.
  asio::awaitable<Outcome<Response>> send(Request request, CallLimits limits);
  // Sends and returns once the response head is there; the body follows from the stream.
  asio::awaitable<Outcome<std::unique_ptr<ResponseStream>>> open(Request request, CallLimits limits);

  // Fails waiting and running calls with shut_down and closes every connection.
  void close() noexcept;
  // Closes idle connections only, so that the next requests dial anew (after a change of credentials).
  void drop_idle() noexcept;

  struct Counters {
    std::size_t open_connections = 0;
    std::size_t idle_connections = 0;
    std::size_t dials = 0;  // since the start
  };
  Counters counters() const noexcept;
  std::size_t dials() const noexcept;  // of counters(), without counting connections

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace kyma::http
