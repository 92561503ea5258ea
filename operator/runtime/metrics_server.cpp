#include "operator/runtime/metrics_server.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace kyma::runtime {
namespace {

http::Response respond(const http::Request& request, const Answer& answer) {
  if (request.method != "GET" && request.method != "HEAD") {
    http::Response refused = plain(405, "405 method not allowed\n");
    refused.headers.set("Allow", "GET, HEAD");
    return refused;
  }
  const auto target = http::parse_target(request.target);
  if (!target) return plain(400, "400 bad request\n");
  return answer(*target);
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
    co_await writer.send(respond(request, answer));
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
