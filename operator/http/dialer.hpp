// Dialling a server directly or through a proxy, with TLS contexts that may be replaced while clients run.
//
// Each dial asks for the context anew: a connection keeps the one it was made with. Lifetime: the clock must outlive
// the dialer. Thread: the client's.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "operator/http/proxy.hpp"
#include "operator/http/tcp.hpp"

namespace kyma::http {

using TlsSource = std::function<std::shared_ptr<TlsContext>()>;

struct Route {
  Endpoint server;
  TlsSource tls = {};               // empty, or of a null context: plain
  std::optional<Proxy> proxy = {};  // nothing: directly
  TlsSource proxy_tls = {};         // for an https proxy: how it proves itself
};

// With this time limit for connecting, tunnel and handshakes together. TCP_NODELAY is set.
Dialer make_dialer(Clock& clock, Route route, Duration limit);

}  // namespace kyma::http
