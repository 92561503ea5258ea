// Targets, queries and absolute URLs.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operator/http/tcp.hpp"

namespace kyma::http {

// A request target, decoded: "/api/v1/pods?limit=5&x=a%20b".
struct Target {
  std::string path;                                        // percent-decoded
  std::vector<std::pair<std::string, std::string>> query;  // in order, decoded

  // The first value; empty when absent.
  std::string_view param(std::string_view name) const noexcept;
  bool has_param(std::string_view name) const noexcept;
};

// Error: malformed (bad escapes, not starting with '/').
Outcome<Target> parse_target(std::string_view target);

std::string percent_encode(std::string_view text);  // everything but unreserved characters

// "https://host:6443/prefix": the scheme decides on TLS and the default port. Error: invalid_argument.
struct ServerUrl {
  bool tls = true;
  Endpoint endpoint;
  std::string path_prefix;  // "" or "/prefix", no trailing slash
};
Outcome<ServerUrl> parse_server_url(std::string_view url);

}  // namespace kyma::http
