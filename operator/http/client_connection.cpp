#include "operator/http/client_connection.hpp"

#include <algorithm>
#include <utility>

#include "operator/http/head_writer.hpp"

namespace kyma::http {
namespace {

// Up to this a request is copied into one buffer: cheaper than a gathered write, and one TLS record.
constexpr std::size_t kCopiedUpTo = 16 * 1024;
constexpr std::size_t kReadBuffer = 64 * 1024;
// Interim responses before the final one; more is nonsense.
constexpr int kMaxInterim = 8;

}  // namespace

ClientConnection::ClientConnection(Clock& clock, std::unique_ptr<Stream> stream, const ClientOptions& options)
    : stream_(std::move(stream)),
      options_(options),
      deadline_(clock, [this] { abort(Errc::timed_out); }),
      parser_(make_response_parser()),
      buffer_(std::max(options.max_header_bytes, kReadBuffer)) {}

void ClientConnection::abort(Errc reason) noexcept {
  if (aborted_) return;
  aborted_ = true;
  reason_ = reason;
  stream_->close();
}

Error ClientConnection::translate(Error error) const {
  if (aborted_) return {reason_, {}};
  return error;
}

asio::awaitable<Outcome<void>> ClientConnection::exchange(const Request& request, ResponseHead& head, std::string* body,
                                                          std::size_t max_body_bytes) {
  if (request.permit && !(*request.permit)()) co_return Error{Errc::withheld, {}};
  out_.clear();
  if (auto text = append_request_head(out_, request, options_.host); !text) co_return text;
  clean_ = false;
  received_ = false;
  ++exchanges_;
  const auto written = co_await write_request(request);
  if (!written && (aborted_ || written.error().code == Errc::not_sent)) co_return translate(written.error());
  // A server that refuses a large request may answer and close before it has read all: the answer tells more.
  const bool no_body = request.method == "HEAD";
  if (auto got = co_await read_head(head, body, no_body, max_body_bytes); !got) {
    const bool telling = written.has_value() || got.error().code == Errc::tls_failed;
    co_return translate(telling ? got.error() : written.error());
  }
  if (!body) co_return Outcome<void>{};
  while (!parser_->done()) {
    const auto taken = parse();
    if (!taken) co_return translate(taken.error());
    if (*taken || parser_->done()) continue;
    if (auto filled = co_await fill(); !filled) co_return translate(filled.error());
  }
  if (written) finish();
  co_return Outcome<void>{};
}

asio::awaitable<Outcome<void>> ClientConnection::write_request(const Request& request) {
  if (request.body.size() <= kCopiedUpTo) {
    out_ += request.body;
    parts_ = {asio::buffer(out_)};
    return stream_->write({parts_.data(), 1});
  }
  parts_ = {asio::buffer(out_), asio::buffer(request.body)};
  return stream_->write(parts_);
}

asio::awaitable<Outcome<void>> ClientConnection::read_head(ResponseHead& head, std::string* body, bool no_body,
                                                           std::size_t max_body_bytes) {
  for (int interim = 0; interim <= kMaxInterim; ++interim) {
    head = ResponseHead{};
    ParseLimits limits{options_.max_header_bytes};
    if (body) limits.max_body_bytes = max_body_bytes;
    parser_->start(head, body, no_body, limits);
    while (!parser_->head_done()) {
      const auto taken = parse();
      if (!taken) co_return taken.error();
      if (*taken) continue;
      if (auto filled = co_await fill(); !filled) co_return filled;
    }
    if (head.status >= 200) co_return Outcome<void>{};
    if (head.status == 101) break;  // nobody asked for another protocol
  }
  co_return Error{Errc::malformed, "an interim response instead of an answer"};
}

Outcome<bool> ClientConnection::parse() {
  if (buffer_.empty()) return false;
  const std::size_t taken = parser_->put(buffer_.data());
  buffer_.consume(taken);
  switch (parser_->failure()) {
    case ParseFailure::none: break;
    case ParseFailure::malformed: return Error{Errc::malformed, parser_->failure_text()};
    case ParseFailure::header_too_large: return Error{Errc::header_too_large, "beyond the limit for response headers"};
    case ParseFailure::body_too_large: return Error{Errc::body_too_large, "beyond the limit for this response"};
  }
  if (taken == 0 && buffer_.full()) return Error{Errc::malformed, "a chunk header without end"};
  return taken > 0;
}

asio::awaitable<Outcome<void>> ClientConnection::fill() {
  const auto count = co_await stream_->read_some(buffer_.prepare());
  if (!count) co_return count.error();
  if (*count > 0) {
    received_ = true;
    buffer_.commit(*count);
    co_return Outcome<void>{};
  }
  if (parser_->head_done()) parser_->put_end();
  if (parser_->done()) co_return Outcome<void>{};
  const char* when = received_ ? ": closed in the middle of the response" : ": closed without a response";
  co_return Error{Errc::connection_lost, stream_->peer() + when};
}

asio::awaitable<Outcome<std::string_view>> ClientConnection::read_piece(Duration limit) {
  bool waited = false;
  for (;;) {
    if (parser_->done()) {
      finish();
      co_return std::string_view();
    }
    const auto taken = parse();
    if (!taken) co_return translate(taken.error());
    if (const auto piece = parser_->piece(); *taken && !piece.empty()) {
      deadline_.clear();
      co_return piece;
    }
    if (*taken || parser_->done()) continue;
    // Once: what frames a body may come byte by byte and brings the piece no nearer.
    if (!std::exchange(waited, true)) deadline_.set_after(limit);
    if (const auto filled = co_await fill(); !filled) co_return translate(filled.error());
  }
}

void ClientConnection::finish() noexcept {
  deadline_.clear();
  clean_ = parser_->keep_alive() && buffer_.empty();  // what follows an answer unasked belongs to nobody
  buffer_.release();
}

}  // namespace kyma::http
