#include "operator/http/proxy.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <cstdlib>

namespace kyma::http {
namespace {

namespace ip = boost::asio::ip;

Error bad_proxy(std::string_view why) {
  return {Errc::invalid_argument, fmt::format("proxy URL: {}; write http://host:port, https:// or socks5://", why)};
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

std::optional<ip::address> address_of(const std::string& text) {
  boost::system::error_code no_address;
  const auto address = ip::make_address(text, no_address);
  return no_address ? std::nullopt : std::optional(address);
}

bool in_network(const ip::address& address, const std::string& network) {
  boost::system::error_code error;
  if (address.is_v4()) {
    const auto parsed = ip::make_network_v4(network, error);
    return !error && ip::network_v4(address.to_v4(), parsed.prefix_length()).canonical() == parsed.canonical();
  }
  const auto parsed = ip::make_network_v6(network, error);
  return !error && ip::network_v6(address.to_v6(), parsed.prefix_length()).canonical() == parsed.canonical();
}

// "example.com" is the name and all below it, ".example.com" and "*.example.com" only what is below.
bool in_domain(std::string_view host, std::string domain) {
  if (domain.starts_with("*.")) domain.erase(0, 1);
  if (domain.starts_with('.')) return host.ends_with(domain);
  return host == domain || host.ends_with("." + domain);
}

// One entry of $NO_PROXY, in lower case.
bool excludes(const std::string& entry, const Endpoint& server, const std::string& host) {
  const auto address = address_of(host);
  if (entry.find('/') != std::string::npos) return address && in_network(*address, entry);
  std::string name = entry;
  std::string port;
  const std::size_t colon = entry.rfind(':');
  const bool bare_v6 = colon != entry.find(':') && !entry.starts_with('[');
  if (colon != std::string::npos && !bare_v6 && !entry.ends_with(']')) {
    name = entry.substr(0, colon);
    port = entry.substr(colon + 1);
  }
  if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
  if (name.empty() || (!port.empty() && port != std::to_string(server.port))) return false;
  if (const auto named = address_of(name)) return address && *address == *named;
  return in_domain(host, std::move(name));
}

bool is_excluded(std::string_view list, const Endpoint& server) {
  const std::string host = lower(server.host);
  if (host == "localhost") return true;
  if (const auto address = address_of(host); address && address->is_loopback()) return true;
  while (!list.empty()) {
    const std::string_view entry = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), entry.size() + 1));
    const std::string name = lower(trimmed(entry));
    if (name == "*" || (!name.empty() && excludes(name, server, host))) return true;
  }
  return false;
}

std::string first_set(const char* upper_name, const char* lower_name) {
  for (const char* name : {upper_name, lower_name}) {
    if (const char* value = std::getenv(name); value && *value) return value;
  }
  return {};
}

}  // namespace

std::string Proxy::str() const {
  const std::string_view scheme = kind == Kind::http ? "http" : kind == Kind::https ? "https" : "socks5";
  return fmt::format("{}://{}", scheme, endpoint.str());
}

Outcome<Proxy> parse_proxy_url(std::string_view url) {
  const auto parsed = boost::urls::parse_uri(url);
  if (!parsed) return bad_proxy("it is not an absolute URL (special characters of a password are percent-encoded)");
  Proxy proxy;
  const std::string scheme = lower(std::string_view(parsed->scheme()));
  if (scheme == "http") {
    proxy.kind = Proxy::Kind::http;
    proxy.endpoint.port = 80;
  } else if (scheme == "https") {
    proxy.kind = Proxy::Kind::https;
    proxy.endpoint.port = 443;
  } else if (scheme == "socks5" || scheme == "socks5h") {
    proxy.kind = Proxy::Kind::socks5;
    proxy.endpoint.port = 1080;
  } else {
    return bad_proxy("its scheme is not supported");
  }
  proxy.endpoint.host = parsed->host_address();
  if (proxy.endpoint.host.empty()) return bad_proxy("it has no host");
  if (parsed->has_port() && !parsed->port().empty()) {
    if (parsed->port_number() == 0) return bad_proxy("it has no valid port");
    proxy.endpoint.port = parsed->port_number();
  }
  proxy.username = parsed->user();
  proxy.password = parsed->password();
  return proxy;
}

ProxyEnvironment ProxyEnvironment::of_process() {
  ProxyEnvironment environment;
  environment.https_proxy = first_set("HTTPS_PROXY", "https_proxy");
  environment.no_proxy = first_set("NO_PROXY", "no_proxy");
  // In a CGI program that variable is a header of the request: anybody's.
  if (first_set("REQUEST_METHOD", "REQUEST_METHOD").empty()) {
    environment.http_proxy = first_set("HTTP_PROXY", "http_proxy");
  }
  return environment;
}

Outcome<std::optional<Proxy>> choose_proxy(const ProxyEnvironment& environment, const ServerUrl& server) {
  const std::string& url = server.tls ? environment.https_proxy : environment.http_proxy;
  if (url.empty() || is_excluded(environment.no_proxy, server.endpoint)) return std::optional<Proxy>();
  const bool has_scheme = url.find("://") != std::string::npos;
  auto proxy = parse_proxy_url(has_scheme ? url : "http://" + url);
  if (!proxy) {
    Error error = proxy.error();
    error.message.insert(0, server.tls ? "$HTTPS_PROXY: " : "$HTTP_PROXY: ");
    return error;
  }
  return std::optional<Proxy>(*std::move(proxy));
}

}  // namespace kyma::http
