#include "operator/apiserver/http_api.hpp"

#include <fmt/format.h>

#include <exception>
#include <optional>
#include <utility>

#include "operator/apiserver/api_errors.hpp"
#include "operator/apiserver/audited_request.hpp"
#include "operator/apiserver/request_options.hpp"
#include "operator/base/log.hpp"
#include "operator/base/task_group.hpp"
#include "operator/base/version.hpp"

namespace kyma::apiserver {
namespace {

// The version of the API that is spoken, which clients compare with their own.
constexpr std::string_view kMajor = "1";
constexpr std::string_view kMinor = "32";
constexpr std::string_view kGitVersion = "v1.32.0";

const Logger& log() {
  static const Logger kLog("apiserver");
  return kLog;
}

constexpr std::string_view kMetricsPath = "/metrics";
// Where others find the key that service account tokens are signed with.
constexpr std::string_view kKeySetPath = "/openid/v1/jwks";
constexpr std::string_view kIssuerPath = "/.well-known/openid-configuration";
constexpr std::string_view kPlainText = "text/plain; charset=utf-8";

// kubectl reads OpenAPI v2 as protobuf only, and only for kinds that it did not find in v3: a document without kinds
// tells it all there is to know. {1: swagger = "2.0"}
// The type is accepted with an "@", which no media type may have, and answered with a dot, as Kubernetes does.
constexpr std::string_view kProtobufV2 = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
constexpr std::string_view kEmptyV2 =
    "\x0a\x03"
    "2.0";

bool wants_protobuf_v2(const http::Request& request) {
  return request.headers.get("Accept").find("proto-openapi.spec.v2") != std::string_view::npos;
}

std::string version_document() {
  json::Writer writer;
  writer.object([&] {
    writer.key("major").string(kMajor);
    writer.key("minor").string(kMinor);
    writer.key("gitVersion").string(fmt::format("{}+kyma-{}", kGitVersion, version()));
    writer.key("gitCommit").string(commit());
    writer.key("gitTreeState").string("clean");
    writer.key("buildDate").string("1970-01-01T00:00:00Z");
    writer.key("goVersion").string("none");
    writer.key("compiler").string("c++20");
    writer.key("platform").string("linux/amd64");
  });
  return writer.str();
}

bool is_health(std::string_view path) {
  return path == "/healthz" || path == "/livez" || path == "/readyz" || path == "/healthz/ping" ||
         path == "/livez/ping" || path == "/readyz/ping";
}

bool is_read(const http::Request& request) { return request.method == "GET" || request.method == "HEAD"; }

}  // namespace

HttpApi::HttpApi(const Parts& parts)
    : parts_(parts), discovery_(parts.registry, parts.aggregated_discovery), open_api_(parts.registry) {}

asio::awaitable<void> HttpApi::serve(http::Request& request, http::ResponseWriter& writer) {
  Exchange exchange{request, writer};
  std::optional<AuditedRequest> audited;
  if (parts_.audit) audited.emplace(*parts_.audit, exchange);
  auto target = http::parse_target(request.target);
  if (target) {
    co_await serve_target(exchange, std::move(*target));
  } else if (const auto known = parts_.access.authenticate(exchange); !known) {
    co_await exchange.fail(known.error());
  } else {
    co_await exchange.fail(kube::bad_request(fmt::format("malformed request target: {}", target.error().message)));
  }
}

asio::awaitable<void> HttpApi::serve_target(Exchange& exchange, http::Target target) {
  const auto begin = parts_.clock.now();
  exchange.target = std::move(target);
  exchange.info = parse_request_info(exchange.request.method, exchange.target.path, asks_for_watch(exchange.target));
  {
    const ServerMetrics::Running running(parts_.server_metrics.in_flight(exchange.info.verb));
    co_await dispatch_safely(exchange);
  }
  parts_.server_metrics.finished(exchange, parts_.clock.now() - begin);
}

asio::awaitable<void> HttpApi::dispatch_safely(Exchange& exchange) {
  std::exception_ptr failure;
  try {
    co_await dispatch(exchange);
  } catch (const std::exception& error) {
    failure = std::current_exception();
    if (!is_cancellation(failure)) {
      log().error("Request failed by a bug in the server",
                  {{"method", exchange.request.method}, {"path", exchange.target.path}, {"error", error.what()}});
    }
  }
  if (!failure) co_return;
  // What was begun cannot be answered otherwise any more: the connection is cut.
  if (is_cancellation(failure) || exchange.writer.started()) std::rethrow_exception(failure);
  co_await exchange.fail(kube::internal_error("an internal error occurred; the server's log says more"));
}

asio::awaitable<void> HttpApi::dispatch(Exchange& exchange) {
  const auto& path = exchange.target.path;
  if (const auto admitted = parts_.access.admit(exchange); !admitted) {
    co_await exchange.fail(admitted.error());
  } else if (is_health(path) && is_read(exchange.request)) {
    co_await serve_health(exchange);
  } else if ((path == "/version" || path == "/version/") && is_read(exchange.request)) {
    co_await exchange.respond(200, version_document());
  } else if (parts_.limiter && exchange.info.verb != Verb::watch && path != kMetricsPath) {
    co_await dispatch_limited(exchange);
  } else {
    co_await dispatch_admitted(exchange);
  }
}

asio::awaitable<void> HttpApi::dispatch_limited(Exchange& exchange) {
  const auto seat = co_await parts_.limiter->admit(is_mutating(exchange.info.verb));
  if (seat) {
    co_await dispatch_admitted(exchange);
  } else {
    co_await exchange.fail(seat.error());
  }
}

asio::awaitable<void> HttpApi::dispatch_admitted(Exchange& exchange) {
  if (!exchange.info.is_resource) {
    co_await serve_document(exchange);
  } else if (ReviewHandler::serves(exchange.info)) {
    co_await parts_.reviews.handle(exchange);
  } else {
    co_await parts_.resources.handle(exchange);
  }
}

asio::awaitable<void> HttpApi::serve_health(Exchange& exchange) {
  const std::string_view path = exchange.target.path;
  const auto name = path.substr(1, path.find('/', 1) - 1);
  const auto check = [](std::string_view what, bool good) {
    return good ? fmt::format("[+]{} ok\n", what) : fmt::format("[-]{} failed: reason withheld\n", what);
  };
  std::string body = check("ping", true);
  bool failing = false;
  if (name == "readyz") {
    const bool stores = parts_.storage.health().has_value();
    body += check("storage", stores) + check("shutdown", !shutting_down_);
    failing = shutting_down_ || !stores;
  }
  if (failing) {
    body += fmt::format("{} check failed\n", name);
  } else if (exchange.target.has_param("verbose")) {
    body += fmt::format("{} check passed\n", name);
  } else {
    body = "ok";
  }
  co_await exchange.respond(failing ? 500 : 200, std::move(body), kPlainText);
}

asio::awaitable<void> HttpApi::serve_document(Exchange& exchange) {
  const auto& path = exchange.target.path;
  if (!is_read(exchange.request)) {
    co_await exchange.fail(unknown_path());
    co_return;
  }
  if (path == kMetricsPath) {
    co_await exchange.respond(200, parts_.metrics.expose(), metrics::Registry::kContentType);
  } else if (path == kKeySetPath) {
    co_await exchange.respond(200, parts_.tokens.key_set(), "application/jwk-set+json");
  } else if (path == kIssuerPath) {
    co_await exchange.respond(200, parts_.tokens.discovery_document());
  } else if (auto found = discovery_.find(path, exchange.request.headers.get("Accept"))) {
    co_await exchange.respond(200, std::string(found->text), found->content_type);
  } else if (path == "/openapi/v2" && wants_protobuf_v2(exchange.request)) {
    co_await exchange.respond(200, std::string(kEmptyV2), kProtobufV2);
  } else if (auto schema = open_api_.find(path)) {
    co_await exchange.respond(200, std::move(*schema));
  } else {
    co_await exchange.fail(unknown_path());
  }
}

}  // namespace kyma::apiserver
