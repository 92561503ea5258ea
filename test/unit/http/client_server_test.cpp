#include <catch2/catch_test_macros.hpp>

#include "operator/base/log.hpp"
#include "test/unit/http/fixture.hpp"

namespace kyma::http {
namespace {

using namespace testing;

asio::awaitable<void> echo(Request& request, ResponseWriter& writer) {
  Response response{200, {{"X-Method", request.method}, {"X-Target", request.target}}, request.body};
  co_await writer.send(std::move(response));
}

Request post(std::string target, std::string body) { return {"POST", std::move(target), {}, std::move(body)}; }

TEST_CASE("Client and server exchange a request and its response", "[http][client][server]") {
  ServedWorld world(echo);
  Client client(world.loop.get_executor(), world.clock, world.dialer(), world.client_options());
  auto response = world.run(client.send(post("/things?x=1", "hello"), {}));
  REQUIRE(response);
  CHECK(response->status == 200);
  CHECK(response->headers.get("x-method") == "POST");
  CHECK(response->headers.get("X-TARGET") == "/things?x=1");
  CHECK(response->body == "hello");
}

TEST_CASE("Client keeps connections and uses them again", "[http][client]") {
  ServedWorld world(echo);
  Client client(world.loop.get_executor(), world.clock, world.dialer(), world.client_options());
  for (int i = 0; i < 5; ++i)
    REQUIRE(world.run(client.send(post("/", std::to_string(i)), {}))->body == std::to_string(i));
  CHECK(world.dials == 1);
  CHECK(client.counters().open_connections == 1);
  CHECK(client.counters().idle_connections == 1);

  client.drop_idle();
  CHECK(client.counters().open_connections == 0);
  REQUIRE(world.run(client.send(post("/", "x"), {})));
  CHECK(world.dials == 2);
}

TEST_CASE("Client closes connections that were idle for too long", "[http][client]") {
  ServedWorld world(echo);
  Client client(world.loop.get_executor(), world.clock, world.dialer(), world.client_options());
  REQUIRE(world.run(client.send(post("/", "x"), {})));
  world.clock.run_for(world.loop, 59s);
  CHECK(client.counters().idle_connections == 1);
  world.clock.run_for(world.loop, 2s);
  CHECK(client.counters().idle_connections == 0);
  CHECK(world.server.connections() == 0);
}

TEST_CASE("Bodies larger than every buffer arrive whole in both directions", "[http][client][server]") {
  ServedWorld world(echo, {}, 1000);
  Client client(world.loop.get_executor(), world.clock, world.dialer(), world.client_options());
  std::string body(2'000'000, 'x');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i * 7 % 26);
  auto response = world.run(client.send(post("/", body), {}));
  REQUIRE(response);
  CHECK(response->body == body);
}

TEST_CASE("Callers beyond max_connections wait their turn in order", "[http][client]") {
  World* world_pointer = nullptr;
  std::vector<std::string> order;
  ServedWorld world([&](Request& request, ResponseWriter& writer) -> asio::awaitable<void> {
    order.push_back(request.body);
    co_await world_pointer->clock.sleep_for(1s);
    co_await writer.send({});
  });
  world_pointer = &world;
  ClientOptions options = world.client_options();
  options.max_connections = 2;
  Client client(world.loop.get_executor(), world.clock, world.dialer(), options);
  std::vector<std::unique_ptr<Running<Outcome<Response>>>> calls;
  for (int i = 0; i < 6; ++i) {
    calls.push_back(std::make_unique<Running<Outcome<Response>>>(world, client.send(post("/", std::to_string(i)), {})));
  }
  for (auto& call : calls) CHECK(call->get());
  CHECK(order == std::vector<std::string>{"0", "1", "2", "3", "4", "5"});
  CHECK(world.dials == 2);
  CHECK(world.clock.elapsed() == 3s);
}

TEST_CASE("A caller that waits too long for its turn times out and the slot is not lost", "[http][client]") {
  World* world_pointer = nullptr;
  ServedWorld world([&](Request&, ResponseWriter& writer) -> asio::awaitable<void> {
    co_await world_pointer->clock.sleep_for(10s);
    co_await writer.send({});
  });
  world_pointer = &world;
  ClientOptions options = world.client_options();
  options.max_connections = 1;
  Client client(world.loop.get_executor(), world.clock, world.dialer(), options);
  Running<Outcome<Response>> first(world, client.send(post("/1", ""), {}));
  Running<Outcome<Response>> second(world, client.send(post("/2", ""), CallLimits{.timeout = 5s}));
  Running<Outcome<Response>> third(world, client.send(post("/3", ""), {}));
  Running<Outcome<Response>> cancelled(world, client.send(post("/4", ""), {}));
  world.clock.run_for(world.loop, 1s);
  cancelled.cancel();
  const auto timed_out = second.get();
  CHECK(world.clock.elapsed() == 5s);
  REQUIRE(timed_out.has_error());
  CHECK(timed_out.error().code == Errc::timed_out);
  CHECK(timed_out.error().describe() == "timed out: POST /2 at test after 5 s");
  CHECK(first.get());
  CHECK(third.get());
  CHECK_THROWS(cancelled.get());
  CHECK(world.clock.elapsed() == 20s);
  CHECK(client.counters().idle_connections == 1);
}

TEST_CASE("A call ends by its deadline in each phase", "[http][client]") {
  World world;
  std::unique_ptr<Stream> kept;
  auto pipe = [&](std::size_t capacity) {
    auto [here, there] = make_memory_stream_pair(world.loop.get_executor(), capacity);
    kept = std::move(there);
    return std::move(here);
  };
  Dialer dial;
  std::string answer;
  SECTION("dialling") {
    dial = [&]() -> asio::awaitable<Outcome<std::unique_ptr<Stream>>> {
      co_await world.clock.sleep_for(1h);
      co_return pipe(1000);
    };
  }
  SECTION("writing") {
    dial = [&]() -> asio::awaitable<Outcome<std::unique_ptr<Stream>>> { co_return pipe(10); };
  }
  SECTION("waiting for the response") {
    dial = [&]() -> asio::awaitable<Outcome<std::unique_ptr<Stream>>> { co_return pipe(10'000); };
  }
  SECTION("reading the response") {
    answer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345";
    dial = [&]() -> asio::awaitable<Outcome<std::unique_ptr<Stream>>> { co_return pipe(10'000); };
  }
  Client client(world.loop.get_executor(), world.clock, dial, {});
  Running<Outcome<Response>> call(world, client.send(post("/", std::string(100, 'x')), CallLimits{.timeout = 3s}));
  world.clock.run_for(world.loop, 0s);
  if (!answer.empty()) {
    const std::array<asio::const_buffer, 1> whole{asio::buffer(answer)};
    REQUIRE(world.run(kept->write(whole)));
  }
  const auto result = call.get();
  REQUIRE(result.has_error());
  CHECK(result.error().code == Errc::timed_out);
  CHECK(world.clock.elapsed() == 3s);
  CHECK(client.counters().open_connections == 0);
}

TEST_CASE("A cancelled call closes its connection and frees its slot", "[http][client]") {
  World* world_pointer = nullptr;
  ServedWorld world([&](Request& request, ResponseWriter& writer) -> asio::awaitable<void> {
    if (request.target == "/slow") co_await world_pointer->clock.sleep_for(1h);
    co_await writer.send({});
  });
  world_pointer = &world;
  ClientOptions options = world.client_options();
  options.max_connections = 1;
  Client client(world.loop.get_executor(), world.clock, world.dialer(), options);
  Running<Outcome<Response>> slow(world, client.send(post("/slow", ""), {}));
  world.clock.run_for(world.loop, 1s);
  CHECK(client.counters().open_connections == 1);
  slow.cancel();
  CHECK_THROWS(slow.get());
  CHECK(client.counters().open_connections == 0);
  CHECK(world.run(client.send(post("/fast", ""), {})));
}

TEST_CASE("close() fails running and waiting calls with shut_down", "[http][client]") {
  World* world_pointer = nullptr;
  ServedWorld world([&](Request&, ResponseWriter& writer) -> asio::awaitable<void> {
    co_await world_pointer->clock.sleep_for(1h);
    co_await writer.send({});
  });
  world_pointer = &world;
  ClientOptions options = world.client_options();
  options.max_connections = 1;
  Client client(world.loop.get_executor(), world.clock, world.dialer(), options);
  Running<Outcome<Response>> running(world, client.send(post("/", ""), {}));
  Running<Outcome<Response>> waiting(world, client.send(post("/", ""), {}));
  world.clock.run_for(world.loop, 1s);
  client.close();
  CHECK(running.get().error().code == Errc::shut_down);
  CHECK(waiting.get().error().code == Errc::shut_down);
  CHECK(world.run(client.send(post("/", ""), {})).error().code == Errc::shut_down);
  CHECK(world.clock.elapsed() == 1s);
  CHECK(client.counters().open_connections == 0);
}

TEST_CASE("A streamed response arrives piece by piece and its connection is used again", "[http][client][server]") {
  World* world_pointer = nullptr;
  ServedWorld world([&](Request&, ResponseWriter& writer) -> asio::awaitable<void> {
    co_await writer.start({200, {{"Content-Type", "application/json"}}});
    for (int i = 0; i < 3; ++i) {
      co_await world_pointer->clock.sleep_for(10s);
      const std::string number = std::to_string(i);
      const std::array<std::string_view, 3> pieces{"event ", number, "\n"};
      co_await writer.write(pieces);
    }
  });
  world_pointer = &world;
  Client client(world.loop.get_executor(), world.clock, world.dialer(), world.client_options());
  auto opened = world.run(client.open({}, {}));
  REQUIRE(opened);
  ResponseStream& stream = **opened;
  CHECK(stream.head().status == 200);
  CHECK(stream.head().headers.get("Content-Type") == "application/json");
  CHECK(world.clock.elapsed() == 0s);
  CHECK(*world.run(stream.read(11s)) == "event 0\n");
  CHECK(*world.run(stream.read(11s)) == "event 1\n");
  CHECK(*world.run(stream.read(11s)) == "event 2\n");
  CHECK(world.run(stream.read(11s))->empty());
  CHECK(world.run(stream.read(11s))->empty());
  CHECK(client.counters().idle_connections == 1);
  auto again = world.run(client.open({}, {}));
  CHECK(*world.run((*again)->read_all(1min, 1000)) == "event 0\nevent 1\nevent 2\n");
  CHECK(world.dials == 1);
}

TEST_CASE("A stream that falls silent times out, and the handler notices that its client left",
          "[http][client][server]") {
  World* world_pointer = nullptr;
  bool cancelled = false;
  ServedWorld world([&](Request&, ResponseWriter& writer) -> asio::awaitable<void> {
    co_await writer.start({200, {}});
    try {
      co_await world_pointer->clock.sleep_for(1h);
    } catch (const std::exception&) {
      cancelled = true;
      throw;
    }
  });
  world_pointer = &world;
  Client client(world.loop.get_executor(), world.clock, world.dialer(), world.client_options());
  auto opened = world.run(client.open({}, {}));
  REQUIRE(opened);
  SECTION("idle timeout") {
    const auto piece = world.run((*opened)->read(30s));
    REQUIRE(piece.has_error());
    CHECK(piece.error().code == Errc::timed_out);
    CHECK(world.clock.elapsed() == 30s);
  }
  SECTION("the stream is dropped") { opened->reset(); }
  SECTION("the stream is closed while it is read") {
    Running<Outcome<std::string_view>> read(world, (*opened)->read(1h));
    world.clock.run_for(world.loop, 1s);
    (*opened)->close();
    CHECK(read.get().error().code == Errc::shut_down);
  }
  SECTION("the reader is cancelled") {
    Running<Outcome<std::string_view>> read(world, (*opened)->read(1h));
    world.clock.run_for(world.loop, 1s);
    read.cancel();
    CHECK_THROWS(read.get());
  }
  SECTION("the client closes") {
    client.close();
    CHECK(world.run((*opened)->read(1h)).error().code == Errc::shut_down);
  }
  world.clock.run_for(world.loop, 1s);
  CHECK(cancelled);
  CHECK(world.server.connections() == 0);
}

TEST_CASE("Bodies beyond the caller's limit are refused", "[http][client]") {
  ServedWorld world([](Request& request, ResponseWriter& writer) -> asio::awaitable<void> {
    const std::string body(1000, 'x');
    if (request.target == "/plain") {
      co_await writer.send({200, {}, body});
      co_return;
    }
    co_await writer.start({200, {}});
    for (int i = 0; i < 10; ++i) {
      const std::array<std::string_view, 1> pieces{std::string_view(body).substr(0, 100)};
      co_await writer.write(pieces);
    }
  });
  Client client(world.loop.get_executor(), world.clock, world.dialer(), world.client_options());
  for (const char* target : {"/plain", "/chunked"}) {
    CHECK(world.run(client.send({"GET", target, {}, {}}, CallLimits{.max_body_bytes = 1000}))->body.size() == 1000);
    const auto result = world.run(client.send({"GET", target, {}, {}}, CallLimits{.max_body_bytes = 999}));
    REQUIRE(result.has_error());
    CHECK(result.error().code == Errc::body_too_large);
    auto stream = world.run(client.open({"GET", target, {}, {}}, {}));
    CHECK(world.run((*stream)->read_all(1s, 999)).error().code == Errc::body_too_large);
  }
}

TEST_CASE("HEAD requests get the head alone, and the connection stays usable", "[http][client][server]") {
  ServedWorld world([](Request& request, ResponseWriter& writer) -> asio::awaitable<void> {
    if (request.target == "/plain") {
      co_await writer.send({200, {}, "12345"});
      co_return;
    }
    co_await writer.start({200, {}});
    const std::array<std::string_view, 1> pieces{"12345"};
    co_await writer.write(pieces);
  });
  Client client(world.loop.get_executor(), world.clock, world.dialer(), world.client_options());
  for (int i = 0; i < 2; ++i) {
    const auto plain = world.run(client.send({"HEAD", "/plain", {}, {}}, {}));
    REQUIRE(plain);
    CHECK(plain->headers.get("Content-Length") == "5");
    CHECK(plain->body.empty());
    const auto chunked = world.run(client.send({"HEAD", "/chunked", {}, {}}, {}));
    REQUIRE(chunked);
    CHECK(chunked->body.empty());
    CHECK(world.run(client.send({"GET", "/chunked", {}, {}}, {}))->body == "12345");
  }
  CHECK(world.dials == 1);
}

TEST_CASE("A header that would break out of its line is refused before anything is sent", "[http][client][server]") {
  SilentLog log;
  ServedWorld world([](Request&, ResponseWriter& writer) -> asio::awaitable<void> {
    const auto sent = co_await writer.send({200, {{"X-Note", "a\r\nSet-Cookie: b"}}, {}});
    if (sent.has_error() && sent.error().code == Errc::invalid_argument) co_await writer.send({204, {}, {}});
  });
  Client client(world.loop.get_executor(), world.clock, world.dialer(), world.client_options());
  CHECK(world.run(client.send({"GET", "/", {}, {}}, {}))->status == 204);
  const auto bad_value = world.run(client.send({"GET", "/", {{"Authorization", "Bearer s3cret\r\nX: y"}}, {}}, {}));
  REQUIRE(bad_value.has_error());
  CHECK(bad_value.error().code == Errc::invalid_argument);
  CHECK(bad_value.error().message.find("Authorization") != std::string::npos);
  CHECK(bad_value.error().message.find("s3cret") == std::string::npos);
  CHECK(world.run(client.send({"GET", "/a b", {}, {}}, {})).error().code == Errc::invalid_argument);
  CHECK(world.run(client.send({"G T", "/", {}, {}}, {})).error().code == Errc::invalid_argument);
  CHECK(world.run(client.send({"GET", "/", {}, {}}, {}))->status == 204);
  CHECK(world.dials == 1);
}

}  // namespace
}  // namespace kyma::http
