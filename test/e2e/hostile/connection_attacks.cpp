// Attacks by the number, the slowness and the shape of connections.
#include <fmt/format.h>
#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <chrono>
#include <utility>

#include "operator/base/race.hpp"
#include "operator/base/task_group.hpp"
#include "test/e2e/hostile/attack.hpp"

namespace kyma::hostile {
namespace {

using namespace std::chrono_literals;
using Streams = std::vector<std::unique_ptr<http::Stream>>;

constexpr auto kHold = 1s;

asio::awaitable<Streams> connect_many(Siege& siege, std::size_t count) {
  Streams streams;
  while (streams.size() < count) streams.push_back(co_await siege.connect());
  co_return streams;
}

std::size_t count_open(const Streams& streams) {
  std::size_t open = 0;
  for (const auto& stream : streams) open += stream->is_quiet() ? 1 : 0;
  return open;
}

asio::awaitable<std::string> idle_connections(Siege& siege) {
  const auto streams = co_await connect_many(siege, siege.size(10'000));
  co_await siege.clock().sleep_for(kHold);
  const auto open = count_open(streams);
  if (open < streams.size())
    siege.fault(fmt::format("{} of {} idle connections were cut", streams.size() - open, streams.size()));
  for (std::size_t i = 0; i < streams.size(); i += 500) {
    co_await send(*streams[i], siege.head("GET", "/api", "\r\n"));
    const auto answer = co_await receive(siege.clock(), *streams[i], "APIVersions", 10s);
    if (status_of(answer) != 200) siege.fault(fmt::format("idle connection {} was answered: {}", i, answer));
  }
  co_return fmt::format("{} connections", streams.size());
}

// The first bytes of a handshake, and nothing more.
asio::awaitable<std::string> half_handshakes(Siege& siege) {
  asio::ip::tcp::endpoint where(asio::ip::make_address(siege.target().secure.host), siege.target().secure.port);
  std::vector<asio::ip::tcp::socket> sockets;
  const auto count = siege.size(500);
  while (sockets.size() < count) {
    auto& socket = sockets.emplace_back(siege.loop());
    co_await socket.async_connect(where, asio::use_awaitable);
    co_await socket.async_write_some(asio::buffer("\x16\x03\x01\x02\x00", 5), asio::use_awaitable);
  }
  co_await siege.clock().sleep_for(kHold);
  co_return fmt::format("{} connections", count);
}

asio::awaitable<std::string> idle_after_handshake(Siege& siege) {
  Streams streams;
  const auto count = siege.size(500);
  while (streams.size() < count) streams.push_back(co_await siege.connect_tls());
  co_await siege.clock().sleep_for(kHold);
  co_await send(*streams.front(), siege.head("GET", "/api", "\r\n"));
  const auto answer = co_await receive(siege.clock(), *streams.front(), "APIVersions", 10s);
  if (status_of(answer) != 200) siege.fault("an idle connection with TLS was answered: " + answer);
  co_return fmt::format("{} connections", count);
}

// Everything that a client could send slowly, a byte at a time.
asio::awaitable<std::string> drip(Siege& siege, const std::string& text, std::size_t count) {
  const auto streams = co_await connect_many(siege, siege.size(count));
  std::size_t sent = 0;
  for (const auto end = siege.clock().now() + 3s; siege.clock().now() < end && sent < text.size(); ++sent) {
    for (const auto& stream : streams) (void)co_await send(*stream, text.substr(sent, 1));
    co_await siege.clock().sleep_for(50ms);
  }
  const auto open = count_open(streams);
  if (open < streams.size())
    siege.fault(fmt::format("{} of {} were cut off before their time", streams.size() - open, streams.size()));
  co_return fmt::format("{} connections, {} bytes each", streams.size(), sent);
}

asio::awaitable<std::string> slow_heads(Siege& siege) {
  co_return co_await drip(siege, siege.head("GET", "/api", "X-Slow: " + std::string(1000, 'a')), 500);
}

asio::awaitable<std::string> slow_bodies(Siege& siege) {
  const auto streams = co_await connect_many(siege, siege.size(300));
  for (const auto& stream : streams) {
    co_await send(*stream,
                  siege.head("POST", "/api/v1/namespaces/default/configmaps", "Content-Length: 3000000\r\n\r\n"));
  }
  for (int i = 0; i < 40; ++i) {
    for (const auto& stream : streams) (void)co_await send(*stream, " ");
    co_await siege.clock().sleep_for(50ms);
  }
  const auto open = count_open(streams);
  if (open < streams.size())
    siege.fault(fmt::format("{} of {} were cut off before their time", streams.size() - open, streams.size()));
  co_return fmt::format("{} connections", streams.size());
}

// Connections that are reset at each stage.
asio::awaitable<std::string> resets(Siege& siege) {
  const asio::ip::tcp::endpoint where(asio::ip::make_address(siege.target().plain.host), siege.target().plain.port);
  const std::string body(100'000, ' ');
  const std::array<std::string, 7> stages = {
      "",
      "GE",
      siege.head("GET", "/api"),
      siege.head("GET", "/api", "\r\n"),
      siege.head("GET", "/api/v1/namespaces?watch=true", "\r\n"),
      siege.head("POST", "/api/v1/namespaces", fmt::format("Content-Length: {}\r\n\r\n", body.size())) + body.substr(1),
      siege.head("POST", "/api/v1/namespaces", "Transfer-Encoding: chunked\r\n\r\n5\r\nab"),
  };
  const auto rounds = siege.size(300);
  for (std::size_t round = 0; round < rounds; ++round) {
    for (const auto& stage : stages) {
      asio::ip::tcp::socket socket(siege.loop());
      co_await socket.async_connect(where, asio::use_awaitable);
      if (!stage.empty()) co_await asio::async_write(socket, asio::buffer(stage), asio::use_awaitable);
      socket.set_option(asio::socket_base::linger(true, 0));  // closing sends a reset
    }
  }
  co_return fmt::format("{} connections", rounds * stages.size());
}

// Messages whose end, or whose meaning, two readers could see differently.
std::vector<std::string> ambiguous_requests(const Siege& siege) {
  const auto post = siege.head("POST", "/api/v1/namespaces");
  std::vector<std::string> requests;
  for (const std::string_view rest :
       {"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "Content-Length: +3\r\n\r\nabc",
        "Content-Length: 3, 4\r\n\r\nabc", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n", "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\na\r\n", "Transfer-Encoding: chunked\r\n\r\n-1\r\na\r\n",
        "Transfer-Encoding: chunked\r\n\r\n0x2\r\nab\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n", "X: a\nY: b\r\n\r\n", "X: a\rY: b\r\n\r\n",
        "Host: other\r\n\r\n", "X\r\n\r\n", "X: a\0b\r\n\r\n"}) {
    requests.push_back(post + std::string(rest));
  }
  requests.push_back("GET  /api HTTP/1.1\r\nHost: x\r\n\r\n");
  requests.push_back("GET /a b HTTP/1.1\r\nHost: x\r\n\r\n");
  requests.push_back("GET /api HTTP/9.9\r\nHost: x\r\n\r\n");
  requests.push_back("GET /api HTTP/1.1\r\n\r\n");
  requests.push_back("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 TLS where there is none\r\n\r\n");
  requests.push_back("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  return requests;
}

asio::awaitable<std::string> smuggling(Siege& siege) {
  const auto requests = ambiguous_requests(siege);
  for (const auto& request : requests) {
    const auto stream = co_await siege.connect();
    co_await send(*stream, request + siege.head("GET", "/smuggled", "\r\n"));
    const auto answer = co_await receive(siege.clock(), *stream, {}, 10s);
    const bool once = answer.find("HTTP/1.1 ", 1) == std::string::npos;
    if (status_of(answer) == 400 && once && answer.find("\"kind\":\"Status\"") != std::string::npos) continue;
    siege.fault(fmt::format("{:?} was answered {:?}",
                            request.substr(request.size() - std::min<std::size_t>(request.size(), 60)),
                            answer.substr(0, 200)));
  }
  co_return fmt::format("{} requests", requests.size());
}

struct Large {
  std::string_view what;
  std::string request;
  unsigned status;
};

asio::awaitable<std::string> large_heads(Siege& siege) {
  const std::string many(100'000, 'a');
  std::string fields;
  while (fields.size() < 100'000) fields += fmt::format("X-{}: y\r\n", fields.size());
  std::vector<Large> requests;
  requests.push_back({"a header of 100 kB", siege.head("GET", "/api", "X: " + many + "\r\n\r\n"), 431});
  requests.push_back({"ten thousand headers", siege.head("GET", "/api", fields + "\r\n"), 431});
  requests.push_back({"a request line of 100 kB", siege.head("GET", "/" + many, "\r\n"), 431});
  requests.push_back({"a query of 100 kB", siege.head("GET", "/api?" + many, "\r\n"), 431});
  requests.push_back({"a method of 100 kB", siege.head(many, "/api", "\r\n"), 431});
  requests.push_back(
      {"a declared body of 4 GB", siege.head("POST", "/api", "Content-Length: 4294967296\r\n\r\n"), 413});
  requests.push_back({"a body of 4 MB", siege.head("POST", "/api", "Content-Length: 4000000\r\n\r\n"), 413});
  for (const auto& [what, request, status] : requests) {
    const auto stream = co_await siege.connect();
    (void)co_await send(*stream, request);
    const auto answer = co_await receive(siege.clock(), *stream, {}, 10s);
    if (status_of(answer) == status && answer.find("\"kind\":\"Status\"") != std::string::npos) continue;
    siege.fault(fmt::format("{}: expected {}, got {:?}", what, status, answer.substr(0, 200)));
  }
  co_return fmt::format("{} requests", requests.size());
}

// As much as one connection takes, without waiting for an answer.
asio::awaitable<void> pipeline(Siege& siege, std::size_t requests, std::size_t& answers) {
  const auto stream = co_await siege.connect();
  std::string many;
  for (std::size_t i = 0; i < 100; ++i) many += siege.head("GET", "/api/v1/namespaces/default", "\r\n");
  TaskGroup writer(siege.loop().get_executor());
  writer.spawn([](http::Stream& to, std::string text, std::size_t times) -> asio::awaitable<void> {
    for (std::size_t i = 0; i < times; ++i) {
      if (!co_await send(to, text)) co_return;
    }
  }(*stream, many, requests / 100));
  std::array<char, 64 * 1024> buffer;
  std::string rest;
  const auto begin = answers;
  while (answers < begin + requests / 100 * 100) {
    const auto count = co_await with_timeout(siege.clock(), 20s, stream->read_some(asio::buffer(buffer)));
    if (!count || !*count || **count == 0) break;
    rest.append(buffer.data(), **count);
    std::size_t at = 0;
    for (auto found = rest.find("HTTP/1.1 200"); found != std::string::npos; found = rest.find("HTTP/1.1 200", at)) {
      ++answers;
      at = found + 12;
    }
    rest.erase(0, std::max(at, rest.size() - std::min<std::size_t>(rest.size(), 11)));
  }
  co_await writer.stop();
}

asio::awaitable<std::string> pipelining(Siege& siege) {
  std::vector<std::size_t> answers(8);
  const auto requests = siege.size(5000);
  TaskGroup group(siege.loop().get_executor());
  for (auto& count : answers) group.spawn(pipeline(siege, requests, count));
  co_await group.join();
  for (const auto count : answers) {
    if (count != requests / 100 * 100)
      siege.fault(fmt::format("{} of {} pipelined requests were answered", count, requests));
  }
  co_return fmt::format("8 connections, {} requests each", requests);
}

asio::awaitable<std::string> churn(Siege& siege) {
  const auto rounds = siege.size(3000);
  for (std::size_t i = 0; i < rounds; ++i) {
    const auto stream = co_await siege.connect();
    co_await send(*stream, siege.head("GET", "/version", "Connection: close\r\n\r\n"));
    const auto answer = co_await receive(siege.clock(), *stream, "compiler", 10s);
    if (status_of(answer) != 200) siege.fault("a fresh connection was answered: " + answer);
  }
  co_return fmt::format("{} connections", rounds);
}

}  // namespace

std::vector<Attack> connection_attacks() {
  return {
      {"idle connections", 400, idle_connections},
      {"handshakes that go no further", 150, half_handshakes},
      {"idle connections with TLS", 150, idle_after_handshake},
      {"heads a byte at a time", 50, slow_heads},
      {"bodies a byte at a time", 50, slow_bodies},
      {"resets at each stage", 50, resets},
      {"ambiguous messages", 20, smuggling},
      {"large heads", 20, large_heads},
      {"pipelined requests", 50, pipelining},
      {"connections for one request each", 50, churn},
  };
}

}  // namespace kyma::hostile
