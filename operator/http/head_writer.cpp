#include "operator/http/head_writer.hpp"

#include <fmt/format.h>

#include <charconv>

namespace kyma::http {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

bool is_token(std::string_view text) noexcept {
  if (text.empty()) return false;
  for (const char c : text) {
    const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!alphanumeric && std::string_view("!#$%&'*+-.^_`|~").find(c) == std::string_view::npos) return false;
  }
  return true;
}

bool is_field_value(std::string_view text) noexcept {
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F) return false;
  }
  return true;
}

bool is_target(std::string_view text) noexcept {
  if (text.empty()) return false;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F) return false;
  }
  return true;
}

template <class Number>
void append_number(std::string& out, Number number, int base = 10) {
  char digits[24];
  const auto result = std::to_chars(std::begin(digits), std::end(digits), number, base);
  out.append(digits, result.ptr);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append(kLineEnd);
}

void append_length(std::string& out, std::size_t length) {
  out += "Content-Length: ";
  append_number(out, length);
  out += kLineEnd;
}

bool is_framing(std::string_view name) noexcept {
  return iequals(name, "Content-Length") || iequals(name, "Transfer-Encoding") || iequals(name, "Connection");
}

// The value is not quoted in the error: it may be a credential.
Outcome<void> append_fields(std::string& out, const Headers& headers) {
  for (const auto& [name, value] : headers) {
    if (!is_token(name)) return Error{Errc::invalid_argument, fmt::format("\"{}\" is no header name", name)};
    if (!is_field_value(value)) {
      return Error{Errc::invalid_argument, fmt::format("the value of header {} has a control character", name)};
    }
    if (!is_framing(name)) append_field(out, name, value);
  }
  return {};
}

}  // namespace

Outcome<void> append_request_head(std::string& out, const Request& request, std::string_view host) {
  if (!is_token(request.method)) {
    return Error{Errc::invalid_argument, fmt::format("\"{}\" is no request method", request.method)};
  }
  if (!is_target(request.target)) {
    return Error{Errc::invalid_argument, "the request target is empty or has a space or control character; encode it"};
  }
  out.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n");
  if (!request.headers.contains("Host")) {
    if (!is_field_value(host)) return Error{Errc::invalid_argument, "the host has a control character"};
    append_field(out, "Host", host);
  }
  if (auto fields = append_fields(out, request.headers); !fields) return fields;
  const bool bodyless =
      request.method == "GET" || request.method == "HEAD" || request.method == "DELETE" || request.method == "CONNECT";
  if (!request.body.empty() || !bodyless) append_length(out, request.body.size());
  out += kLineEnd;
  return {};
}

Outcome<void> append_response_head(std::string& out, unsigned status, const Headers& headers,
                                   const ResponseFraming& framing) {
  if (status < 200 || status > 999) {
    return Error{Errc::invalid_argument, fmt::format("{} is no final response status", status)};
  }
  out += "HTTP/1.1 ";
  append_number(out, status);
  out.append(" ").append(status_text(status)).append(kLineEnd);
  if (auto fields = append_fields(out, headers); !fields) return fields;
  if (framing.chunked) append_field(out, "Transfer-Encoding", "chunked");
  if (framing.content_length) append_length(out, *framing.content_length);
  if (framing.close) {
    append_field(out, "Connection", "close");
  } else if (framing.announce_keep_alive) {
    append_field(out, "Connection", "keep-alive");
  }
  out += kLineEnd;
  return {};
}

void append_chunk_size(std::string& out, std::size_t size) {
  append_number(out, size, 16);
  out += kLineEnd;
}

}  // namespace kyma::http
