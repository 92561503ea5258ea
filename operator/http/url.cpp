#include "operator/http/url.hpp"

#include <fmt/format.h>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <optional>

namespace kyma::http {
namespace {

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// In a query '+' is a space, as forms write it and Kubernetes reads it.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

Error malformed_target(std::string_view target, std::string_view why) {
  constexpr std::size_t kShown = 120;  // a hostile target is not repeated whole
  return {Errc::malformed, fmt::format("request target \"{}\": {}", target.substr(0, kShown), why)};
}

Error bad_url(std::string_view url, std::string_view why) {
  return {Errc::invalid_argument, fmt::format("server URL \"{}\": {}", url, why)};
}

}  // namespace

std::string_view Target::param(std::string_view name) const noexcept {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return {};
}

bool Target::has_param(std::string_view name) const noexcept {
  return std::any_of(query.begin(), query.end(), [&](const auto& entry) { return entry.first == name; });
}

Outcome<Target> parse_target(std::string_view target) {
  if (!target.starts_with('/')) return malformed_target(target, "does not start with '/'");
  if (target.find('#') != std::string_view::npos) return malformed_target(target, "has a fragment");
  Target parsed;
  const std::size_t question = target.find('?');
  auto path = percent_decode(target.substr(0, question), false);
  if (!path) return malformed_target(target, "has a '%' that no two hexadecimal digits follow");
  parsed.path = std::move(*path);
  if (question == std::string_view::npos) return parsed;

  std::string_view rest = target.substr(question + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    auto key = percent_decode(pair.substr(0, equals), true);
    auto value = percent_decode(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1), true);
    if (!key || !value) return malformed_target(target, "has a '%' that no two hexadecimal digits follow");
    parsed.query.emplace_back(std::move(*key), std::move(*value));
  }
  return parsed;
}

std::string percent_encode(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                            c == '.' || c == '_' || c == '~';
    if (unreserved) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 0xF];
    }
  }
  return out;
}

Outcome<ServerUrl> parse_server_url(std::string_view url) {
  const auto parsed = boost::urls::parse_uri(url);
  // A password in it must not be repeated.
  if (url.find('@') != std::string_view::npos) {
    return Error{Errc::invalid_argument, "server URL: has user information; give credentials apart from the URL"};
  }
  if (!parsed) return bad_url(url, "is not an absolute URL; write https://host:port");
  ServerUrl server;
  if (parsed->scheme_id() == boost::urls::scheme::https) {
    server.tls = true;
  } else if (parsed->scheme_id() == boost::urls::scheme::http) {
    server.tls = false;
  } else {
    return bad_url(url, "has another scheme than https or http");
  }
  if (parsed->has_query() || parsed->has_fragment()) return bad_url(url, "has a query or a fragment; remove it");

  server.endpoint.host = parsed->host_address();
  if (server.endpoint.host.empty()) return bad_url(url, "has no host");
  server.endpoint.port = server.tls ? 443 : 80;
  if (parsed->has_port() && !parsed->port().empty()) {
    if (parsed->port_number() == 0) return bad_url(url, "has no valid port; use 1 to 65535");
    server.endpoint.port = parsed->port_number();
  }
  server.path_prefix = parsed->encoded_path();
  while (server.path_prefix.ends_with('/')) server.path_prefix.pop_back();
  return server;
}

}  // namespace kyma::http
