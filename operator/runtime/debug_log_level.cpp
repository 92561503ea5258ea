#include "operator/runtime/debug_log_level.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <string>
#include <string_view>

#include "operator/base/log.hpp"
#include "operator/kube/meta/json.hpp"
#include "operator/runtime/metrics_server.hpp"

namespace kyma::runtime {
namespace {

const Logger kLog("log");

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

// The level's name in either form; empty when there is none.
std::string name_in(std::string_view body) {
  body = trimmed(body);
  if (!body.starts_with('{')) return std::string(body);
  const auto document = json::parse(body);
  return document ? std::string(json::string_at(*document, {"level"})) : std::string();
}

http::Response shown() { return plain(200, fmt::format("{}\n", logging::name_of(logging::level()))); }

http::Response change(const http::Request& request, const std::string& peer) {
  LogLevel level{};
  if (!logging::parse_level(name_in(request.body), level)) {
    return plain(400, "400 the body must be a level: debug, info, warning, error or off, or {\"level\": \"debug\"}\n");
  }
  const LogLevel before = logging::level();
  logging::set_level(std::min({before, level, LogLevel::info}));  // so that the change itself is always seen
  kLog.info("Log level changed", {{"from", logging::name_of(before)}, {"to", logging::name_of(level)}, {"peer", peer}});
  logging::set_level(level);
  return shown();
}

http::Response answer(const http::Request& request, const std::string& peer) {
  if (request.target.substr(0, request.target.find('?')) != "/debug/loglevel") {
    return plain(404, "404 page not found\n");
  }
  if (request.method == "GET" || request.method == "HEAD") return shown();
  if (request.method == "PUT") return change(request, peer);
  http::Response refused = plain(405, "405 method not allowed\n");
  refused.headers.set("Allow", "GET, HEAD, PUT");
  return refused;
}

}  // namespace

http::Handler log_level_handler() {
  return [](http::Request& request, http::ResponseWriter& writer) -> asio::awaitable<void> {
    co_await writer.send(answer(request, writer.peer()));
  };
}

}  // namespace kyma::runtime
