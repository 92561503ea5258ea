// Attacks that make a server hold much: bodies that do not end, answers that nobody reads, watches by the thousand.
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <memory>
#include <utility>

#include "operator/base/race.hpp"
#include "operator/base/task_group.hpp"
#include "test/e2e/hostile/attack.hpp"

namespace kyma::hostile {
namespace {

using namespace std::chrono_literals;
using Streams = std::vector<std::unique_ptr<http::Stream>>;

constexpr std::string_view kConfigMaps = "/api/v1/namespaces/default/configmaps";
constexpr std::size_t kAlmostWhole = 2'900'000;

std::string config_map(std::string_view name, std::size_t bytes, char filling = 'x') {
  return fmt::format(R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{}"}},"data":{{"k":"{}"}}}})", name,
                     std::string(bytes, filling));
}

asio::awaitable<void> expect(Siege& siege, std::string what, unsigned status, asio::awaitable<http::Response> asking) {
  const auto answer = co_await std::move(asking);
  if (answer.status != status) siege.fault(fmt::format("{}: {} {}", what, answer.status, answer.body.substr(0, 200)));
}

// Sends a body but for its end; false when the server ends the connection before.
asio::awaitable<bool> hold_body(Siege& siege, std::unique_ptr<http::Stream>& stream) {
  stream = co_await siege.connect();
  const auto head = siege.head("POST", kConfigMaps, fmt::format("Content-Length: {}\r\n\r\n", kAlmostWhole + 1));
  if (!co_await send(*stream, head)) co_return false;
  co_return (co_await send(*stream, std::string(kAlmostWhole, ' '))).has_value();
}

asio::awaitable<std::string> held_bodies(Siege& siege) {
  Streams streams(siege.size(200));
  for (auto& stream : streams) (void)co_await hold_body(siege, stream);
  co_await expect(siege, "a small write beside held bodies", 201,
                  siege.ask("POST", std::string(kConfigMaps), config_map("beside", 10)));
  co_await expect(siege, "its deletion", 200, siege.ask("DELETE", std::string(kConfigMaps) + "/beside"));
  co_await siege.clock().sleep_for(1s);  // the kernel has much of it still
  std::size_t refused = 0;
  for (const auto& stream : streams) {
    if (stream->is_quiet()) continue;
    // Whoever is not done writing may meet a reset before he has read the answer.
    const auto status = status_of(co_await receive(siege.clock(), *stream, "\r\n\r\n", 5s));
    refused += status == 429 || status == 0 ? 1 : 0;
    if (status != 429 && status != 0) siege.fault(fmt::format("a held body was answered {}", status));
  }
  const bool too_many = streams.size() * kAlmostWhole > 300'000'000;
  if (too_many && refused == 0) siege.fault("none of too many bodies was refused");
  co_return fmt::format("{} bodies of 2.9 MB, {} refused", streams.size(), refused);
}

asio::awaitable<std::string> held_heads(Siege& siege) {
  Streams streams;
  const auto count = siege.size(6000);
  const auto most = "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(60'000, 'h');
  for (std::size_t i = 0; i < count; ++i) {
    streams.push_back(co_await siege.connect());
    (void)co_await send(*streams.back(), most);
  }
  co_await expect(siege, "a small write beside held heads", 201,
                  siege.ask("POST", std::string(kConfigMaps), config_map("beside", 10)));
  co_await expect(siege, "its deletion", 200, siege.ask("DELETE", std::string(kConfigMaps) + "/beside"));
  co_return fmt::format("{} heads of 60 kB", count);
}

asio::awaitable<std::string> bodies_of_strangers(Siege& siege) {
  const auto count = siege.size(200);
  for (std::size_t i = 0; i < count; ++i) {
    const auto stream = co_await siege.connect();
    co_await send(*stream,
                  fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer nobody\r\nContent-Length: 3000000"
                              "\r\n\r\n{}",
                              kConfigMaps, std::string(10'000, ' ')));
    const auto answer = co_await receive(siege.clock(), *stream, "\"code\"", 10s);
    if (status_of(answer) != 401) siege.fault("a stranger's body was waited for: " + answer.substr(0, 200));
  }
  co_return fmt::format("{} requests", count);
}

asio::awaitable<void> send_chunks(Siege& siege, std::string chunk) {
  const auto stream = co_await siege.connect();
  co_await send(*stream, siege.head("POST", kConfigMaps, "Transfer-Encoding: chunked\r\n\r\n"));
  for (std::size_t sent = 0; sent < 20'000'000 && stream->is_quiet(); sent += chunk.size()) {
    if (!co_await send(*stream, chunk)) break;
  }
  const auto answer = co_await receive(siege.clock(), *stream, "\"code\"", 10s);
  // Whoever goes on writing may meet a reset before he has read the answer.
  const auto status = status_of(answer);
  if (status != 413 && status != 400 && status != 0)
    siege.fault(fmt::format("endless chunks were answered {}", status));
}

asio::awaitable<std::string> endless_chunks(Siege& siege) {
  const auto count = siege.size(20);
  std::string small;
  for (int i = 0; i < 1000; ++i) small += "1\r\n \r\n";
  TaskGroup group(siege.loop().get_executor());
  for (std::size_t i = 0; i < count; ++i) {
    group.spawn(send_chunks(siege, small));
    group.spawn(send_chunks(siege, "100000\r\n" + std::string(0x100000, ' ') + "\r\n"));
    group.spawn(send_chunks(siege, "5;" + std::string(10'000, 'e') + "\r\n     \r\n"));
  }
  co_await group.join();
  co_return fmt::format("{} connections", 3 * count);
}

// Lists, tables and watches of much, asked for and not read.
asio::awaitable<std::string> unread_answers(Siege& siege) {
  constexpr std::size_t kObjects = 40;
  constexpr std::size_t kBytes = 1'000'000;
  const auto name = [](std::size_t i) { return fmt::format("large-{}", i); };
  for (std::size_t i = 0; i < kObjects; ++i) {
    co_await expect(siege, "a large object", 201,
                    siege.ask("POST", std::string(kConfigMaps), config_map(name(i), kBytes)));
  }
  const std::string table = "Accept: application/json;as=Table;v=v1;g=meta.k8s.io\r\n\r\n";
  const auto list = siege.head("GET", kConfigMaps, "\r\n");
  const auto watch = siege.head("GET", fmt::format("{}?watch=true", kConfigMaps), "\r\n");
  // A Table is made for each who watches: few of those.
  const std::array<std::string, 10> questions = {
      list,
      list,
      list,
      watch,
      watch,
      watch,
      watch,
      siege.head("GET", fmt::format("{}?includeObject=Object", kConfigMaps), table),
      siege.head("GET", fmt::format("{}?includeObject=Object", kConfigMaps), table),
      siege.head("GET", fmt::format("{}?watch=true&includeObject=Object", kConfigMaps), table),
  };
  Streams streams;
  const auto count = siege.size(120);
  for (std::size_t i = 0; i < count; ++i) {
    streams.push_back(co_await siege.connect());
    co_await send(*streams.back(), questions[i % questions.size()]);
  }
  for (std::size_t i = 0; i < kObjects; ++i) {
    auto patch = fmt::format(R"({{"data":{{"k":"{}"}}}})", std::string(kBytes, static_cast<char>('a' + i % 20)));
    co_await expect(siege, "a change", 200,
                    siege.ask("PATCH", fmt::format("{}/{}", kConfigMaps, name(i % kObjects)), std::move(patch),
                              "application/merge-patch+json"));
  }
  for (std::size_t i = 0; i < kObjects; ++i) {
    co_await expect(siege, "a deletion", 200, siege.ask("DELETE", fmt::format("{}/{}", kConfigMaps, name(i))));
  }
  co_return fmt::format("{} connections, {} MB each", streams.size(), kObjects * kBytes / 1'000'000);
}

struct Crowd {
  Streams streams;
  std::vector<std::string> seen;
};

asio::awaitable<void> follow(Crowd& crowd, std::size_t which, std::size_t events) {
  std::array<char, 4096> buffer;
  std::size_t found = 0;
  while (found < events) {
    const auto count = co_await crowd.streams[which]->read_some(asio::buffer(buffer));
    if (!count || *count == 0) co_return;
    auto& seen = crowd.seen[which];
    seen.append(buffer.data(), *count);
    found = 0;
    for (auto at = seen.find("\"type\":\"ADDED\""); at != std::string::npos;
         at = seen.find("\"type\":\"ADDED\"", at + 1)) {
      ++found;
    }
  }
  crowd.seen[which] = "all";
}

// Every watcher sees every change, however many watchers there are.
asio::awaitable<std::string> thousands_of_watches(Siege& siege) {
  constexpr std::size_t kEvents = 10;
  Crowd crowd;
  const auto count = siege.size(2000);
  const auto version = co_await siege.ask("GET", std::string(kConfigMaps) + "?limit=1");
  const auto at = version.body.rfind("\"resourceVersion\":\"", version.body.find("\"items\"")) + 19;
  const auto target = fmt::format("{}?watch=true&resourceVersion={}&labelSelector=crowd", kConfigMaps,
                                  version.body.substr(at, version.body.find('"', at) - at));
  for (std::size_t i = 0; i < count; ++i) {
    crowd.streams.push_back(co_await siege.connect());
    co_await send(*crowd.streams.back(), siege.head("GET", target, "\r\n"));
  }
  crowd.seen.resize(count);
  TaskGroup followers(siege.loop().get_executor());
  for (std::size_t i = 0; i < count; ++i) followers.spawn(follow(crowd, i, kEvents));
  const auto name = [](std::size_t i) { return fmt::format("crowd-{}", i); };
  for (std::size_t i = 0; i < kEvents; ++i) {
    co_await expect(siege, "a write before a crowd", 201,
                    siege.ask("POST", std::string(kConfigMaps),
                              fmt::format(R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{}","labels":)"
                                          R"({{"crowd":"c"}}}}}})",
                                          name(i))));
  }
  co_await with_timeout(siege.clock(), 20s, followers.join());
  co_await followers.stop();
  std::size_t whole = 0;
  for (const auto& seen : crowd.seen) whole += seen == "all" ? 1 : 0;
  if (whole != count) siege.fault(fmt::format("only {} of {} watchers saw every change", whole, count));
  for (std::size_t i = 0; i < kEvents; ++i) {
    co_await expect(siege, "a deletion", 200, siege.ask("DELETE", fmt::format("{}/{}", kConfigMaps, name(i))));
  }
  co_return fmt::format("{} watches, {} events each", count, kEvents);
}

}  // namespace

std::vector<Attack> memory_attacks() {
  return {
      {"bodies that do not end", 450, held_bodies},       {"heads that do not end", 500, held_heads},
      {"bodies of strangers", 50, bodies_of_strangers},   {"chunks without end", 300, endless_chunks},
      {"answers that nobody reads", 500, unread_answers}, {"watches by the thousand", 200, thousands_of_watches},
  };
}

}  // namespace kyma::hostile
