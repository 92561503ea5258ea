#include "operator/http/error.hpp"

#include <stdexcept>

namespace kyma::http {

std::string_view to_string(Errc code) noexcept {
  switch (code) {
    case Errc::connect_failed: return "cannot connect";
    case Errc::tls_failed: return "TLS failed";
    case Errc::timed_out: return "timed out";
    case Errc::connection_lost: return "connection lost";
    case Errc::not_sent: return "connection closed before the request was sent";
    case Errc::malformed: return "malformed message";
    case Errc::header_too_large: return "header too large";
    case Errc::body_too_large: return "body too large";
    case Errc::shut_down: return "shut down";
    case Errc::withheld: return "not sent, since this process may not write now";
    case Errc::invalid_argument: return "invalid argument";
  }
  return "unknown error";
}

std::string Error::describe() const {
  std::string text(to_string(code));
  if (!message.empty()) text.append(": ").append(message);
  return text;
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::runtime_error(error.describe());
}

}  // namespace kyma::http
