// Asks a proxy for a way to a server, over a fresh connection to that proxy. Internal to operator/http.
//
// CONNECT for http and https proxies (RFC 9110), SOCKS5 with or without a password (RFC 1928, 1929). Afterwards the
// stream is as one to the server: not a byte of the server's was read. A server without TLS is reached by CONNECT too,
// where Go's clients would send absolute targets: what the proxy does not see it cannot change.
// Errors: connect_failed with the proxy's reason; they never hold the credentials.
#pragma once

#include "operator/http/proxy.hpp"
#include "operator/http/stream.hpp"

namespace kyma::http {

// Neither `proxy` nor `stream` may go while it runs.
asio::awaitable<Outcome<void>> open_tunnel(Stream& stream, const Proxy& proxy, Endpoint server);

}  // namespace kyma::http
