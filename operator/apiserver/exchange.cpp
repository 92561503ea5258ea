#include "operator/apiserver/exchange.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "operator/apiserver/audited_request.hpp"

namespace kyma::apiserver {
namespace {

// As Kubernetes cuts them: a client takes only so much for the head of an answer.
constexpr std::size_t kMaxWarningBytes = 256;
constexpr std::size_t kMaxWarningsBytes = 4 * 1024;

// The text of a Warning header: quoted, and nothing in it that could end the header.
std::string warning_header(std::string_view text) {
  std::string header = "299 - \"";
  for (const char c : text) {
    if (c == '"' || c == '\\') header += '\\';
    header += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  }
  return header + '"';
}

// Does not cut within a character of UTF-8.
std::string_view shortened(std::string_view text) {
  if (text.size() <= kMaxWarningBytes) return text;
  std::size_t end = kMaxWarningBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

void add_warnings(const std::vector<std::string>& warnings, http::Headers& headers) {
  std::size_t bytes = 0;
  for (const auto& warning : warnings) {
    auto header = warning_header(shortened(warning));
    bytes += header.size();
    if (bytes > kMaxWarningsBytes) return;
    headers.add("Warning", header);
  }
}

void add_audit_id(const AuditedRequest* audit, http::Headers& headers) {
  if (audit) headers.add("Audit-ID", audit->id());
}

}  // namespace

asio::awaitable<void> Exchange::respond(unsigned code, std::string body, std::string_view type) {
  status = code;
  http::Response response;
  response.status = code;
  response.headers.add("Content-Type", type);
  add_audit_id(audit, response.headers);
  add_warnings(warnings, response.headers);
  response.body = std::move(body);
  // A failure means that the peer is gone; the server notices by itself.
  co_await writer.send(std::move(response));
}

asio::awaitable<void> Exchange::fail(const kube::Error& error) {
  status = error.http_status;
  if (audit) audit->failed(error);
  auto response = error_response(error);
  add_audit_id(audit, response.headers);
  co_await writer.send(std::move(response));
}

asio::awaitable<bool> Exchange::start_stream(std::string_view type) {
  status = 200;
  http::ResponseHead head;
  head.status = 200;
  head.headers.add("Content-Type", type);
  add_audit_id(audit, head.headers);
  add_warnings(warnings, head.headers);
  if (audit) audit->response_started();
  const auto started = co_await writer.start(std::move(head));
  co_return started.has_value();
}

http::Response error_response(const kube::Error& error) {
  http::Response response;
  response.status = error.http_status;
  response.headers.add("Content-Type", "application/json");
  if (error.retry_after) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(*error.retry_after).count();
    response.headers.add("Retry-After", fmt::format("{}", seconds));
  }
  response.body = kube::to_status_json(error);
  return response;
}

}  // namespace kyma::apiserver
