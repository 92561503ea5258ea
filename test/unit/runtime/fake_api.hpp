// An API server for one kind, played by the test: answers to lists from a script, watches fed by hand. It speaks real
// HTTP over streams in memory, in virtual time.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "operator/base/condition.hpp"
#include "operator/base/log.hpp"
#include "operator/base/manual_clock.hpp"
#include "operator/http/memory_stream.hpp"
#include "operator/http/server.hpp"
#include "operator/http/url.hpp"
#include "operator/kube/client/client.hpp"
#include "test/unit/runtime/widget.hpp"

namespace kyma::test {

// Keeps expected warnings out of the tests' output, and counts them.
class QuietLog final : public LogSink {
 public:
  QuietLog() { logging::set_sink(this); }
  ~QuietLog() override { logging::set_sink(nullptr); }
  void write(std::string_view line) override { lines.emplace_back(line); }
  std::size_t count(std::string_view text) const {
    std::size_t found = 0;
    for (const auto& line : lines) found += line.find(text) != std::string::npos;
    return found;
  }

  std::vector<std::string> lines;
};

class FakeApi {
 public:
  struct Answer {
    unsigned status = 200;
    std::string body;
  };

  FakeApi() {
    kube::ClientOptions options;
    options.qps = 0;
    kube::ClusterConfig config;
    config.server = "http://fake";
    client = kube::Client::make_with_dialer(
        loop.get_executor(), clock, [this] { return dial(); }, config, options, nullptr);
  }
  ~FakeApi() {
    client->close();
    gone_ = true;
    changed_.notify_all();
    clock.run(loop, server_.stop(Duration::zero()));
    client.reset();
    loop.restart();
    loop.poll();
  }

  // The answers to the next lists; the last one is repeated.
  std::deque<Answer> lists;
  // The answers to the next watches; a status of 200 opens it. When there is none left: opened.
  std::deque<Answer> watches;
  bool reachable = true;
  // Every request's target, decoded.
  std::vector<http::Target> requests;

  // Sends to the watch that is open.
  void send(std::string text) {
    outgoing_ += text;
    changed_.notify_all();
  }
  // Ends the watch that is open: properly, or by breaking the connection.
  void end_watch() {
    end_ = true;
    changed_.notify_all();
  }
  void break_connections() {
    for (const auto& stream : client_streams_) stream->close();
    client_streams_.clear();
  }
  std::size_t open_watches() const noexcept { return open_watches_; }
  std::size_t count(bool watch) const {
    std::size_t found = 0;
    for (const auto& target : requests) found += target.has_param("watch") == watch;
    return found;
  }
  const http::Target& last(bool watch) const {
    for (auto it = requests.rbegin(); it != requests.rend(); ++it) {
      if (it->has_param("watch") == watch) return *it;
    }
    throw std::logic_error("no such request");
  }

  ManualClock clock;
  asio::io_context loop;  // goes before the clock: what it still holds may have timers
  std::unique_ptr<kube::Client> client;

 private:
  // Lets break_connections() reach a stream that the client owns.
  class Shared final : public http::Stream {
   public:
    explicit Shared(std::shared_ptr<http::Stream> inner) : inner_(std::move(inner)) {}
    ~Shared() override { inner_->close(); }
    asio::awaitable<http::Outcome<std::size_t>> read_some(asio::mutable_buffer buffer) override {
      return inner_->read_some(buffer);
    }
    asio::awaitable<http::Outcome<void>> write(std::span<const asio::const_buffer> buffers) override {
      return inner_->write(buffers);
    }
    asio::awaitable<void> shutdown() override { return inner_->shutdown(); }
    void close() noexcept override { inner_->close(); }
    bool is_open() const noexcept override { return inner_->is_open(); }
    bool is_quiet() const noexcept override { return inner_->is_quiet(); }
    std::string peer() const override { return inner_->peer(); }

   private:
    std::shared_ptr<http::Stream> inner_;
  };

  asio::awaitable<http::Outcome<std::unique_ptr<http::Stream>>> dial() {
    if (!reachable) co_return http::Error{http::Errc::connect_failed, "fake: refused"};
    auto [ours, theirs] = http::make_memory_stream_pair(loop.get_executor());
    // Closing the server's end is what a client sees as a broken connection.
    std::shared_ptr<http::Stream> shared = std::move(theirs);
    client_streams_.push_back(shared);
    server_.serve(std::make_unique<Shared>(shared));
    co_return std::move(ours);
  }

  asio::awaitable<void> handle(http::Request& request, http::ResponseWriter& writer) {
    const auto target = http::parse_target(request.target);
    requests.push_back(*target);
    if (!target->has_param("watch")) {
      Answer answer{404, status_json(404, "NotFound")};
      if (!lists.empty()) answer = lists.front();
      if (lists.size() > 1) lists.pop_front();
      co_await writer.send({answer.status, {{"Content-Type", "application/json"}}, answer.body});
      co_return;
    }
    if (!watches.empty()) {
      const Answer answer = watches.front();
      watches.pop_front();
      if (answer.status != 200) {
        co_await writer.send({answer.status, {{"Content-Type", "application/json"}}, answer.body});
        co_return;
      }
    }
    co_await serve_watch(writer);
  }

  asio::awaitable<void> serve_watch(http::ResponseWriter& writer) {
    struct Open {
      explicit Open(std::size_t& n) : count(n) { ++count; }
      ~Open() { --count; }
      std::size_t& count;
    } open(open_watches_);
    end_ = false;
    outgoing_.clear();
    co_await writer.start({200, {{"Content-Type", "application/json"}}});
    for (;;) {
      while (outgoing_.empty() && !end_ && !gone_) co_await changed_.wait();
      if (outgoing_.empty()) co_return;
      const std::string text = std::exchange(outgoing_, {});
      const std::array<std::string_view, 1> pieces{text};
      const auto written = co_await writer.write(pieces);
      if (!written) co_return;
    }
  }

  http::Server server_{loop.get_executor(),
                       clock,
                       [this](http::Request& request, http::ResponseWriter& writer) { return handle(request, writer); },
                       {}};
  std::vector<std::shared_ptr<http::Stream>> client_streams_;
  Condition changed_;
  std::string outgoing_;
  bool end_ = false;
  bool gone_ = false;
  std::size_t open_watches_ = 0;
};

}  // namespace kyma::test
