// One connection of a Client and the exchange on it. Internal to operator/http.
//
// Lifetime: owned by the call that uses it, or by the pool while idle; never destroyed while an operation is pending.
// Thread: the client's.
#pragma once

#include <boost/intrusive/list_hook.hpp>

#include <array>
#include <memory>
#include <string>

#include "operator/http/client.hpp"
#include "operator/http/deadline.hpp"
#include "operator/http/parser.hpp"
#include "operator/http/read_buffer.hpp"

namespace kyma::http {

class ClientConnection
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  ClientConnection(Clock& clock, std::unique_ptr<Stream> stream, const ClientOptions& options);

  // Sends a request and reads the head of its answer. With `body`, that is read too, up to `max_body_bytes`.
  asio::awaitable<Outcome<void>> exchange(const Request& request, ResponseHead& head, std::string* body,
                                          std::size_t max_body_bytes);
  // The next piece of a body that was left to be read; empty at its end. Waits no longer than `limit`.
  asio::awaitable<Outcome<std::string_view>> read_piece(Duration limit);

  // The exchange under way must end by then.
  void set_deadline(SteadyTime at) { deadline_.set(at); }
  void clear_deadline() noexcept { deadline_.clear(); }
  // Ends the exchange under way with this error.
  void abort(Errc reason) noexcept;

  // True between exchanges, when the next one may use it.
  bool reusable() const noexcept { return clean_ && stream_->is_open(); }
  // False when the peer has closed it meanwhile.
  bool alive() const noexcept { return reusable() && stream_->is_quiet(); }
  // Nothing of an answer has come, and the last exchange was not the first: it met a stale connection.
  bool looks_stale() const noexcept { return exchanges_ > 1 && !received_; }

  SteadyTime idle_since{};
  std::size_t generation = 0;

 private:
  asio::awaitable<Outcome<void>> write_request(const Request& request);
  asio::awaitable<Outcome<void>> read_head(ResponseHead& head, std::string* body, bool no_body,
                                           std::size_t max_body_bytes);
  // Reads once more; takes the end of the stream for the end of a body that lasts until then.
  asio::awaitable<Outcome<void>> fill();
  // Parses what is there. True when anything was taken.
  Outcome<bool> parse();
  void finish() noexcept;
  Error translate(Error error) const;

  std::unique_ptr<Stream> stream_;
  const ClientOptions& options_;
  Deadline deadline_;
  std::unique_ptr<ResponseParser> parser_;
  ReadBuffer buffer_;
  std::string out_;
  std::array<asio::const_buffer, 2> parts_;  // out_ and a large body, while they are written
  std::size_t exchanges_ = 0;
  bool clean_ = true;
  bool received_ = false;  // any byte of the answer
  bool aborted_ = false;
  Errc reason_ = Errc::connection_lost;  // of the abort
};

}  // namespace kyma::http
