// One connection of a Server: reads requests, runs the handler, writes answers. Internal to operator/http.
//
// The handler runs inside run(); cancel() cancels both. Ordinary requests have one pending operation at a time. Once a
// response streams, a second coroutine reads ahead, to notice that the peer went away; what it reads is the next
// request. Lifetime: shared by those two coroutines, both of the server's task group. Thread: the server's.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <boost/intrusive/list.hpp>

#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "operator/base/condition.hpp"
#include "operator/base/log.hpp"
#include "operator/http/deadline.hpp"
#include "operator/http/parser.hpp"
#include "operator/http/read_buffer.hpp"
#include "operator/http/server.hpp"

namespace kyma::http {

class ServerConnection;
using ConnectionHook = boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
using Connections = boost::intrusive::list<ServerConnection, boost::intrusive::base_hook<ConnectionHook>,
                                           boost::intrusive::constant_time_size<false>>;

// What all connections of one server share; outlives them.
struct ServerShared {
  Clock& clock;
  Handler handler;
  ServerOptions options;
  Logger log;
  TaskGroup tasks;
  // Each connection is in one of the two, and leaves it when it goes.
  Connections waiting = {};    // for a request or the rest of one; who has waited for longest first
  Connections answering = {};  // its handler runs
  std::size_t connections = 0;
  std::size_t requests_bytes = 0;  // received, and not answered yet
  bool stopping = false;
};

class ServerConnection final : public ResponseWriter,
                               public std::enable_shared_from_this<ServerConnection>,
                               public ConnectionHook {
 public:
  ServerConnection(ServerShared& server, std::unique_ptr<Stream> stream);
  ~ServerConnection() override;

  // Serves until the connection ends, however it does. Bind signal() to it.
  asio::awaitable<void> run();
  asio::cancellation_signal& signal() noexcept { return signal_; }

  // Waits for a request of which nothing has come yet.
  bool idle() const noexcept { return idle_; }
  // Ends an idle connection.
  void close() noexcept { stream_->close(); }
  // Ends one that waits, whatever has come of its request, to make room for another.
  void evict() noexcept;
  // Ends it whatever it does; the handler's next co_await throws.
  void cancel();

  // ResponseWriter
  asio::awaitable<Outcome<void>> send(Response response) override;
  asio::awaitable<Outcome<void>> start(ResponseHead head) override;
  asio::awaitable<Outcome<void>> write(std::span<const std::string_view> pieces) override;
  bool started() const noexcept override { return started_; }
  std::string peer() const override { return stream_->peer(); }
  const PeerIdentity* identity() const noexcept override { return stream_->identity(); }

 private:
  asio::awaitable<void> serve_requests();
  // False when the connection is to be closed instead.
  asio::awaitable<bool> read_request();
  ParseFailure take_buffered();
  void on_head();
  void skip_blank_lines() noexcept;
  asio::awaitable<bool> read_more();
  void forget_request() noexcept;
  void begin_request();
  bool takes_too_much() const noexcept;
  bool leaves_body();
  // 0: nothing is wrong with what came so far.
  unsigned fault_of(ParseFailure failure);
  asio::awaitable<void> refuse(unsigned status);
  asio::awaitable<void> linger();

  asio::awaitable<void> handle();
  asio::awaitable<void> finish_response(std::exception_ptr failure);
  asio::awaitable<Outcome<void>> flush(std::span<const asio::const_buffer> buffers);
  asio::awaitable<Outcome<void>> flush_out();
  asio::awaitable<void> watch_peer(std::shared_ptr<ServerConnection> self);

  ServerShared& server_;
  std::unique_ptr<Stream> stream_;
  asio::cancellation_signal signal_;
  Deadline deadline_;
  std::unique_ptr<RequestParser> parser_;
  ReadBuffer buffer_;
  Request request_;
  std::string out_;                         // heads, and small messages whole
  asio::const_buffer whole_;                // out_, while it is written
  std::vector<asio::const_buffer> gather_;  // a large chunk's parts

  std::size_t received_ = 0;  // of this request, its share of requests_bytes
  unsigned answered_in_turn_ = 0;

  bool idle_ = true;
  bool timed_out_ = false;  // the deadline closed the stream
  bool cancelled_ = false;
  bool head_seen_ = false;
  bool head_checked_ = false;
  bool body_left_ = false;
  bool continue_wanted_ = false;  // the client waits for "100 Continue"
  bool first_request_ = true;
  bool keep_alive_ = true;  // after this response
  bool must_linger_ = false;

  // The response under way.
  bool started_ = false;
  bool streaming_ = false;
  bool chunked_ = false;
  bool is_head_ = false;  // HEAD: no body may follow
  bool body_allowed_ = true;
  bool broken_ = false;  // a write failed

  // The read ahead.
  bool watching_ = false;
  bool peer_gone_ = false;
  Condition watch_ended_;
};

}  // namespace kyma::http
