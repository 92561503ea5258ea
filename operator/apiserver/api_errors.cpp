#include "operator/apiserver/api_errors.hpp"

#include <fmt/format.h>

#include <utility>

namespace kyma::apiserver {
namespace {

kube::Error make(kube::Reason reason, unsigned status, std::string message) {
  kube::Error error;
  error.reason = reason;
  error.http_status = status;
  error.message = std::move(message);
  return error;
}

}  // namespace

kube::Error unauthorized() { return make(kube::Reason::unauthorized, 401, "Unauthorized"); }

kube::Error forbidden(const kube::ResourceType& type, std::string_view name, std::string_view why) {
  auto error = make(kube::Reason::forbidden, 403,
                    name.empty() ? fmt::format("{} is forbidden: {}", type.group_resource(), why)
                                 : fmt::format("{} \"{}\" is forbidden: {}", type.group_resource(), name, why));
  error.group = type.group;
  error.kind = type.plural;
  error.name = name;
  return error;
}

kube::Error method_not_allowed(const kube::ResourceType& type, std::string_view verb) {
  auto error = make(kube::Reason::method_not_allowed, 405,
                    fmt::format("{} is not supported on resources of kind \"{}\"", verb, type.group_resource()));
  error.group = type.group;
  error.kind = type.plural;
  return error;
}

kube::Error no_such_method() {
  return make(kube::Reason::method_not_allowed, 405, "the server does not allow this method on the requested resource");
}

kube::Error unknown_path() {
  auto error = make(kube::Reason::not_found, 404, "the server could not find the requested resource");
  // Clients tell by it that the path is not there, rather than an object.
  error.causes.push_back({"UnexpectedServerResponse", "404 page not found", ""});
  return error;
}

kube::Error not_acceptable(std::string_view supported) {
  return make(kube::Reason::not_acceptable, 406,
              fmt::format("only the following media types are accepted: {}", supported));
}

kube::Error unsupported_media_type(std::string message) {
  return make(kube::Reason::unsupported_media_type, 415, std::move(message));
}

kube::Error invalid_options(std::string_view kind, std::vector<kube::StatusCause> causes) {
  kube::ResourceType type;
  type.group = "meta.k8s.io";
  type.kind = kind;
  return kube::invalid(type, "", std::move(causes));
}

kube::Error object_too_large() {
  return make(kube::Reason::request_entity_too_large, 413,
              fmt::format("Request entity too large: limit is {} bytes for an object", kMaxObjectBytes));
}

kube::Error no_generated_name(const kube::ResourceType& type, std::string_view last) {
  auto error = kube::already_exists(type, last);
  error.message += ", the server was not able to generate a unique name for the object";
  error.retry_after = std::chrono::seconds{1};
  return error;
}

kube::Error too_many_requests() {
  auto error = make(kube::Reason::too_many_requests, 429, "Too many requests, please try again later.");
  error.retry_after = std::chrono::seconds{1};
  return error;
}

kube::Error unreadable_request(unsigned status, std::size_t max_body_bytes) {
  if (status == 413) {
    return make(kube::Reason::request_entity_too_large, status,
                fmt::format("Request entity too large: limit is {}", max_body_bytes));
  }
  if (status == 429) return too_many_requests();
  if (status == 431) return make(kube::Reason::unknown, status, "the header of the request is too large");
  return make(kube::Reason::bad_request, status, "the request is no valid HTTP/1.1");
}

kube::Error too_large_revision(Revision wanted, Revision current) {
  auto error =
      make(kube::Reason::timeout, 504, fmt::format("Too large resource version: {}, current: {}", wanted, current));
  error.retry_after = std::chrono::seconds{1};
  error.causes.push_back({"ResourceVersionTooLarge", "Too large resource version", ""});
  return error;
}

kube::Error invalid_revision(std::string_view text) {
  return invalid_options(
      "ListOptions", {{"FieldValueInvalid", fmt::format("Invalid value: \"{}\": a resourceVersion is a number", text),
                       "resourceVersion"}});
}

}  // namespace kyma::apiserver
