#include "operator/runtime/metrics_server.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace kyma::runtime {
namespace {

// What is asked for, or the refusal.
std::variant<http::Target, http::Response> read(const http::Request& request) {
  if (request.method != "GET" && request.method != "HEAD") {
    http::Response refused = plain(405, "405 method not allowed\n");
    refused.headers.set("Allow", "GET, HEAD");
    return refused;
  }
  auto target = http::parse_target(request.target);
  if (!target) return plain(400, "400 bad request\n");
  return std::move(*target);
}

bool is_under(std::string_view path, std::string_view root) {
  return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

}  // namespace

http::Response plain(unsigned status, std::string body) {
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(body)};
}

http::Handler read_only_handler(Answer answer) {
  return [answer = std::move(answer)](http::Request& request, http::ResponseWriter& writer) -> asio::awaitable<void> {
    auto asked = read(request);
    const auto* target = std::get_if<http::Target>(&asked);
    co_await writer.send(target ? answer(*target) : std::move(std::get<http::Response>(asked)));
  };
}

http::Handler read_only_handler(AwaitedAnswer answer) {
  return [answer = std::move(answer)](http::Request& request, http::ResponseWriter& writer) -> asio::awaitable<void> {
    auto asked = read(request);
    if (auto* target = std::get_if<http::Target>(&asked)) asked = co_await answer(std::move(*target));
    co_await writer.send(std::move(std::get<http::Response>(asked)));
  };
}

http::Handler metrics_handler(metrics::Registry& registry) {
  return read_only_handler([&registry](const http::Target& target) {
    if (target.path != "/metrics") return plain(404, "404 page not found\n");
    return http::Response{200, {{"Content-Type", std::string(metrics::Registry::kContentType)}}, registry.expose()};
  });
}

http::Handler health_handler(const HealthChecks& health, const HealthChecks& readiness) {
  return read_only_handler([&health, &readiness](const http::Target& target) {
    if (is_under(target.path, "/healthz")) return health.answer(target);
    if (is_under(target.path, "/readyz")) return readiness.answer(target);
    return plain(404, "404 page not found\n");
  });
}

}  // namespace kyma::runtime
