#include "cmd/kyma-load/metrics_fetch.hpp"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <utility>

#include "operator/http/client.hpp"
#include "operator/http/tcp.hpp"
#include "operator/http/tls.hpp"
#include "operator/http/url.hpp"

namespace kyma::load {
namespace {

using namespace std::chrono_literals;

constexpr Duration kLimit = 5s;
constexpr std::size_t kMaxBytes = 32 * 1024 * 1024;

kube::Error bad_url(const std::string& url, std::string_view why) {
  return {.reason = kube::Reason::configuration,
          .message = fmt::format("\"{}\": {}; write for example http://127.0.0.1:8080/metrics", url, why)};
}

asio::awaitable<kube::Outcome<std::string>> get(std::shared_ptr<http::Client> client, std::string url,
                                                std::string target) {
  http::Request request{.method = "GET", .target = std::move(target), .headers = {}, .body = {}};
  request.headers.add("Accept", "text/plain;version=0.0.4");
  auto answer = co_await client->send(std::move(request), {.timeout = kLimit, .max_body_bytes = kMaxBytes});
  if (!answer) co_return kube::Error{.reason = kube::Reason::transport, .message = answer.error().describe()};
  if (answer->status != 200) {
    co_return kube::Error{
        .http_status = answer->status,
        .message = fmt::format("{} answers {} {}", url, answer->status, http::status_text(answer->status))};
  }
  co_return std::move(answer->body);
}

asio::awaitable<kube::Outcome<std::string>> get_raw(kube::Client* client, std::string path) {
  return client->get_raw(std::move(path));
}

}  // namespace

kube::Outcome<MetricsFetch> fetch_from_url(asio::any_io_executor executor, Clock& clock, const std::string& url) {
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    return bad_url(url, "a URL begins with http:// or https://");
  }
  const auto scheme = url.find("://") + 3;
  const auto slash = url.find('/', scheme);
  const std::string target = slash == std::string::npos ? "/metrics" : url.substr(slash);
  const auto server = http::parse_server_url(url.substr(0, slash));
  if (!server) return bad_url(url, server.error().message);
  if (auto parsed = http::parse_target(target); !parsed) return bad_url(url, parsed.error().message);
  std::shared_ptr<http::TlsContext> tls;
  if (server->tls) {
    http::TlsClientOptions wanted;
    wanted.server_name = server->endpoint.host;
    auto made = http::make_client_tls(wanted);
    if (!made) return bad_url(url, made.error().message);
    tls = *std::move(made);
  }
  http::ClientOptions options;
  options.max_connections = 1;
  options.host = server->endpoint.str();
  auto client = std::make_shared<http::Client>(
      executor, clock, http::make_tcp_dialer(clock, server->endpoint, std::move(tls), kLimit), options);
  return MetricsFetch([client, url, target] { return get(client, url, target); });
}

MetricsFetch fetch_from_api(kube::Client& client, std::string path) {
  return [api = &client, path = std::move(path)] { return get_raw(api, path); };
}

bool is_loopback(const std::string& url) {
  const auto server = http::parse_server_url(url);
  if (!server) return false;
  const std::string& host = server->endpoint.host;
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

}  // namespace kyma::load
