// What a TlsContext holds. Internal to operator/http: OpenSSL appears in tls.cpp, tls_stream.cpp,
// certificates.cpp and signing_key.cpp.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <mutex>
#include <string>

#include "operator/http/tls.hpp"

namespace kyma::http {

template <auto free>
struct OpenSslDelete {
  template <class T>
  void operator()(T* object) const noexcept {
    free(object);
  }
};
using SslContextPtr = std::unique_ptr<SSL_CTX, OpenSslDelete<&SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, OpenSslDelete<&SSL_free>>;
using SslSessionPtr = std::unique_ptr<SSL_SESSION, OpenSslDelete<&SSL_SESSION_free>>;

class TlsContext {
 public:
  // A new connection of this context, ready for its handshake. Null when memory is out.
  SslPtr make_connection();

  bool is_server = false;
  std::string server_name;  // clients: the name or IP address that the certificate must hold; may be empty
  bool verify = true;
  SslContextPtr context;

  // Clients: the last session the server offered, so that the next connection saves half of the handshake.
  void remember(SslSessionPtr session);

 private:
  std::mutex mutex_;  // contexts are shared, also between threads
  SslSessionPtr session_;
};

// The reason on top of OpenSSL's error queue, in lower case, and empties the queue.
std::string take_openssl_error();

}  // namespace kyma::http
