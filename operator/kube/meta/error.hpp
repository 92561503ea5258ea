// What can come of an API call that did not succeed: the API's own Status, or the lack of an answer, as one value.
//
// Source of reasons, codes and wording: Kubernetes' metav1.Status.
#pragma once

#include <boost/system/result.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kyma::kube {

enum class Reason {
  unknown,
  bad_request,               // 400
  unauthorized,              // 401
  forbidden,                 // 403
  not_found,                 // 404
  method_not_allowed,        // 405
  not_acceptable,            // 406
  already_exists,            // 409: create met an object of that name
  conflict,                  // 409: a precondition (resourceVersion, uid) does not hold
  gone,                      // 410: the resource itself is gone
  expired,                   // 410: a resourceVersion or continue token is too old; list again
  request_entity_too_large,  // 413
  unsupported_media_type,    // 415
  invalid,                   // 422: validation failed, see causes
  too_many_requests,         // 429: see retry_after
  internal_error,            // 500
  service_unavailable,       // 503
  timeout,                   // 504: the server gave up waiting
  server_timeout,            // 500/504 with retry_after: the server could not finish in time
  // Local reasons, which no server sends:
  transport,      // no answer: connection refused, lost, TLS, deadline; see message
  decode,         // an answer that is not what the API promises
  configuration,  // kubeconfig or flags
};

// "NotFound", as metav1.StatusReason spells it; "" for unknown; local reasons have names of the same form.
std::string_view to_string(Reason reason) noexcept;
Reason reason_from_string(std::string_view text) noexcept;

struct StatusCause {
  std::string type;  // "FieldValueInvalid"
  std::string message;
  std::string field;  // "spec.components[0].name"
};

struct Error {
  Reason reason = Reason::unknown;
  unsigned http_status = 0;  // 0 when there was no answer
  std::string message;
  std::optional<std::chrono::milliseconds> retry_after = {};
  // Status.details, where known.
  std::string group = {};
  std::string kind = {};  // the resource's plural, as Kubernetes fills it, or the kind for `invalid`
  std::string name = {};
  std::vector<StatusCause> causes = {};
  // Status.metadata.continue: where a paged list may go on whose version has expired.
  std::string continue_token = {};

  bool is_not_found() const noexcept { return reason == Reason::not_found; }
  bool is_already_exists() const noexcept { return reason == Reason::already_exists; }
  bool is_conflict() const noexcept { return reason == Reason::conflict; }
  bool is_gone() const noexcept { return reason == Reason::gone || reason == Reason::expired; }
  bool is_invalid() const noexcept { return reason == Reason::invalid; }
  bool is_too_many_requests() const noexcept { return reason == Reason::too_many_requests; }
  bool is_unauthorized() const noexcept { return reason == Reason::unauthorized; }
  bool is_forbidden() const noexcept { return reason == Reason::forbidden; }
  bool is_transport() const noexcept { return reason == Reason::transport; }

  std::string describe() const;  // "NotFound (404): kymas... \"x\" not found"
};

template <class T>
using Outcome = boost::system::result<T, Error>;

// Found by result::value(): throws std::runtime_error(describe()).
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& location);

// Reads a Status body. A body that is no Status gives an error made from the HTTP status alone.
// `retry_after_header` is the header's value, in seconds; empty when absent.
Error error_from_response(unsigned http_status, std::string_view body, std::string_view retry_after_header);

// The Status object for a failure, as the API server sends it: {"kind":"Status","apiVersion":"v1",...}. Texts from
// outside that it quotes are cut, and made UTF-8.
std::string to_status_json(const Error& error);

// The usual failures with Kubernetes' wording. `resource` is "kymas.inventory.kyma-project.io" (plural.group).
struct ResourceType;
Error not_found(const ResourceType& type, std::string_view name);
Error already_exists(const ResourceType& type, std::string_view name);
Error conflict(const ResourceType& type, std::string_view name, std::string_view why);
// Of a hostile object everything may be wrong, and a message repeats what its causes say: more are left out.
inline constexpr std::size_t kMaxCauses = 500;
// "Kyma.inventory.kyma-project.io \"x\" is invalid: field: message"
Error invalid(const ResourceType& type, std::string_view name, std::vector<StatusCause> causes);
Error bad_request(std::string message);
Error expired(std::string message);
Error internal_error(std::string message);

}  // namespace kyma::kube
