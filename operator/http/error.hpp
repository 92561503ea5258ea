// Why an exchange failed below HTTP. A response of any status is not an error here.
#pragma once

#include <boost/system/result.hpp>

#include <string>
#include <string_view>

namespace kyma::http {

enum class Errc {
  connect_failed,   // no connection: refused, unreachable, name not found
  tls_failed,       // handshake refused or the certificate is not trusted
  timed_out,        // the deadline passed; the request may or may not have had its effect
  connection_lost,  // closed or reset in the middle; the request may or may not have had its effect
  not_sent,         // closed before the request was written (a stale pooled connection): safe to send again
  malformed,        // the peer does not speak HTTP/1.1
  header_too_large,
  body_too_large,
  shut_down,         // this side is closing
  withheld,          // the request's permit did not hold when it was its turn: nothing was sent
  invalid_argument,  // a bad address, certificate or key given by the caller
};

std::string_view to_string(Errc code) noexcept;

struct Error {
  Errc code = Errc::connection_lost;
  std::string message;  // names the peer; never holds a credential

  std::string describe() const;  // "timed out: GET https://... after 30 s"
};

template <class T>
using Outcome = boost::system::result<T, Error>;

// Found by boost::system::result::value(): throws std::runtime_error(describe()).
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& location);

}  // namespace kyma::http
