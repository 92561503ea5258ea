#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>

#include <random>

#include "operator/base/log.hpp"
#include "test/unit/http/fixture.hpp"

namespace kyma::http {
namespace {

using namespace testing;

asio::awaitable<void> echo(Request& request, ResponseWriter& writer) {
  Response response{200, {{"X-Target", request.target}}, request.body};
  co_await writer.send(std::move(response));
}

std::string status_line(const std::string& answer) { return answer.substr(0, answer.find("\r\n")); }

TEST_CASE("Server answers bad requests and closes", "[http][server]") {
  ServerOptions options;
  options.max_header_bytes = 1000;
  options.max_body_bytes = 100;
  ServedWorld world(echo, options);
  const auto answer = [&](std::string bytes) { return status_line(world.exchange(std::move(bytes))); };
  const std::string host = "Host: x\r\n";
  const std::string bad = "HTTP/1.1 400 Bad Request";

  CHECK(answer("nonsense\r\n\r\n") == bad);
  CHECK(answer("GET / HTTP/2.0\r\n" + host + "\r\n") == bad);
  CHECK(answer("GET / HTTP/1.1\r\n\r\n") == bad);  // no Host
  CHECK(answer("GET / HTTP/1.1\r\n" + host + host + "\r\n") == bad);
  CHECK(answer("GET / HTTP/1.1\r\n" + host + "Bad Name: x\r\n\r\n") == bad);
  CHECK(answer("GET / HTTP/1.1\r\n" + host + "X: a\x01z\r\n\r\n") == bad);
  // The end of the body would be a matter of opinion.
  CHECK(answer("POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") ==
        bad);
  CHECK(answer("POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n") ==
        bad);
  CHECK(answer("POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc") == bad);
  CHECK(answer("POST / HTTP/1.1\r\n" + host + "Content-Length : 3\r\n\r\nabc") == bad);
  CHECK(answer("POST / HTTP/1.1\r\n" + host + "Content-Length: 3, 4\r\n\r\nabc") == bad);
  CHECK(answer("POST / HTTP/1.1\r\n" + host + "Content-Length: +3\r\n\r\nabc") == bad);
  CHECK(answer("POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n") == bad);
  CHECK(answer("POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n10000000000000003\r\nabc\r\n") == bad);
  CHECK(answer("POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n") == bad);
  CHECK(answer("POST / HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n") == bad);
  CHECK(answer("POST / HTTP/1.1\r\n" + host + "Content-Length: 99999999999999999999\r\n\r\n") == bad);
  CHECK(answer("POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip\r\n\r\n") == bad);
  CHECK(answer("POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n") == bad);
  CHECK(answer("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == bad);
  CHECK(answer("POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n") == bad);
  CHECK(answer("POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n") == bad);

  const std::string large_head = "HTTP/1.1 431 Request Header Fields Too Large";
  CHECK(answer("GET /" + std::string(2000, 'x')) == large_head);
  CHECK(answer("GET / HTTP/1.1\r\n" + host + "X: " + std::string(2000, 'x') + "\r\n\r\n") == large_head);
  std::string many = "GET / HTTP/1.1\r\n" + host;
  for (int i = 0; i < 200; ++i) many += "X: y\r\n";
  CHECK(answer(many + "\r\n") == large_head);

  const std::string large_body = "HTTP/1.1 413 Content Too Large";
  CHECK(answer("POST / HTTP/1.1\r\n" + host + "Content-Length: 101\r\n\r\n") == large_body);
  CHECK(answer("POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n65\r\n") == large_body);
  CHECK(answer("POST / HTTP/1.1\r\n" + host + "Expect: 100-continue\r\nContent-Length: 101\r\n\r\n") == large_body);
  world.clock.run_for(world.loop, 2s);
  CHECK(world.server.connections() == 0);
}

TEST_CASE("A head that never ends is bounded however slowly it comes", "[http][server]") {
  ServerOptions options;
  options.max_header_bytes = 1000;
  ServedWorld world(echo, options);
  RawPeer peer(world.connect());
  REQUIRE(world.run(peer.send("GET / HTTP/1.1\r\nHost: x\r\n")));
  for (int i = 0; i < 200; ++i) {
    if (!world.run(peer.send("X: y\r\n"))) break;
  }
  CHECK(status_line(world.run(peer.receive_all())) == "HTTP/1.1 431 Request Header Fields Too Large");
}

TEST_CASE("Pipelined requests are answered in order", "[http][server]") {
  ServedWorld world(echo);
  RawPeer peer(world.connect());
  const std::string first = "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
  const std::string second =
      "\r\nPOST /2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1;x=y\r\nf\r\n0\r\nT: t\r\n\r\n";
  const std::string third = "GET http://x/3?q HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  REQUIRE(world.run(peer.send(first + second + third)));
  CHECK(world.run(peer.receive_until("\r\n\r\nabc")) ==
        "HTTP/1.1 200 OK\r\nX-Target: /1\r\nContent-Length: 3\r\n\r\nabc");
  CHECK(world.run(peer.receive_until("\r\n\r\ndef")) ==
        "HTTP/1.1 200 OK\r\nX-Target: /2\r\nContent-Length: 3\r\n\r\ndef");
  CHECK(world.run(peer.receive_all()) ==
        "HTTP/1.1 200 OK\r\nX-Target: /3?q\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

TEST_CASE("HTTP/1.0 clients are served as they expect", "[http][server]") {
  ServedWorld world([](Request& request, ResponseWriter& writer) -> asio::awaitable<void> {
    if (request.target == "/whole") {
      co_await writer.send({200, {}, "whole"});
      co_return;
    }
    co_await writer.start({200, {}});
    const std::array<std::string_view, 2> pieces{"str", "eam"};
    co_await writer.write(pieces);
  });
  CHECK(world.exchange("GET /whole HTTP/1.0\r\n\r\n") ==
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nwhole");
  CHECK(world.exchange("GET /stream HTTP/1.0\r\n\r\n") == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nstream");
  RawPeer peer(world.connect());
  for (int i = 0; i < 2; ++i) {
    REQUIRE(world.run(peer.send("GET /whole HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")));
    CHECK(world.run(peer.receive_until("whole")) ==
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nwhole");
  }
}

TEST_CASE("A client that waits for 100 Continue gets it", "[http][server]") {
  ServedWorld world(echo);
  RawPeer peer(world.connect());
  REQUIRE(world.run(peer.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")));
  CHECK(world.run(peer.receive_until("\r\n\r\n")) == "HTTP/1.1 100 Continue\r\n\r\n");
  REQUIRE(world.run(peer.send("ok")));
  CHECK(status_line(world.run(peer.receive_until("\r\n\r\nok"))) == "HTTP/1.1 200 OK");
}

TEST_CASE("Each phase of a slow client is cut off at its own limit", "[http][server]") {
  ServerOptions options;
  options.header_timeout = 5s;
  options.body_timeout = 7s;
  options.idle_timeout = 11s;
  ServedWorld world(echo, options);
  RawPeer peer(world.connect());
  Duration expected{};
  Duration drip = 1h;
  SECTION("says nothing") { expected = 5s; }
  SECTION("drips its head") {
    REQUIRE(world.run(peer.send("GET / HTTP/1.1\r\n")));
    drip = 1s;
    expected = 5s;
  }
  SECTION("drips its body") {
    REQUIRE(world.run(peer.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")));
    drip = 1s;
    expected = 7s;
  }
  SECTION("stays idle after a request") {
    REQUIRE(world.run(peer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")));
    (void)world.run(peer.receive_until("\r\n\r\n"));
    expected = 11s;
  }
  SECTION("drips its second head") {
    REQUIRE(world.run(peer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")));
    (void)world.run(peer.receive_until("\r\n\r\n"));
    world.clock.run_for(world.loop, 10s);
    REQUIRE(world.run(peer.send("G")));
    expected = 15s;
  }
  std::string drop = "x";
  SECTION("drips blank lines before its second head") {
    REQUIRE(world.run(peer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")));
    (void)world.run(peer.receive_until("\r\n\r\n"));
    drop = "\r\n";
    drip = 1s;
    expected = 6s;
  }
  Running<std::string> rest(world, peer.receive_all());
  while (!rest.done && world.clock.elapsed() < 1min) {
    world.clock.run_for(world.loop, 1s);
    if (drip == 1s && !rest.done) (void)world.run(peer.send(drop));
  }
  CHECK(rest.get().empty());
  CHECK(world.clock.elapsed() == expected);
  CHECK(world.server.connections() == 0);
}

TEST_CASE("A client that takes nothing is cut off while others are served", "[http][server]") {
  ServerOptions options;
  options.write_timeout = 10s;
  Errc error{};
  ServedWorld world(
      [&](Request& request, ResponseWriter& writer) -> asio::awaitable<void> {
        if (request.target != "/large") {
          co_await writer.send({});
          co_return;
        }
        Response response{200, {}, std::string(1'000'000, 'x')};
        const auto sent = co_await writer.send(std::move(response));
        if (!sent) error = sent.error().code;
      },
      options);
  RawPeer slow(world.connect());
  REQUIRE(world.run(slow.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n")));
  world.clock.run_for(world.loop, 9s);
  CHECK(status_line(world.exchange("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) == "HTTP/1.1 200 OK");
  world.clock.run_for(world.loop, 0s);
  CHECK(world.server.connections() == 1);
  world.clock.run_for(world.loop, 2s);
  CHECK(world.server.connections() == 0);
  CHECK(error == Errc::timed_out);
}

TEST_CASE("Connections beyond the limit take the place of who has waited for longest", "[http][server]") {
  ServerOptions options;
  options.max_connections = 2;
  ServedWorld world(echo, options);
  RawPeer first(world.connect());
  RawPeer second(world.connect());
  REQUIRE(world.run(first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")));
  CHECK(status_line(world.run(first.receive_until("\r\n\r\n"))) == "HTTP/1.1 200 OK");
  RawPeer third(world.connect());
  CHECK(world.run(second.receive_all()).empty());
  CHECK(world.clock.elapsed() == 0s);
  for (RawPeer* peer : {&first, &third}) {
    REQUIRE(world.run(peer->send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")));
    CHECK(status_line(world.run(peer->receive_all())).starts_with("HTTP/1.1 200 OK"));
  }
}

TEST_CASE("Connections beyond the limit are closed at once when all others are being answered", "[http][server]") {
  Condition answer;
  ServerOptions options;
  options.max_connections = 1;
  ServedWorld world(
      [&](Request&, ResponseWriter& writer) -> asio::awaitable<void> {
        co_await answer.wait();
        co_await writer.send({200, {}, {}});
      },
      options);
  RawPeer first(world.connect());
  REQUIRE(world.run(first.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")));
  world.clock.run_for(world.loop, 0s);
  RawPeer second(world.connect());
  CHECK(world.run(second.receive_all()).empty());
  CHECK(world.clock.elapsed() == 0s);
  answer.notify_all();
  CHECK(status_line(world.run(first.receive_all())) == "HTTP/1.1 200 OK");
}

TEST_CASE("Requests take a bounded amount of memory together, and small ones are always taken", "[http][server]") {
  ServerOptions options;
  options.max_requests_bytes = 100'000;
  options.refusal = [](unsigned status) { return Response{status, {{"Retry-After", "1"}}, {}}; };
  ServedWorld world(echo, options);
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ";
  RawPeer holder(world.connect());
  REQUIRE(world.run(holder.send(head + "90000\r\n\r\n" + std::string(89'999, 'x'))));
  world.clock.run_for(world.loop, 0s);
  RawPeer large(world.connect());
  REQUIRE(world.run(large.send(head + "30000\r\n\r\n" + std::string(30'000, 'y'))));
  const auto refused = world.run(large.receive_all());
  CHECK(status_line(refused) == "HTTP/1.1 429 Too Many Requests");
  CHECK(refused.find("Retry-After: 1") != std::string::npos);
  CHECK(status_line(world.exchange(head + "15000\r\n\r\n" + std::string(15'000, 'z'))) == "HTTP/1.1 200 OK");
  RawPeer head_only(world.connect());
  REQUIRE(world.run(head_only.send("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(20'000, 'h'))));
  CHECK(status_line(world.run(head_only.receive_all())) == "HTTP/1.1 429 Too Many Requests");
  // What was held is given back with the request.
  REQUIRE(world.run(holder.send("x")));
  CHECK(status_line(world.run(holder.receive_all())) == "HTTP/1.1 200 OK");
  CHECK(status_line(world.exchange(head + "30000\r\n\r\n" + std::string(30'000, 'y'))) == "HTTP/1.1 200 OK");
}

TEST_CASE("A body that is not wanted is not received", "[http][server]") {
  int asked = 0;
  ServerOptions options;
  options.takes_body = [&](const Request& head, const PeerIdentity*) {
    ++asked;
    return head.headers.get("Authorization") == "Bearer good";
  };
  ServedWorld world(
      [](Request& request, ResponseWriter& writer) -> asio::awaitable<void> {
        const bool good = request.headers.get("Authorization") == "Bearer good";
        co_await writer.send({good ? 200u : 401u, {}, fmt::format("{} bytes\n", request.body.size())});
      },
      options);
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n";
  for (const std::string more : {"\r\nabc", "Expect: 100-continue\r\n\r\n"}) {
    RawPeer stranger(world.connect());
    REQUIRE(world.run(stranger.send(head + more)));
    const auto answer = world.run(stranger.receive_all());
    CHECK(status_line(answer) == "HTTP/1.1 401 Unauthorized");
    CHECK(answer.find("Connection: close") != std::string::npos);
    CHECK(answer.ends_with("0 bytes\n"));
  }
  CHECK(asked == 2);
  RawPeer known(world.connect());
  REQUIRE(world.run(known.send(head + "Authorization: Bearer good\r\n\r\nabc")));
  world.clock.run_for(world.loop, 0s);
  REQUIRE(world.run(known.send(std::string(99'997, 'x'))));
  CHECK(world.run(known.receive_until("bytes\n")).ends_with("100000 bytes\n"));
  CHECK(asked == 3);
  // What comes along with its head is the handler's alone.
  REQUIRE(world.run(known.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")));
  CHECK(world.run(known.receive_until("bytes\n")).ends_with("3 bytes\n"));
  CHECK(asked == 3);
}

TEST_CASE("Ambiguous ends of a message are refused", "[http][server]") {
  ServedWorld world(echo);
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\n";
  for (const std::string rest : {
           "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
           "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
           "Content-Length: 3, 4\r\n\r\nabcd",
           "Content-Length: +3\r\n\r\nabc",
           "Content-Length: -1\r\n\r\n",
           "Content-Length: 0x3\r\n\r\nabc",
           "Content-Length: 99999999999999999999999\r\n\r\n",
           "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n",
           "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
           "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
           "Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n",
           "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\na\r\n",
           "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
           "Transfer-Encoding: chunked\r\n\r\n\r\na\r\n0\r\n\r\n",
           "X: a\nY: b\r\n\r\n",
           "X: a\rY: b\r\n\r\n",
           "X\r\n\r\n",
           ": a\r\n\r\n",
           "Host: y\r\n\r\n",
       }) {
    INFO(rest);
    const auto answer = world.exchange(head + rest);
    CHECK(status_line(answer) == "HTTP/1.1 400 Bad Request");
  }
}

TEST_CASE("Many requests that come at once are answered some at a time", "[http][server]") {
  ServedWorld world(echo);
  RawPeer greedy(world.connect());
  RawPeer other(world.connect());
  std::string many;
  for (int i = 0; i < 500; ++i) many += "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  many += "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  REQUIRE(world.run(greedy.send(many)));
  REQUIRE(world.run(other.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")));
  CHECK(status_line(world.run(other.receive_all())) == "HTTP/1.1 200 OK");
  const auto answers = world.run(greedy.receive_all());
  std::size_t count = 0;
  for (auto at = answers.find("HTTP/1.1 200"); at != std::string::npos; at = answers.find("HTTP/1.1 200", at + 1)) {
    ++count;
  }
  CHECK(count == 501);
}

TEST_CASE("A handler's failures are answered and logged without killing the server", "[http][server]") {
  SilentLog log;
  ServedWorld world([](Request& request, ResponseWriter& writer) -> asio::awaitable<void> {
    if (request.target == "/throws?token=s3cret") throw std::runtime_error("broken inside");
    if (request.target == "/silent") co_return;
    co_await writer.start({200, {}});
    const std::array<std::string_view, 1> pieces{"half"};
    co_await writer.write(pieces);
    throw std::runtime_error("broken half-way");
  });
  RawPeer peer(world.connect());
  for (const std::string target : {"/throws?token=s3cret", "/silent"}) {
    REQUIRE(world.run(peer.send("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n")));
    CHECK(status_line(world.run(peer.receive_until("Error\n"))) == "HTTP/1.1 500 Internal Server Error");
  }
  REQUIRE(world.run(peer.send("GET /half HTTP/1.1\r\nHost: x\r\n\r\n")));
  const std::string half = world.run(peer.receive_all());
  CHECK(half.ends_with("4\r\nhalf\r\n"));  // not ended as if it were whole
  CHECK(log.text.find("broken inside") != std::string::npos);
  CHECK(log.text.find("broken half-way") != std::string::npos);
  CHECK(log.text.find("s3cret") == std::string::npos);
}

TEST_CASE("What a client sends while its response streams is its next request", "[http][server]") {
  World* world_pointer = nullptr;
  ServedWorld world([&](Request& request, ResponseWriter& writer) -> asio::awaitable<void> {
    if (request.target == "/next") {
      co_await writer.send({200, {}, "next"});
      co_return;
    }
    co_await writer.start({200, {}});
    co_await world_pointer->clock.sleep_for(5s);
    const std::array<std::string_view, 1> pieces{"late"};
    co_await writer.write(pieces);
  });
  world_pointer = &world;
  RawPeer peer(world.connect());
  REQUIRE(world.run(peer.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")));
  (void)world.run(peer.receive_until("\r\n\r\n"));
  REQUIRE(world.run(peer.send("GET /next HTTP/1.1\r\nHost: x\r\n\r\n")));
  CHECK(world.run(peer.receive_until("0\r\n\r\n")) == "4\r\nlate\r\n0\r\n\r\n");
  CHECK(world.clock.elapsed() == 5s);
  CHECK(world.run(peer.receive_until("\r\n\r\nnext")).starts_with("HTTP/1.1 200 OK"));
  // And one that comes only after the stream ended.
  REQUIRE(world.run(peer.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")));
  (void)world.run(peer.receive_until("0\r\n\r\n"));
  REQUIRE(world.run(peer.send("GET /next HTTP/1.1\r\nHost: x\r\n\r\n")));
  CHECK(world.run(peer.receive_until("\r\n\r\nnext")).starts_with("HTTP/1.1 200 OK"));
}

TEST_CASE("A client that leaves within its second streamed response cancels that", "[http][server]") {
  World* world_pointer = nullptr;
  int cancelled = 0;
  ServedWorld world([&](Request&, ResponseWriter& writer) -> asio::awaitable<void> {
    co_await writer.start({200, {}});
    try {
      co_await world_pointer->clock.sleep_for(5s);
    } catch (...) {
      ++cancelled;
      throw;
    }
  });
  world_pointer = &world;
  {
    RawPeer peer(world.connect());
    const std::string request = "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n";
    REQUIRE(world.run(peer.send(request)));
    world.clock.run_for(world.loop, 1s);
    REQUIRE(world.run(peer.send(request)));  // pipelined: the watch of the first response reads it
    world.clock.run_for(world.loop, 6s);
    CHECK(cancelled == 0);
    CHECK(world.server.connections() == 1);
  }
  world.clock.run_for(world.loop, 0s);
  CHECK(cancelled == 1);
  CHECK(world.server.connections() == 0);
}

TEST_CASE("stop() closes idle connections, lets requests end, and cancels what lasts too long", "[http][server]") {
  World world;
  bool cancelled = false;
  Server server(world.loop.get_executor(), world.clock,
                [&](Request& request, ResponseWriter& writer) -> asio::awaitable<void> {
                  try {
                    co_await world.clock.sleep_for(request.target == "/long" ? Duration(1h) : Duration(5s));
                  } catch (...) {
                    cancelled = true;
                    throw;
                  }
                  co_await writer.send({200, {}, "done"});
                },
                {});
  const auto connect = [&] {
    auto [here, there] = make_memory_stream_pair(world.loop.get_executor());
    server.serve(std::move(there));
    return std::move(here);
  };
  RawPeer idle(connect());
  RawPeer ends(connect());
  RawPeer lasts(connect());
  REQUIRE(world.run(ends.send("GET /short HTTP/1.1\r\nHost: x\r\n\r\n")));
  REQUIRE(world.run(lasts.send("GET /long HTTP/1.1\r\nHost: x\r\n\r\n")));
  world.clock.run_for(world.loop, 1s);
  CHECK(server.connections() == 3);
  bool stopped = false;
  asio::co_spawn(world.loop, server.stop(10s), [&](std::exception_ptr) { stopped = true; });
  CHECK(world.run(idle.receive_all()).empty());
  CHECK(world.clock.elapsed() == 1s);
  const std::string answer = world.run(ends.receive_all());
  CHECK(answer.find("Connection: close\r\n") != std::string::npos);
  CHECK(answer.ends_with("done"));
  CHECK(world.clock.elapsed() == 5s);
  CHECK_FALSE(cancelled);
  RawPeer late(connect());
  CHECK(world.run(late.receive_all()).empty());
  CHECK(world.run(lasts.receive_all()).empty());
  world.clock.run_until(world.loop, [&] { return stopped; });
  CHECK(cancelled);
  CHECK(world.clock.elapsed() == 11s);
  CHECK(server.connections() == 0);
}

TEST_CASE("Garbage never does worse than end its connection", "[http][server]") {
  SilentLog log;
  ServedWorld world(echo);
  std::mt19937 random(12345);
  const std::vector<std::string> words{"GET ",
                                       "POST ",
                                       "/",
                                       " HTTP/1.1\r\n",
                                       "Host: x\r\n",
                                       "\r\n",
                                       "\r",
                                       "\n",
                                       "\r\n\r\n",
                                       "chunked",
                                       "5\r\n",
                                       "Transfer-Encoding: ",
                                       "Content-Length: ",
                                       "7",
                                       "ffffffffffffffff\r\n",
                                       "0\r\n\r\n",
                                       ":",
                                       " ",
                                       "Connection: close\r\n",
                                       "Expect: 100-continue\r\n",
                                       std::string(1, '\0'),
                                       "\xff\xfe",
                                       "abcdefg",
                                       "Connection: ,,\r\n",
                                       "HTTP/1.",
                                       ";a=\"",
                                       "\t"};
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    if (round % 2 == 0) text = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    const auto length = random() % 20;
    for (unsigned i = 0; i < length; ++i) text += words[random() % words.size()];
    RawPeer peer(world.connect());
    while (!text.empty()) {
      const std::size_t size = std::min<std::size_t>(1 + random() % 40, text.size());
      (void)world.run(peer.send(text.substr(0, size)));
      text.erase(0, size);
    }
  }
  CHECK(status_line(world.exchange("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) == "HTTP/1.1 200 OK");
  world.clock.run_for(world.loop, 5min);
  CHECK(world.server.connections() == 0);
}

}  // namespace
}  // namespace kyma::http
