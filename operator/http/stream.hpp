// A duplex byte stream, type-erased: TCP, TLS, or a pair in memory. HTTP is written against this alone, so that all of
// it runs without sockets and in virtual time.
//
// At most one read and one write are pending at a time (they may overlap each other). close() makes both end with an
// error; a stream is never destroyed while one is pending.
// Thread: confined to its executor's thread.
#pragma once

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "operator/base/asio.hpp"
#include "operator/http/error.hpp"

namespace kyma::http {

// Who the other end proved to be, by a certificate that this side trusts; or says that it is, where a server lets in
// those too whose certificate is not good.
struct PeerIdentity {
  bool trusted = false;
  std::string common_name;
  std::vector<std::string> organizations;
  std::int64_t valid_until = 0;  // seconds since 1970; a connection may outlive its certificate
};

class Stream {
 public:
  virtual ~Stream() = default;

  // Reads at least one byte; 0 means the peer has ended its direction. Errors: connection_lost, shut_down, tls_failed.
  virtual asio::awaitable<Outcome<std::size_t>> read_some(asio::mutable_buffer buffer) = 0;
  // Writes all of the buffers, in order. The memory must stay valid until it returns. Errors: not_sent when not one
  // byte was taken, else as read_some.
  virtual asio::awaitable<Outcome<void>> write(std::span<const asio::const_buffer> buffers) = 0;
  // Tells the peer that nothing more comes (TLS close_notify, TCP FIN). Best effort; may be skipped.
  virtual asio::awaitable<void> shutdown() = 0;
  // Ends everything at once; pending operations complete with shut_down. Idempotent.
  virtual void close() noexcept = 0;
  virtual bool is_open() const noexcept = 0;
  // False when the peer is seen to have closed, or to have sent what was not read yet. A cheap look that never waits,
  // for a connection without a pending read: true promises nothing about the next moment.
  virtual bool is_quiet() const noexcept { return is_open(); }

  // The other end, for logs: "127.0.0.1:41234".
  virtual std::string peer() const = 0;
  // Null without a client certificate, and before the first read or write.
  virtual const PeerIdentity* identity() const noexcept { return nullptr; }
};

// Makes a new connection to one fixed server, TLS handshake included. Cancellable.
using Dialer = std::function<asio::awaitable<Outcome<std::unique_ptr<Stream>>>()>;

}  // namespace kyma::http
