#include "operator/http/server_connection.hpp"

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include "operator/base/exception.hpp"
#include "operator/http/head_writer.hpp"

namespace kyma::http {
namespace {

// Up to this a message is copied into one buffer: cheaper than a gathered write, and one TLS record.
constexpr std::size_t kCopiedUpTo = 16 * 1024;
// Beyond this nothing is read ahead while a response streams.
constexpr std::size_t kReadAhead = 64 * 1024;
// Closing while the peer still sends resets the connection and may cost it our answer: so listen for this long.
constexpr Duration kLingerTime = std::chrono::seconds{1};
constexpr std::size_t kLingerBytes = 1 << 20;
// A request up to this size is received however much memory others take.
constexpr std::size_t kSmallRequest = 16 * 1024;
// Requests that came in one read are answered so many at a time.
constexpr unsigned kAnswersPerTurn = 16;

std::string_view path_of(const Request& request) noexcept {
  return std::string_view(request.target).substr(0, request.target.find('?'));
}

// Proxies write "GET http://host/path": the origin form is what handlers know.
void to_origin_form(std::string& target) {
  const std::size_t scheme_end = target.find("://");
  if (target.starts_with('/') || scheme_end == std::string::npos || scheme_end > 5) return;
  const std::size_t path = target.find_first_of("/?", scheme_end + 3);
  target.erase(0, std::min(path, target.size()));
  if (!target.starts_with('/')) target.insert(0, 1, '/');
}

bool has_no_body(unsigned status) noexcept { return status == 204 || status == 304; }

}  // namespace

ServerConnection::ServerConnection(ServerShared& server, std::unique_ptr<Stream> stream)
    : server_(server),
      stream_(std::move(stream)),
      deadline_(server.clock,
                [this] {
                  timed_out_ = true;
                  stream_->close();
                }),
      parser_(make_request_parser()),
      buffer_(std::max(server.options.max_header_bytes, kReadAhead)) {
  ++server_.connections;
  server_.waiting.push_back(*this);
}

ServerConnection::~ServerConnection() {
  --server_.connections;
  server_.requests_bytes -= received_;
}

asio::awaitable<void> ServerConnection::run() {
  try {
    co_await serve_requests();
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::operation_aborted) throw;
  }
  deadline_.clear();
  idle_ = false;
  stream_->close();
}

void ServerConnection::evict() noexcept {
  unlink();
  server_.answering.push_back(*this);  // not to be chosen again while it goes
  stream_->close();
}

void ServerConnection::cancel() {
  cancelled_ = true;
  signal_.emit(asio::cancellation_type::terminal);
  stream_->close();
}

asio::awaitable<void> ServerConnection::serve_requests() {
  deadline_.set_after(server_.options.header_timeout);
  while (co_await read_request()) {
    co_await handle();
    if (broken_ || cancelled_) co_return;
    if (!keep_alive_) {
      forget_request();
      must_linger_ = true;
      break;
    }
    first_request_ = false;
    deadline_.set_after(buffer_.empty() ? server_.options.idle_timeout : server_.options.header_timeout);
    if (!buffer_.empty() && ++answered_in_turn_ % kAnswersPerTurn == 0) {
      co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    }
  }
  if (must_linger_ && stream_->is_open()) co_await linger();
}

// --- Reading ---------------------------------------------------------------------------------------------------------

void ServerConnection::forget_request() noexcept {
  request_ = Request{};
  server_.requests_bytes -= std::exchange(received_, 0);
}

void ServerConnection::begin_request() {
  forget_request();
  head_seen_ = head_checked_ = body_left_ = false;
  parser_->start(request_, {server_.options.max_header_bytes, server_.options.max_body_bytes});
}

asio::awaitable<bool> ServerConnection::read_request() {
  begin_request();
  bool timed = first_request_;
  for (;;) {
    if (const unsigned fault = fault_of(take_buffered()); fault != 0) {
      co_await refuse(fault);
      co_return false;
    }
    if (parser_->done() || leaves_body()) co_return true;
    if (continue_wanted_) {
      continue_wanted_ = false;
      out_ = "HTTP/1.1 100 Continue\r\n\r\n";
      if (!co_await flush_out()) co_return false;
      deadline_.set_after(server_.options.body_timeout);
    }
    idle_ = !parser_->started();
    if (idle_ && server_.stopping) co_return false;
    const bool more = co_await read_more();
    idle_ = false;
    if (!more) co_return false;
    // From its first byte on a request is timed as one, be it a blank line.
    if (!parser_->started() && !std::exchange(timed, true)) deadline_.set_after(server_.options.header_timeout);
  }
}

// Parses what is there.
ParseFailure ServerConnection::take_buffered() {
  while (!parser_->done()) {
    if (!parser_->started()) skip_blank_lines();
    if (buffer_.empty()) break;
    const std::size_t taken = parser_->put(buffer_.data());
    buffer_.consume(taken);
    if (parser_->failure() != ParseFailure::none) return parser_->failure();
    if (parser_->head_done() && !head_seen_) on_head();
    if (taken > 0) continue;
    if (!buffer_.full()) break;
    // A start line, or a chunk's extensions, without end.
    return head_seen_ ? ParseFailure::malformed : ParseFailure::header_too_large;
  }
  return ParseFailure::none;
}

// Whether the request that is being received is one too many.
bool ServerConnection::takes_too_much() const noexcept {
  return received_ > kSmallRequest && server_.requests_bytes > server_.options.max_requests_bytes;
}

// Whether the handler is called without the rest of the body.
bool ServerConnection::leaves_body() {
  if (!server_.options.takes_body || !head_seen_ || std::exchange(head_checked_, true)) return false;
  body_left_ = !server_.options.takes_body(request_, stream_->identity());
  if (body_left_) request_.body.clear();
  return body_left_;
}

unsigned ServerConnection::fault_of(ParseFailure failure) {
  switch (failure) {
    case ParseFailure::malformed: return 400;
    case ParseFailure::header_too_large: return 431;
    case ParseFailure::body_too_large: return 413;
    case ParseFailure::none: break;
  }
  return takes_too_much() ? 429 : 0;
}

void ServerConnection::on_head() {
  head_seen_ = true;
  to_origin_form(request_.target);
  if (parser_->done()) return;
  continue_wanted_ = parser_->expects_continue() && buffer_.empty();
  deadline_.set_after(server_.options.body_timeout);
}

// Old clients end a body with a line end that belongs to nothing.
void ServerConnection::skip_blank_lines() noexcept {
  std::size_t blank = 0;
  for (const char c : buffer_.data()) {
    if (c != '\r' && c != '\n') break;
    ++blank;
  }
  buffer_.consume(blank);
}

// False when the peer or the deadline has ended the connection.
asio::awaitable<bool> ServerConnection::read_more() {
  const std::size_t before = buffer_.size();
  while (watching_) co_await watch_ended_.wait();
  if (buffer_.size() > before) co_return true;
  if (peer_gone_) co_return false;
  buffer_.release();
  const auto count = co_await stream_->read_some(buffer_.prepare());
  if (!count || *count == 0) co_return false;
  buffer_.commit(*count);
  received_ += *count;
  server_.requests_bytes += *count;
  co_return true;
}

asio::awaitable<void> ServerConnection::refuse(unsigned status) {
  server_.log.debug("Refused a request", {{"peer", peer()}, {"status", status}});
  Response response{status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::string(status_text(status)) + "\n"};
  if (server_.options.refusal) response = server_.options.refusal(status);
  forget_request();
  keep_alive_ = false;
  started_ = false;
  is_head_ = false;
  const auto sent = co_await send(std::move(response));
  must_linger_ = sent.has_value();
}

asio::awaitable<void> ServerConnection::linger() {
  deadline_.set_after(kLingerTime);
  co_await stream_->shutdown();
  std::size_t dropped = buffer_.size();
  while (dropped < kLingerBytes) {
    buffer_.consume(buffer_.size());
    forget_request();
    if (!co_await read_more()) co_return;
    dropped += buffer_.size();
  }
}

// Pending while a response streams: whatever ends the peer's side cancels the handler.
asio::awaitable<void> ServerConnection::watch_peer(std::shared_ptr<ServerConnection>) {
  while (streaming_ && buffer_.size() < kReadAhead) {
    const auto count = co_await stream_->read_some(buffer_.prepare());
    if (!count || *count == 0) {
      peer_gone_ = true;
      break;
    }
    buffer_.commit(*count);
  }
  watching_ = false;
  watch_ended_.notify_all();
  if (peer_gone_ && streaming_) cancel();
}

// --- Answering -------------------------------------------------------------------------------------------------------

asio::awaitable<void> ServerConnection::handle() {
  deadline_.clear();
  server_.answering.splice(server_.answering.end(), server_.waiting, Connections::s_iterator_to(*this));
  started_ = chunked_ = streaming_ = false;
  body_allowed_ = true;
  is_head_ = request_.method == "HEAD";
  keep_alive_ = parser_->keep_alive() && !body_left_;
  std::exception_ptr failure;
  try {
    co_await server_.handler(request_, *this);
  } catch (...) {
    failure = std::current_exception();
  }
  streaming_ = false;
  if (cancelled_) co_return;
  co_await finish_response(std::move(failure));
  server_.waiting.splice(server_.waiting.end(), server_.answering, Connections::s_iterator_to(*this));
}

asio::awaitable<void> ServerConnection::finish_response(std::exception_ptr failure) {
  if (failure) {
    server_.log.error("Request handler failed", {{"method", request_.method},
                                                 {"path", path_of(request_)},
                                                 {"peer", peer()},
                                                 {"error", describe_exception(failure)}});
  }
  if (broken_) co_return;
  if (!started_) {
    if (!failure) {
      server_.log.error("Request handler gave no answer", {{"method", request_.method}, {"path", path_of(request_)}});
    }
    Response response{500, {{"Content-Type", "text/plain; charset=utf-8"}}, "Internal Server Error\n"};
    co_await send(std::move(response));
  } else if (failure) {
    broken_ = true;  // cut off: an end that looks regular would pass off half an answer as a whole one
  } else if (chunked_ && body_allowed_) {
    out_ = "0\r\n\r\n";
    co_await flush_out();
  }
}

asio::awaitable<Outcome<void>> ServerConnection::send(Response response) {
  if (started_) co_return Error{Errc::invalid_argument, "this request is answered already"};
  ResponseFraming framing;
  const bool close = !keep_alive_ || server_.stopping || iequals(response.headers.get("Connection"), "close");
  framing.close = close;
  framing.announce_keep_alive = parser_->is_http_1_0();
  const bool bodyless = has_no_body(response.status);
  if (!bodyless) framing.content_length = response.body.size();
  out_.clear();
  if (auto head = append_response_head(out_, response.status, response.headers, framing); !head) co_return head;
  started_ = true;
  keep_alive_ = !close;
  if (is_head_ || bodyless) co_return co_await flush_out();
  if (response.body.size() <= kCopiedUpTo) {
    out_ += response.body;
    co_return co_await flush_out();
  }
  const std::array<asio::const_buffer, 2> parts{asio::buffer(out_), asio::buffer(response.body)};
  co_return co_await flush(parts);
}

asio::awaitable<Outcome<void>> ServerConnection::start(ResponseHead head) {
  if (started_) co_return Error{Errc::invalid_argument, "this request is answered already"};
  body_allowed_ = !is_head_ && !has_no_body(head.status);
  // HTTP/1.0 knows no chunks: there the end of the connection ends the body.
  const bool chunked = !parser_->is_http_1_0();
  const bool close = !keep_alive_ || server_.stopping || !chunked || iequals(head.headers.get("Connection"), "close");
  ResponseFraming framing;
  framing.chunked = chunked && !has_no_body(head.status);
  framing.close = close;
  out_.clear();
  if (auto text = append_response_head(out_, head.status, head.headers, framing); !text) co_return text;
  started_ = true;
  chunked_ = chunked;
  keep_alive_ = !close;
  auto written = co_await flush_out();
  streaming_ = true;
  if (written && !watching_) {  // the watch of an earlier response may still be pending: it goes on for this one
    watching_ = true;
    server_.tasks.spawn(watch_peer(shared_from_this()));
  }
  co_return written;
}

asio::awaitable<Outcome<void>> ServerConnection::write(std::span<const std::string_view> pieces) {
  if (!started_) co_return Error{Errc::invalid_argument, "write() before start()"};
  if (broken_) co_return Error{Errc::connection_lost, "connection to " + peer() + " is closed"};
  std::size_t size = 0;
  for (const std::string_view piece : pieces) size += piece.size();
  if (size == 0 || !body_allowed_) co_return Outcome<void>{};  // an empty chunk would end the body

  out_.clear();
  if (chunked_) append_chunk_size(out_, size);
  if (size <= kCopiedUpTo) {
    for (const std::string_view piece : pieces) out_ += piece;
    if (chunked_) out_ += "\r\n";
    co_return co_await flush_out();
  }
  gather_.clear();
  gather_.push_back(asio::buffer(out_));
  for (const std::string_view piece : pieces) {
    if (!piece.empty()) gather_.push_back(asio::buffer(piece));
  }
  if (chunked_) gather_.push_back(asio::buffer("\r\n", 2));
  co_return co_await flush(gather_);
}

asio::awaitable<Outcome<void>> ServerConnection::flush_out() {
  whole_ = asio::buffer(out_);
  return flush({&whole_, 1});
}

asio::awaitable<Outcome<void>> ServerConnection::flush(std::span<const asio::const_buffer> buffers) {
  deadline_.set_after(server_.options.write_timeout);
  auto written = co_await stream_->write(buffers);
  deadline_.clear();
  if (written) co_return written;
  broken_ = true;
  if (timed_out_) co_return Error{Errc::timed_out, "writing to " + peer() + ": it reads too slowly"};
  co_return written;
}

}  // namespace kyma::http
