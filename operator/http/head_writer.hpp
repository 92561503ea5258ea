// Message heads as bytes. Internal to operator/http.
//
// Nothing that a caller gives can break out of its place: names are tokens, values hold no control characters.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "operator/http/error.hpp"
#include "operator/http/message.hpp"

namespace kyma::http {

// Appends the head of a request: Host and Content-Length are added; a Content-Length, Transfer-Encoding or Connection
// of the caller's is left out, since the framing is ours. Error: invalid_argument, naming the field.
Outcome<void> append_request_head(std::string& out, const Request& request, std::string_view host);

struct ResponseFraming {
  std::optional<std::size_t> content_length;  // none: chunked, or until the connection closes
  bool chunked = false;
  bool close = false;                // "Connection: close"
  bool announce_keep_alive = false;  // HTTP/1.0 clients want to be told
};
Outcome<void> append_response_head(std::string& out, unsigned status, const Headers& headers,
                                   const ResponseFraming& framing);

// "1f\r\n"
void append_chunk_size(std::string& out, std::size_t size);

}  // namespace kyma::http
