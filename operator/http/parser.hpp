// Incremental parsing of HTTP/1.1 messages into our own values, without I/O. Internal to operator/http: the library
// that does the work appears in parser.cpp alone.
//
// Guarantees: the same message gives the same result however its bytes are split; the head is bounded as a whole, the
// body by its limit; a request's body is not chopped into more framing than content; a message whose end is ambiguous
// (two lengths, an unknown transfer coding) is refused. Lifetime: the target given to start() must live until the
// message is done. Thread: any, one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "operator/http/message.hpp"

namespace kyma::http {

enum class ParseFailure { none, malformed, header_too_large, body_too_large };

struct ParseLimits {
  std::size_t max_header_bytes = 64 * 1024;
  std::uint64_t max_body_bytes = std::numeric_limits<std::uint64_t>::max();
};

class MessageParser {
 public:
  virtual ~MessageParser() = default;

  // Takes bytes from the front of `data` and returns how many. Stops after the head, at the end of the message, and
  // when it needs more. May move body bytes within what it has taken.
  virtual std::size_t put(std::span<char> data) = 0;
  // The stream has ended: completes a body that lasts until then, otherwise fails.
  virtual void put_end() = 0;

  virtual bool head_done() const noexcept = 0;
  virtual bool done() const noexcept = 0;
  // Known once the head is done.
  virtual bool keep_alive() const noexcept = 0;
  // True once any byte of the message was taken.
  virtual bool started() const noexcept = 0;

  virtual ParseFailure failure() const noexcept = 0;
  virtual std::string failure_text() const = 0;
};

class RequestParser : public MessageParser {
 public:
  // Begins a new message; `into` must be fresh.
  virtual void start(Request& into, const ParseLimits& limits) = 0;
  virtual bool expects_continue() const noexcept = 0;
  virtual bool is_http_1_0() const noexcept = 0;
};

class ResponseParser : public MessageParser {
 public:
  // Begins a new message whose body is appended to `body`; without one, put() leaves body bytes where they came and
  // piece() tells where. `no_body`: this answers a HEAD request.
  virtual void start(ResponseHead& head, std::string* body, bool no_body, const ParseLimits& limits) = 0;
  // Body bytes of the last put(), in the memory that was given to it.
  virtual std::string_view piece() const noexcept = 0;
};

std::unique_ptr<RequestParser> make_request_parser();
std::unique_ptr<ResponseParser> make_response_parser();

}  // namespace kyma::http
