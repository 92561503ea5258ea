#include "operator/apiserver/exchange.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace kyma::apiserver {
namespace {

// The text of a Warning header: quoted, and nothing in it that could end the header.
std::string warning_header(std::string_view text) {
  std::string header = "299 - \"";
  for (const char c : text) {
    if (c == '"' || c == '\\') header += '\\';
    header += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  }
  return header + '"';
}

}  // namespace

asio::awaitable<void> Exchange::respond(unsigned code, std::string body, std::string_view type) {
  status = code;
  http::Response response;
  response.status = code;
  response.headers.add("Content-Type", type);
  for (const auto& warning : warnings) response.headers.add("Warning", warning_header(warning));
  response.body = std::move(body);
  // A failure means that the peer is gone; the server notices by itself.
  co_await writer.send(std::move(response));
}

asio::awaitable<void> Exchange::fail(const kube::Error& error) {
  status = error.http_status;
  http::Response response;
  response.status = error.http_status;
  response.headers.add("Content-Type", "application/json");
  if (error.retry_after) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(*error.retry_after).count();
    response.headers.add("Retry-After", fmt::format("{}", seconds));
  }
  response.body = kube::to_status_json(error);
  co_await writer.send(std::move(response));
}

asio::awaitable<bool> Exchange::start_stream(std::string_view type) {
  status = 200;
  http::ResponseHead head;
  head.status = 200;
  head.headers.add("Content-Type", type);
  for (const auto& warning : warnings) head.headers.add("Warning", warning_header(warning));
  const auto started = co_await writer.start(std::move(head));
  co_return started.has_value();
}

}  // namespace kyma::apiserver
