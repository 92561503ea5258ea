// TLS over any Stream. Internal to operator/http.
//
// The handshake runs inside the first read or write, or when handshake() is called; the certificate is verified there.
// Reads and writes may overlap each other, as on every Stream: what TLS itself has to send is put in order.
#pragma once

#include <memory>

#include "operator/http/stream.hpp"
#include "operator/http/tls.hpp"

namespace kyma::http {

class TlsStream : public Stream {
 public:
  // Errors: tls_failed with the peer's name and the reason, or the inner stream's.
  virtual asio::awaitable<Outcome<void>> handshake() = 0;
};

std::unique_ptr<TlsStream> make_tls_stream(std::unique_ptr<Stream> inner, std::shared_ptr<TlsContext> context);

}  // namespace kyma::http
