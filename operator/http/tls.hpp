// TLS configuration as values: what a client trusts and presents, what a server shows and demands.
//
// TLS 1.2 and newer. Contexts are immutable once made and may be shared by all connections of a cluster: keys are
// parsed once. Errors (bad PEM, key that does not match) come as Errc::invalid_argument and never quote key material.
#pragma once

#include <memory>
#include <string>

#include "operator/http/error.hpp"

namespace kyma::http {

struct TlsClientOptions {
  std::string ca_pem;             // trusted roots; empty: the system's
  bool system_roots_too = false;  // beside those of ca_pem
  std::string certificate_pem;    // client certificate chain; empty: none
  std::string private_key_pem;
  std::string server_name;  // SNI and the name or IP address to verify
  bool insecure_skip_verify = false;
};

struct TlsServerOptions {
  std::string certificate_pem;  // chain, leaf first
  std::string private_key_pem;
  std::string client_ca_pem;  // accept and verify client certificates of this CA; empty: ask for none
  // A client whose certificate is not good is let in all the same, to be told so by HTTP: PeerIdentity::trusted is
  // false.
  bool admits_untrusted = false;
};

class TlsContext;  // holds OpenSSL's context

Outcome<std::shared_ptr<TlsContext>> make_client_tls(const TlsClientOptions& options);
Outcome<std::shared_ptr<TlsContext>> make_server_tls(const TlsServerOptions& options);

}  // namespace kyma::http
