// Proxies: which one leads to a server, and who we are to it.
//
// Chosen as Go's clients choose: an explicit URL, else $HTTPS_PROXY or $HTTP_PROXY by the server's scheme unless
// $NO_PROXY names the server; upper-case names before lower-case ones; localhost and loopback addresses never.
// Not supported: SOCKS4, proxies by script. Errors: invalid_argument; no URL is repeated in one, it may hold a
// password. Thread: none needed; the environment is read when asked for, so before other threads change it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "operator/http/url.hpp"

namespace kyma::http {

struct Proxy {
  enum class Kind { http, https, socks5 };

  Kind kind = Kind::http;
  Endpoint endpoint;
  std::string username;
  std::string password;  // secret

  std::string str() const;  // "http://proxy.example:3128", without credentials
};

// "http://user:password@host:port", https and socks5 (or socks5h) likewise; names are looked up by a SOCKS proxy
// itself. Default ports: 80, 443, 1080. A path is ignored.
Outcome<Proxy> parse_proxy_url(std::string_view url);

struct ProxyEnvironment {
  std::string http_proxy;   // for http:// servers
  std::string https_proxy;  // for https:// servers; both: a URL, or host:port for an http proxy
  std::string no_proxy;     // "*", or names, domains, addresses, networks: "10.0.0.0/8,.svc,example.com:8443"

  static ProxyEnvironment of_process();
};

// Nothing: the server is reached directly.
Outcome<std::optional<Proxy>> choose_proxy(const ProxyEnvironment& environment, const ServerUrl& server);

}  // namespace kyma::http
