#include <fmt/format.h>

#include <charconv>

#include "operator/http/tcp.hpp"

namespace kyma::http {
namespace {

Error bad_endpoint(std::string_view text, std::string_view why) {
  return {Errc::invalid_argument, fmt::format("address \"{}\": {}; write host:port, [IPv6]:port or :port", text, why)};
}

}  // namespace

std::string Endpoint::str() const {
  return host.find(':') != std::string::npos ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

Outcome<Endpoint> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad_endpoint(text, "has no port");
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);

  Endpoint endpoint;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), endpoint.port);
  if (error != std::errc{} || end != digits.data() + digits.size()) {
    return bad_endpoint(text, "the port is not a number from 0 to 65535");
  }
  if (host.starts_with('[')) {
    if (!host.ends_with(']') || host.size() < 3) return bad_endpoint(text, "'[' without an address and ']'");
    host = host.substr(1, host.size() - 2);
  } else if (host.find_first_of(":]") != std::string_view::npos) {
    return bad_endpoint(text, "an IPv6 address needs brackets");
  }
  for (const char c : host) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == '/' || c == '[' || c == ']') {
      return bad_endpoint(text, "the host has a character that no host has");
    }
  }
  endpoint.host = host;
  return endpoint;
}

}  // namespace kyma::http
