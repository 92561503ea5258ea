// A client against a server that is played by hand: stale connections, odd responses.
#include <catch2/catch_test_macros.hpp>

#include "test/unit/http/fixture.hpp"

namespace kyma::http {
namespace {

using namespace testing;

// Every dial makes a connection whose other end the test holds.
struct PlayedServer : World {
  Dialer dialer() {
    return [this]() -> asio::awaitable<Outcome<std::unique_ptr<Stream>>> {
      auto [here, there] = make_memory_stream_pair(loop.get_executor());
      peers.push_back(std::make_unique<RawPeer>(std::move(there)));
      co_return std::move(here);
    };
  }
  // Waits for the request on the latest connection and answers it.
  void answer(std::string text, std::string request_end = "\r\n\r\n") {
    (void)run(peers.back()->receive_until(std::move(request_end)));
    REQUIRE(run(peers.back()->send(std::move(text))));
  }
  void settle() { clock.run_for(loop, 0s); }

  std::vector<std::unique_ptr<RawPeer>> peers;
};

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

struct StaleWorld : PlayedServer {
  StaleWorld() : client(loop.get_executor(), clock, dialer(), {}) {
    Running<Outcome<Response>> first(*this, client.send({}, {}));
    settle();
    answer(kOk);
    REQUIRE(first.get()->body == "ok");
    REQUIRE(client.counters().idle_connections == 1);
  }
  Client client;
};

TEST_CASE("A pooled connection that the peer has closed is not used", "[http][client]") {
  for (const std::string method : {"GET", "POST"}) {
    StaleWorld world;
    world.peers.back()->stream().close();
    Running<Outcome<Response>> second(world, world.client.send({method, "/", {}, {}}, {}));
    world.settle();
    REQUIRE(world.peers.size() == 2);
    world.answer(kOk);
    CHECK(second.get());
    CHECK(world.client.counters().open_connections == 1);
  }
}

TEST_CASE("A request that meets a dying connection is sent again only when that is safe", "[http][client]") {
  StaleWorld world;
  std::string method;
  bool again = false;
  SECTION("GET") {
    method = "GET";
    again = true;
  }
  SECTION("HEAD") {
    method = "HEAD";
    again = true;
  }
  SECTION("PUT") { method = "PUT"; }
  SECTION("DELETE") { method = "DELETE"; }
  SECTION("POST") { method = "POST"; }
  SECTION("PATCH") { method = "PATCH"; }
  Running<Outcome<Response>> second(world, world.client.send({method, "/", {}, {}}, {}));
  world.settle();  // written, not answered
  REQUIRE(world.peers.size() == 1);
  world.peers.back()->stream().close();
  world.settle();
  if (again) {
    REQUIRE(world.peers.size() == 2);
    world.answer(kOk);
    CHECK(second.get());
    return;
  }
  const auto result = second.get();
  REQUIRE(result.has_error());
  CHECK(result.error().code == Errc::connection_lost);
  CHECK(world.peers.size() == 1);
}

TEST_CASE("A fresh connection that dies is not tried again", "[http][client]") {
  PlayedServer world;
  Client client(world.loop.get_executor(), world.clock, world.dialer(), {});
  Running<Outcome<Response>> call(world, client.send({}, {}));
  world.settle();
  world.peers.back()->stream().close();
  CHECK(call.get().error().code == Errc::connection_lost);
  CHECK(world.peers.size() == 1);
}

TEST_CASE("A second connection that dies too ends the call", "[http][client]") {
  StaleWorld world;
  Running<Outcome<Response>> call(world, world.client.send({}, {}));
  world.settle();
  world.peers[0]->stream().close();
  world.settle();
  world.peers[1]->stream().close();
  CHECK(call.get().error().code == Errc::connection_lost);
  CHECK(world.peers.size() == 2);
}

TEST_CASE("A connection lost within the response is an error, even for GET", "[http][client]") {
  StaleWorld world;
  Running<Outcome<Response>> call(world, world.client.send({}, {}));
  world.settle();
  world.answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  world.peers[0]->stream().close();
  CHECK(call.get().error().code == Errc::connection_lost);
  CHECK(world.peers.size() == 1);
}

TEST_CASE("A request that could not be written at all is sent again whatever it does", "[http][client]") {
  // A stream that seems quiet and takes nothing: the peer's end arrives between the look and the write.
  class Dying final : public Stream {
   public:
    explicit Dying(std::unique_ptr<Stream> inner, const bool& dead) : inner_(std::move(inner)), dead_(dead) {}
    asio::awaitable<Outcome<std::size_t>> read_some(asio::mutable_buffer b) override { return inner_->read_some(b); }
    asio::awaitable<Outcome<void>> write(std::span<const asio::const_buffer> buffers) override {
      if (dead_) co_return Error{Errc::not_sent, "gone"};
      co_return co_await inner_->write(buffers);
    }
    asio::awaitable<void> shutdown() override { return inner_->shutdown(); }
    void close() noexcept override { inner_->close(); }
    bool is_open() const noexcept override { return inner_->is_open(); }
    std::string peer() const override { return "dying"; }

   private:
    std::unique_ptr<Stream> inner_;
    const bool& dead_;
  };
  PlayedServer world;
  bool dead = false;
  Dialer plain = world.dialer();
  Client client(world.loop.get_executor(), world.clock,
                [&]() -> asio::awaitable<Outcome<std::unique_ptr<Stream>>> {
                  auto inner = co_await plain();
                  std::unique_ptr<Stream> dying = std::make_unique<Dying>(std::move(*inner), dead);
                  co_return dying;
                },
                {});
  Running<Outcome<Response>> first(world, client.send({"POST", "/", {}, {}}, {}));
  world.settle();
  world.answer(kOk);
  REQUIRE(first.get());
  dead = true;
  Running<Outcome<Response>> second(world, client.send({"POST", "/", {}, {}}, {}));
  world.settle();
  REQUIRE(world.peers.size() == 2);
  CHECK(second.get().error().code == Errc::not_sent);  // the fresh one is dead too
}

TEST_CASE("Bytes that are no body do not prolong the wait for a piece", "[http][client]") {
  PlayedServer world;
  Client client(world.loop.get_executor(), world.clock, world.dialer(), {});
  Running<Outcome<std::unique_ptr<ResponseStream>>> opening(world, client.open({}, {}));
  world.settle();
  world.answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;");
  const auto stream = opening.get().value();
  Running<Outcome<std::string_view>> reading(world, stream->read(10s));
  for (int i = 0; i < 20 && !reading.done; ++i) {
    world.clock.run_for(world.loop, 3s);
    (void)world.run(world.peers.back()->send("a"));  // an extension of the chunk
  }
  REQUIRE(reading.done);
  CHECK(reading.get().error().code == Errc::timed_out);
  CHECK(world.clock.elapsed() == 12s);
}

TEST_CASE("Interim responses are skipped, within reason", "[http][client]") {
  PlayedServer world;
  Client client(world.loop.get_executor(), world.clock, world.dialer(), {});
  Running<Outcome<Response>> call(world, client.send({}, {}));
  world.settle();
  SECTION("a few") {
    world.answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + kOk);
    const auto response = call.get();
    REQUIRE(response);
    CHECK(response->status == 200);
    CHECK_FALSE(response->headers.contains("Link"));
    CHECK(client.counters().idle_connections == 1);
    return;
  }
  SECTION("without end") {
    std::string text;
    for (int i = 0; i < 20; ++i) text += "HTTP/1.1 100 Continue\r\n\r\n";
    world.answer(text);
  }
  SECTION("another protocol") { world.answer("HTTP/1.1 101 Switching Protocols\r\n\r\n"); }
  CHECK(call.get().error().code == Errc::malformed);
  CHECK(client.counters().open_connections == 0);
}

TEST_CASE("Responses that are not HTTP, or too large, are errors", "[http][client]") {
  PlayedServer world;
  ClientOptions options;
  options.max_header_bytes = 1000;
  Client client(world.loop.get_executor(), world.clock, world.dialer(), options);
  Running<Outcome<Response>> call(world, client.send({}, {}));
  world.settle();
  Errc expected = Errc::malformed;
  SECTION("not HTTP") { world.answer("SSH-2.0-OpenSSH_9.2\r\n"); }
  SECTION("two lengths") {
    world.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  }
  SECTION("bad status") { world.answer("HTTP/1.1 099 Low\r\n\r\n"); }
  SECTION("large head") {
    world.answer("HTTP/1.1 200 OK\r\nX: " + std::string(2000, 'x') + "\r\n\r\n");
    expected = Errc::header_too_large;
  }
  SECTION("chunk extensions without end") {
    world.answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;");
    std::string flood(300'000, 'x');
    Running<Outcome<void>> flooding(world, world.peers.back()->send(std::move(flood)));
    CHECK(call.get().error().code == Errc::malformed);
    CHECK(flooding.get().has_error());
    return;
  }
  CHECK(call.get().error().code == expected);
}

TEST_CASE("A connection is not kept when its response says close or more than was asked for came", "[http][client]") {
  PlayedServer world;
  Client client(world.loop.get_executor(), world.clock, world.dialer(), {});
  Running<Outcome<Response>> call(world, client.send({}, {}));
  world.settle();
  SECTION("close") { world.answer("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"); }
  SECTION("HTTP/1.0") { world.answer("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"); }
  SECTION("more") { world.answer(kOk + "HTTP/1.1 200 OK\r\n"); }
  SECTION("until the end") {
    world.answer("HTTP/1.1 200 OK\r\n\r\nok");
    world.peers.back()->stream().close();
  }
  CHECK(call.get()->body == "ok");
  CHECK(client.counters().open_connections == 0);
}

TEST_CASE("A server that refuses an upload early is heard", "[http][client]") {
  PlayedServer world;
  Client client(world.loop.get_executor(), world.clock, world.dialer(), {});
  Running<Outcome<Response>> call(world, client.send({"POST", "/", {}, std::string(1'000'000, 'x')}, {}));
  world.settle();
  REQUIRE(world.run(world.peers[0]->send("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")));
  world.peers[0]->stream().close();
  const auto response = call.get();
  REQUIRE(response);
  CHECK(response->status == 413);
  CHECK(client.counters().open_connections == 0);
}

TEST_CASE("The request on the wire is what was asked for", "[http][client]") {
  PlayedServer world;
  ClientOptions options;
  options.host = "api.test:6443";
  Client client(world.loop.get_executor(), world.clock, world.dialer(), options);
  Request request{"PATCH", "/x?y=z", {{"Accept", "a"}, {"Content-Length", "99"}, {"Connection", "close"}}, "body"};
  Running<Outcome<Response>> call(world, client.send(std::move(request), {}));
  world.settle();
  CHECK(world.run(world.peers[0]->receive_until("body")) ==
        "PATCH /x?y=z HTTP/1.1\r\nHost: api.test:6443\r\nAccept: a\r\nContent-Length: 4\r\n\r\nbody");
  REQUIRE(world.run(world.peers[0]->send(kOk)));
  CHECK(call.get());
  Running<Outcome<Response>> get(world, client.send({"GET", "/", {}, {}}, {}));
  world.settle();
  CHECK(world.run(world.peers[0]->receive_until("\r\n\r\n")) == "GET / HTTP/1.1\r\nHost: api.test:6443\r\n\r\n");
  REQUIRE(world.run(world.peers[0]->send(kOk)));
  CHECK(get.get());
}

}  // namespace
}  // namespace kyma::http
