// A server and clients over in-memory streams in virtual time.
#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <array>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operator/base/manual_clock.hpp"
#include "operator/http/client.hpp"
#include "operator/http/memory_stream.hpp"
#include "operator/http/server.hpp"
#include "test/unit/http/catch_outcome.hpp"
#include "test/unit/http/silent_log.hpp"

namespace kyma::http::testing {

using namespace std::chrono_literals;

// The other end of a connection, byte by byte.
class RawPeer {
 public:
  explicit RawPeer(std::unique_ptr<Stream> stream) : stream_(std::move(stream)) {}

  asio::awaitable<Outcome<void>> send(std::string text) {
    const std::array<asio::const_buffer, 1> whole{asio::buffer(text)};
    co_return co_await stream_->write(whole);
  }
  // Reads until `end` was seen or the stream ends; returns all that came and was not returned yet.
  asio::awaitable<std::string> receive_until(std::string end) {
    for (;;) {
      if (const auto at = received_.find(end); at != std::string::npos) {
        std::string text = received_.substr(0, at + end.size());
        received_.erase(0, at + end.size());
        co_return text;
      }
      std::array<char, 1024> buffer;
      const auto count = co_await stream_->read_some(asio::buffer(buffer));
      if (!count || *count == 0) co_return std::exchange(received_, {});
      received_.append(buffer.data(), *count);
    }
  }
  asio::awaitable<std::string> receive_all() { return receive_until("\x01\x02 never sent"); }
  Stream& stream() { return *stream_; }

 private:
  std::unique_ptr<Stream> stream_;
  std::string received_;
};

struct World {
  ManualClock clock;
  asio::io_context loop;  // first to go: what it still holds may have timers

  template <class T>
  T run(asio::awaitable<T> task) {
    return clock.run(loop, std::move(task));
  }
};

// A server whose handler may be swapped per test. stop() at the end joins it.
struct ServedWorld : World {
  explicit ServedWorld(Handler handler, ServerOptions options = {}, std::size_t stream_capacity = 64 * 1024)
      : server(loop.get_executor(), clock, std::move(handler), options), capacity(stream_capacity) {}
  ~ServedWorld() { run(server.stop(0s)); }

  std::unique_ptr<Stream> connect() {
    auto [here, there] = make_memory_stream_pair(loop.get_executor(), capacity);
    server.serve(std::move(there));
    return std::move(here);
  }
  Dialer dialer() {
    return [this]() -> asio::awaitable<Outcome<std::unique_ptr<Stream>>> {
      ++dials;
      co_return connect();
    };
  }
  ClientOptions client_options() {
    ClientOptions options;
    options.host = "test";
    return options;
  }
  std::string exchange(std::string bytes) {
    RawPeer peer(connect());
    return run([](RawPeer& raw, std::string text) -> asio::awaitable<std::string> {
      (void)co_await raw.send(std::move(text));
      co_return co_await raw.receive_all();
    }(peer, std::move(bytes)));
  }

  Server server;
  std::size_t capacity;
  int dials = 0;
};

// A task on its own, to be looked at and cancelled.
template <class T>
class Running {
 public:
  Running(World& world, asio::awaitable<T> task) : world_(world) {
    asio::co_spawn(world.loop, std::move(task),
                   asio::bind_cancellation_slot(signal_.slot(), [this](std::exception_ptr error, T value) {
                     failure = error;
                     if (!error) result.emplace(std::move(value));
                     done = true;
                   }));
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  void cancel() { signal_.emit(asio::cancellation_type::terminal); }
  T get() {
    world_.clock.run_until(world_.loop, [&] { return done; });
    if (failure) std::rethrow_exception(failure);
    return std::move(*result);
  }

  bool done = false;
  std::exception_ptr failure;
  std::optional<T> result;

 private:
  World& world_;
  asio::cancellation_signal signal_;
};

}  // namespace kyma::http::testing
