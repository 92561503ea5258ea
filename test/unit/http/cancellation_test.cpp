// Calls cancelled at every point, many at once: nothing may be left behind.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <random>

#include "operator/http/certificates.hpp"
#include "operator/http/tls_stream.hpp"
#include "test/unit/http/fixture.hpp"

namespace kyma::http {
namespace {

using namespace testing;

constexpr std::size_t kSlots = 3;

struct Storm : World {
  Storm(bool with_tls, unsigned seed)
      : random(seed),
        server(loop.get_executor(), clock, [this](Request& r, ResponseWriter& w) { return answer(r, w); }, {}) {
    if (!with_tls) return;
    const KeyPair ca = make_certificate_authority("test CA", 24h).value();
    const KeyPair pair =
        sign_certificate(ca, {.common_name = "server", .dns_names = {"api.test"}, .server = true}, 24h).value();
    client_tls = make_client_tls({.ca_pem = ca.certificate_pem, .server_name = "api.test"}).value();
    server_tls = make_server_tls({pair.certificate_pem, pair.private_key_pem, {}}).value();
  }
  ~Storm() { run(server.stop(0s)); }

  int pick(int most) { return std::uniform_int_distribution<int>(0, most)(random); }
  Duration pause() { return std::chrono::milliseconds(pick(20)); }

  asio::awaitable<void> answer(Request& request, ResponseWriter& writer) {
    ++at_once;
    most_at_once = std::max(most_at_once, at_once);
    struct Leave {
      int& count;
      ~Leave() { --count; }
    } const leave{at_once};
    if (pick(2) > 0) co_await clock.sleep_for(pause());
    if (request.target == "/slow") co_await clock.sleep_for(1s);
    if (request.target != "/stream") {
      co_await writer.send({200, {}, std::string(static_cast<std::size_t>(pick(30'000)), 'b')});
      co_return;
    }
    co_await writer.start({200, {}});
    const std::string piece(static_cast<std::size_t>(pick(20'000)), 'p');
    for (int i = 0; i < 3; ++i) {
      co_await clock.sleep_for(pause());
      const std::array<std::string_view, 1> pieces{piece};
      if (!co_await writer.write(pieces)) co_return;
    }
  }

  asio::awaitable<Outcome<std::unique_ptr<Stream>>> dial() {
    if (pick(3) == 0) co_await clock.sleep_for(pause());
    auto [here, there] = make_memory_stream_pair(loop.get_executor(), static_cast<std::size_t>(1 + pick(5000)));
    if (!client_tls) {
      server.serve(std::move(there));
      co_return std::move(here);
    }
    server.serve(make_tls_stream(std::move(there), server_tls));
    auto stream = make_tls_stream(std::move(here), client_tls);
    if (auto shaken = co_await stream->handshake(); !shaken) co_return shaken.error();
    co_return std::unique_ptr<Stream>(std::move(stream));
  }

  std::mt19937 random;
  int at_once = 0;
  int most_at_once = 0;
  Server server;
  std::shared_ptr<TlsContext> client_tls;
  std::shared_ptr<TlsContext> server_tls;
};

asio::awaitable<int> call(Storm& storm, Client& client, int kind) {
  const CallLimits limits{.timeout = kind == 0 ? Duration(10ms) : Duration(10s)};
  const std::string body(static_cast<std::size_t>(storm.pick(20'000)), 'r');
  if (kind != 2) {
    (void)co_await client.send({"POST", "/", {}, body}, limits);
    co_return 0;
  }
  auto stream = co_await client.open({"GET", "/stream", {}, {}}, limits);
  if (!stream) co_return 0;
  while (true) {
    const auto piece = co_await (*stream)->read(1s);
    if (!piece || piece->empty()) co_return 0;
    if (storm.pick(8) == 0) (*stream)->close();
  }
}

TEST_CASE("Nothing is left behind however calls are cancelled", "[http][client][server]") {
  const bool with_tls = GENERATE(false, true);
  for (unsigned seed = 1; seed <= 30; ++seed) {
    INFO("seed " << seed << (with_tls ? " with TLS" : " without TLS"));
    Storm storm(with_tls, seed);
    ClientOptions options;
    options.max_connections = kSlots;
    Client client(
        storm.loop.get_executor(), storm.clock, [&] { return storm.dial(); }, options);
    std::vector<std::unique_ptr<Running<int>>> calls;
    for (int i = 0; i < 60; ++i) {
      calls.push_back(std::make_unique<Running<int>>(storm, call(storm, client, storm.pick(2))));
      if (storm.pick(1) == 0) storm.clock.run_for(storm.loop, storm.pause());
      for (int turns = storm.pick(30); turns > 0; --turns) {
        storm.loop.restart();
        storm.loop.poll_one();
      }
      Running<int>& victim = *calls[static_cast<std::size_t>(storm.pick(i))];
      // Posted, as TaskGroup does it: cancelling what co_spawn() has not begun yet would throw out of the loop.
      asio::post(storm.loop, [&victim] {
        if (!victim.done) victim.cancel();
      });
    }
    const bool closed = seed % 3 == 0;
    if (closed) client.close();
    for (const auto& one : calls) storm.clock.run_until(storm.loop, [&] { return one->done; });
    if (!closed) {
      // Every slot is there again.
      storm.clock.run_for(storm.loop, 1s);
      storm.most_at_once = 0;
      std::vector<std::unique_ptr<Running<Outcome<Response>>>> slow;
      for (std::size_t i = 0; i < kSlots; ++i) {
        slow.push_back(std::make_unique<Running<Outcome<Response>>>(storm, client.send({"GET", "/slow", {}, {}}, {})));
      }
      for (const auto& one : slow) CHECK(one->get().has_value());
      CHECK(storm.most_at_once == static_cast<int>(kSlots));
      client.close();
    }
    CHECK(client.counters().open_connections == 0);
    storm.clock.run_for(storm.loop, 5s);
    CHECK(storm.server.connections() == 0);
  }
}

}  // namespace
}  // namespace kyma::http
