#include "operator/kube/meta/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "operator/base/utf8.hpp"
#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/resource_type.hpp"

namespace kyma::kube {
namespace {

struct ReasonName {
  Reason reason;
  std::string_view name;
};

constexpr std::array kReasons{
    ReasonName{Reason::unknown, ""},
    ReasonName{Reason::bad_request, "BadRequest"},
    ReasonName{Reason::unauthorized, "Unauthorized"},
    ReasonName{Reason::forbidden, "Forbidden"},
    ReasonName{Reason::not_found, "NotFound"},
    ReasonName{Reason::method_not_allowed, "MethodNotAllowed"},
    ReasonName{Reason::not_acceptable, "NotAcceptable"},
    ReasonName{Reason::already_exists, "AlreadyExists"},
    ReasonName{Reason::conflict, "Conflict"},
    ReasonName{Reason::gone, "Gone"},
    ReasonName{Reason::expired, "Expired"},
    ReasonName{Reason::request_entity_too_large, "RequestEntityTooLarge"},
    ReasonName{Reason::unsupported_media_type, "UnsupportedMediaType"},
    ReasonName{Reason::invalid, "Invalid"},
    ReasonName{Reason::too_many_requests, "TooManyRequests"},
    ReasonName{Reason::internal_error, "InternalError"},
    ReasonName{Reason::service_unavailable, "ServiceUnavailable"},
    ReasonName{Reason::timeout, "Timeout"},
    ReasonName{Reason::server_timeout, "ServerTimeout"},
    ReasonName{Reason::transport, "Transport"},
    ReasonName{Reason::decode, "Decode"},
    ReasonName{Reason::configuration, "Configuration"},
};

bool is_local(Reason reason) noexcept {
  return reason == Reason::transport || reason == Reason::decode || reason == Reason::configuration;
}

// Errors quote what they are about, which may be megabytes.
constexpr std::size_t kMaxMessageBytes = 16 * 1024;
constexpr std::size_t kMaxCauseBytes = 2 * 1024;

// What a status means when nothing more is said.
struct Generic {
  Reason reason;
  std::string_view message;
};

Generic generic(unsigned status) noexcept {
  switch (status) {
    case 400: return {Reason::bad_request, "the server rejected our request for an unknown reason"};
    case 401: return {Reason::unauthorized, "the server has asked for the client to provide credentials"};
    case 403: return {Reason::forbidden, "the server does not permit this request"};
    case 404: return {Reason::not_found, "the server could not find the requested resource"};
    case 405: return {Reason::method_not_allowed, "the server does not allow this method on the requested resource"};
    case 406: return {Reason::not_acceptable, "the server cannot answer in JSON"};
    case 409: return {Reason::conflict, "the server reported a conflict"};
    case 410: return {Reason::gone, "the requested resource or version is gone"};
    case 413: return {Reason::request_entity_too_large, "the request is larger than the server accepts"};
    case 415: return {Reason::unsupported_media_type, "the server does not accept this kind of request body"};
    case 422: return {Reason::invalid, "the server rejected our request due to an error in our request"};
    case 429:
      return {Reason::too_many_requests,
              "the server has received too many requests and has asked us to try again later"};
    case 503: return {Reason::service_unavailable, "the server is currently unable to handle the request"};
    case 504: return {Reason::timeout, "the server gave up waiting; it may still be processing the request"};
    default: break;
  }
  if (status >= 500)
    return {Reason::internal_error, "an error on the server has prevented the request from succeeding"};
  return {Reason::unknown, "the server did not say more"};
}

// The start of a text from outside, fit for one line.
std::string excerpt(std::string_view text) {
  constexpr std::size_t kLongest = 200;
  std::string line;
  for (const char c : text.substr(0, kLongest)) {
    const auto byte = static_cast<unsigned char>(c);
    line += byte >= 0x20 && byte < 0x7f ? c : ' ';
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  line.erase(0, std::min(line.find_first_not_of(' '), line.size()));
  return text.size() > kLongest ? line + "..." : line;
}

std::optional<std::chrono::milliseconds> seconds(std::int64_t count) {
  constexpr std::int64_t kLongest = 24 * 60 * 60;
  if (count < 0) return std::nullopt;
  return std::chrono::seconds(std::min(count, kLongest));
}

std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view header) {
  std::int64_t count = 0;
  const auto [stop, problem] = std::from_chars(header.data(), header.data() + header.size(), count);
  if (problem != std::errc() || stop != header.data() + header.size()) return std::nullopt;
  return seconds(count);
}

void read_details(const json::Value& details, Error& error) {
  error.group = json::string_at(details, {"group"});
  error.kind = json::string_at(details, {"kind"});
  error.name = json::string_at(details, {"name"});
  if (const auto wait = json::int_at(details, {"retryAfterSeconds"}); wait > 0) error.retry_after = seconds(wait);
  const json::Value* causes = json::find(details, "causes");
  if (!causes || !causes->IsArray()) return;
  for (const auto& cause : causes->GetArray()) {
    error.causes.push_back({std::string(json::string_at(cause, {"reason"})),
                            std::string(json::string_at(cause, {"message"})),
                            std::string(json::string_at(cause, {"field"}))});
  }
}

Error from_status_object(const json::Value& status, unsigned http_status) {
  Error error;
  const auto code = json::int_at(status, {"code"});
  error.http_status = http_status < 400 && code > 0 && code < 1000 ? static_cast<unsigned>(code) : http_status;
  const Generic fallback = generic(error.http_status);
  error.reason = reason_from_string(json::string_at(status, {"reason"}));
  if (error.reason == Reason::unknown || is_local(error.reason)) error.reason = fallback.reason;
  error.message = json::string_at(status, {"message"}, fallback.message);
  if (const json::Value* details = json::find(status, "details")) read_details(*details, error);
  error.continue_token = json::string_at(status, {"metadata", "continue"});
  return error;
}

Error from_other_body(unsigned http_status, std::string_view body) {
  const Generic meaning = generic(http_status);
  Error error;
  error.reason = meaning.reason;
  error.http_status = http_status;
  error.message = meaning.message;
  if (const std::string said = excerpt(body); !said.empty()) error.message += fmt::format(": {}", said);
  return error;
}

// As Go's %q does for what is not control characters.
std::string quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted += '"';
}

Error about(const ResourceType& type, std::string_view name, Reason reason, unsigned http_status, std::string message) {
  Error error;
  error.reason = reason;
  error.http_status = http_status;
  error.message = std::move(message);
  error.group = type.group;
  error.kind = type.plural;
  error.name = name;
  return error;
}

void write_details(json::Writer& out, const Error& error) {
  if (!error.name.empty()) out.key("name").string(cut_utf8(error.name, kMaxCauseBytes));
  if (!error.group.empty()) out.key("group").string(error.group);
  if (!error.kind.empty()) out.key("kind").string(error.kind);
  if (!error.causes.empty()) {
    out.key("causes").array([&] {
      for (const StatusCause& cause : error.causes) {
        out.object([&] {
          if (!cause.type.empty()) out.key("reason").string(cause.type);
          if (!cause.message.empty()) out.key("message").string(cut_utf8(cause.message, kMaxCauseBytes));
          if (!cause.field.empty()) out.key("field").string(cause.field);
        });
      }
    });
  }
  if (error.retry_after) {
    const auto rounded = std::chrono::ceil<std::chrono::seconds>(*error.retry_after).count();
    if (rounded > 0) out.key("retryAfterSeconds").integer(rounded);
  }
}

}  // namespace

std::string_view to_string(Reason reason) noexcept {
  for (const auto& entry : kReasons) {
    if (entry.reason == reason) return entry.name;
  }
  return "";
}

Reason reason_from_string(std::string_view text) noexcept {
  for (const auto& entry : kReasons) {
    if (entry.name == text) return entry.reason;
  }
  return Reason::unknown;
}

std::string Error::describe() const {
  const std::string_view word = reason == Reason::unknown ? "Unknown" : to_string(reason);
  return http_status == 0 ? fmt::format("{}: {}", word, message)
                          : fmt::format("{} ({}): {}", word, http_status, message);
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::runtime_error(error.describe());
}

Error error_from_response(unsigned http_status, std::string_view body, std::string_view retry_after_header) {
  const auto document = json::parse(body);
  Error error = document && json::string_at(*document, {"kind"}) == "Status"
                    ? from_status_object(*document, http_status)
                    : from_other_body(http_status, body);
  if (const auto wait = parse_retry_after(retry_after_header)) error.retry_after = wait;
  return error;
}

std::string to_status_json(const Error& error) {
  json::Writer out;
  out.object([&] {
    out.key("kind").string("Status").key("apiVersion").string("v1");
    out.key("metadata").object([&] {
      if (!error.continue_token.empty()) out.key("continue").string(error.continue_token);
    });
    out.key("status").string("Failure");
    if (!error.message.empty()) out.key("message").string(cut_utf8(error.message, kMaxMessageBytes));
    // What is a local matter here is an internal one to a client.
    const Reason reason = is_local(error.reason) ? Reason::internal_error : error.reason;
    if (reason != Reason::unknown) out.key("reason").string(to_string(reason));
    json::Writer details;
    details.object([&] { write_details(details, error); });
    if (details.view() != "{}") out.key("details").raw(details.view());
    out.key("code").integer(error.http_status == 0 ? 500 : error.http_status);
  });
  return make_utf8(out.str());
}

Error not_found(const ResourceType& type, std::string_view name) {
  return about(type, name, Reason::not_found, 404, fmt::format("{} {} not found", type.group_resource(), quote(name)));
}

Error already_exists(const ResourceType& type, std::string_view name) {
  return about(type, name, Reason::already_exists, 409,
               fmt::format("{} {} already exists", type.group_resource(), quote(name)));
}

Error conflict(const ResourceType& type, std::string_view name, std::string_view why) {
  return about(type, name, Reason::conflict, 409,
               fmt::format("Operation cannot be fulfilled on {} {}: {}", type.group_resource(), quote(name), why));
}

Error invalid(const ResourceType& type, std::string_view name, std::vector<StatusCause> causes) {
  if (causes.size() > kMaxCauses) causes.resize(kMaxCauses);
  std::vector<std::string> findings;
  for (const StatusCause& cause : causes) {
    auto text = cause.field.empty() ? cause.message : fmt::format("{}: {}", cause.field, cause.message);
    if (std::find(findings.begin(), findings.end(), text) == findings.end()) findings.push_back(std::move(text));
  }
  const std::string kind = type.group.empty() ? type.kind : fmt::format("{}.{}", type.kind, type.group);
  std::string message = fmt::format("{} {} is invalid", kind, quote(name));
  if (findings.size() == 1) message += fmt::format(": {}", findings.front());
  if (findings.size() > 1) message += fmt::format(": [{}]", fmt::join(findings, ", "));

  Error error = about(type, name, Reason::invalid, 422, std::move(message));
  error.kind = type.kind;
  error.causes = std::move(causes);
  return error;
}

Error bad_request(std::string message) { return Error{Reason::bad_request, 400, std::move(message)}; }

Error expired(std::string message) { return Error{Reason::expired, 410, std::move(message)}; }

Error internal_error(std::string message) {
  Error error{Reason::internal_error, 500, fmt::format("Internal error occurred: {}", message)};
  error.causes.push_back({"", std::move(message), ""});
  return error;
}

}  // namespace kyma::kube
