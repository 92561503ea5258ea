#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <optional>

#include "operator/base/real_clock.hpp"
#include "operator/base/task_group.hpp"
#include "operator/http/certificates.hpp"
#include "operator/http/client.hpp"
#include "operator/http/server.hpp"
#include "operator/http/tcp.hpp"
#include "test/support/run_on_loop.hpp"
#include "test/unit/http/catch_outcome.hpp"
#include "test/unit/http/silent_log.hpp"

namespace kyma::http {
namespace {

using namespace std::chrono_literals;
using testing::SilentLog;

// Real time has no exact instants: waits until it holds, and fails a test only when it never does.
template <class Condition>
bool eventually(asio::io_context& loop, Clock& clock, Condition holds) {
  for (int i = 0; i < 20'000 && !holds(); ++i) test::run_on(loop, clock.sleep_for(1ms));
  return holds();
}

asio::awaitable<void> describe(Request& request, ResponseWriter& writer) {
  Response response{200, {}, request.body};
  if (const PeerIdentity* who = writer.identity()) {
    response.headers.add("X-User", who->common_name);
    response.headers.add("X-Trusted", who->trusted ? "yes" : "no");
    for (const std::string& group : who->organizations) response.headers.add("X-Group", group);
  }
  co_await writer.send(std::move(response));
}

// A server on a port of the kernel's choice, on one loop with its clients.
struct Loopback {
  explicit Loopback(std::shared_ptr<TlsContext> tls = nullptr, Handler handler = describe, ServerOptions options = {})
      : clock(loop.get_executor()),
        server(loop.get_executor(), clock, std::move(handler), options),
        listener(Listener::bind(loop.get_executor(), {"127.0.0.1", 0}, std::move(tls)).value()),
        tasks(loop.get_executor()) {
    tasks.spawn(
        listener->accept_all(clock, [this](std::unique_ptr<Stream> stream) { server.serve(std::move(stream)); }));
  }
  ~Loopback() {
    listener->close();
    test::run_on(loop, server.stop(0s));
    test::run_on(loop, tasks.stop());
  }

  Dialer dialer(std::shared_ptr<TlsContext> tls = nullptr) {
    return make_tcp_dialer(clock, listener->local(), std::move(tls), 10s);
  }
  Outcome<Response> send(std::shared_ptr<TlsContext> tls = nullptr, Request request = {"POST", "/", {}, "hello"}) {
    Client client(loop.get_executor(), clock, dialer(std::move(tls)), {});
    return test::run_on(loop, client.send(std::move(request), {}));
  }

  asio::io_context loop;
  RealClock clock;
  Server server;
  std::unique_ptr<Listener> listener;
  TaskGroup tasks;
};

struct Authority {
  KeyPair ca = make_certificate_authority("test CA", 24h).value();

  std::shared_ptr<TlsContext> server(CertificateRequest request, std::string client_ca = {}) const {
    request.server = true;
    const KeyPair pair = sign_certificate(ca, request, 24h).value();
    return make_server_tls({pair.certificate_pem, pair.private_key_pem, std::move(client_ca)}).value();
  }
  std::shared_ptr<TlsContext> client(std::string name) const {
    return make_client_tls({.ca_pem = ca.certificate_pem, .server_name = std::move(name)}).value();
  }
};

TEST_CASE("HTTP works over loopback TCP", "[http][tcp]") {
  Loopback world;
  Client client(world.loop.get_executor(), world.clock, world.dialer(), {});
  for (int i = 0; i < 20; ++i) {
    const auto response = test::run_on(world.loop, client.send({"POST", "/", {}, std::to_string(i)}, {}));
    REQUIRE(response);
    CHECK(response->body == std::to_string(i));
  }
  CHECK(client.counters().dials == 1);
  const std::string large(2'500'000, 'x');
  CHECK(test::run_on(world.loop, client.send({"POST", "/", {}, large}, {}))->body == large);
}

TEST_CASE("Nobody listening is connect_failed and names the address", "[http][tcp]") {
  asio::io_context loop;
  RealClock clock(loop.get_executor());
  Endpoint unused;
  {
    auto listener = Listener::bind(loop.get_executor(), {"127.0.0.1", 0}, nullptr).value();
    unused = listener->local();
  }
  Client client(loop.get_executor(), clock, make_tcp_dialer(clock, unused, nullptr, 5s), {});
  const auto result = test::run_on(loop, client.send({}, {}));
  REQUIRE(result.has_error());
  CHECK(result.error().code == Errc::connect_failed);
  CHECK(result.error().describe().find(unused.str() + ": connection refused") != std::string::npos);
}

TEST_CASE("An address that is taken says so", "[http][tcp]") {
  asio::io_context loop;
  auto first = Listener::bind(loop.get_executor(), {"127.0.0.1", 0}, nullptr).value();
  const auto second = Listener::bind(loop.get_executor(), first->local(), nullptr);
  REQUIRE(second.has_error());
  CHECK(second.error().message.starts_with("cannot listen on " + first->local().str() + ": address already in use"));
  const auto bad = Listener::bind(loop.get_executor(), {"no-address", 1}, nullptr);
  REQUIRE(bad.has_error());
  CHECK(bad.error().code == Errc::invalid_argument);
}

TEST_CASE("A peer that reads nothing holds nobody else up, and is cut off", "[http][tcp][server]") {
  ServerOptions options;
  options.write_timeout = 200ms;
  const std::string large(32 * 1024 * 1024, 'x');
  Loopback world(
      nullptr,
      [&](Request& request, ResponseWriter& writer) -> asio::awaitable<void> {
        co_await writer.send({200, {}, request.target == "/large" ? large : "small"});
      },
      options);
  auto slow = test::run_on(world.loop, world.dialer()());
  const std::string text = "GET /large HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::array<asio::const_buffer, 1> request{asio::buffer(text)};
  REQUIRE(test::run_on(world.loop, (*slow)->write(request)));
  CHECK(world.send()->body == "small");
  CHECK(eventually(world.loop, world.clock, [&] { return world.server.connections() == 0; }));
}

TEST_CASE("A refused upload still gets its answer", "[http][tcp][server]") {
  Loopback world;
  const auto response = world.send(nullptr, {"POST", "/", {}, std::string(3'500'000, 'x')});
  REQUIRE(response);
  CHECK(response->status == 413);
}

TEST_CASE("A handler that streams is cancelled when its client leaves", "[http][tcp][tls][server]") {
  const Authority authority;
  const bool secure = GENERATE(false, true);
  CAPTURE(secure);
  Loopback* world_pointer = nullptr;
  int cancelled = 0;
  Loopback world(secure ? authority.server({.common_name = "server", .dns_names = {"api.test"}}) : nullptr,
                 [&](Request&, ResponseWriter& writer) -> asio::awaitable<void> {
                   co_await writer.start({200, {}});
                   const std::array<std::string_view, 1> pieces{"event\n"};
                   co_await writer.write(pieces);
                   try {
                     co_await world_pointer->clock.sleep_for(1min);
                   } catch (const std::exception&) {
                     ++cancelled;
                     throw;
                   }
                 });
  world_pointer = &world;
  Client client(world.loop.get_executor(), world.clock, world.dialer(secure ? authority.client("api.test") : nullptr),
                {});
  std::vector<std::unique_ptr<ResponseStream>> streams;
  for (int i = 0; i < 3; ++i) {
    streams.push_back(test::run_on(world.loop, client.open({}, {})).value());
    CHECK(*test::run_on(world.loop, streams.back()->read(5s)) == "event\n");
  }
  CHECK(world.server.connections() == 3);
  streams.clear();
  CHECK(eventually(world.loop, world.clock, [&] { return world.server.connections() == 0; }));
  CHECK(cancelled == 3);
}

TEST_CASE("A cancelled call over TCP gives up its connection at once", "[http][tcp][client]") {
  Loopback* world_pointer = nullptr;
  Loopback world(nullptr, [&](Request& request, ResponseWriter& writer) -> asio::awaitable<void> {
    if (request.target == "/slow") co_await world_pointer->clock.sleep_for(1min);
    co_await writer.send({});
  });
  world_pointer = &world;
  Client client(world.loop.get_executor(), world.clock, world.dialer(), {});
  asio::cancellation_signal signal;
  std::exception_ptr failure;
  bool done = false;
  asio::co_spawn(world.loop, client.send({"GET", "/slow", {}, {}}, {}),
                 asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr error, Outcome<Response>) {
                   failure = error;
                   done = true;
                 }));
  CHECK(eventually(world.loop, world.clock, [&] { return client.counters().open_connections == 1; }));
  signal.emit(asio::cancellation_type::terminal);
  while (!done) world.loop.run_one();
  CHECK(is_cancellation(failure));
  CHECK(client.counters().open_connections == 0);
  CHECK(test::run_on(world.loop, client.send({}, {})));
}

TEST_CASE("Listening survives running out of descriptors", "[http][tcp]") {
  SilentLog log;
  asio::io_context loop;
  RealClock clock(loop.get_executor());
  Server server(loop.get_executor(), clock, describe, {});
  auto listener = Listener::bind(loop.get_executor(), {"127.0.0.1", 0}, nullptr).value();
  Client client(loop.get_executor(), clock, make_tcp_dialer(clock, listener->local(), nullptr, 5s), {});
  bool answered = false;
  TaskGroup tasks(loop.get_executor());
  tasks.spawn([](Client& http, bool& got) -> asio::awaitable<void> {
    const auto response = co_await http.send({"POST", "/", {}, "x"}, {});
    got = response && response->body == "x";
  }(client, answered));
  // Connected: it waits in the backlog.
  REQUIRE(eventually(loop, clock, [&] { return client.counters().open_connections == 1; }));
  // UBSan probes the memory of types that it meets for the first time through a pipe: here they are met in time.
  Logger("listener").warning("warm-up", {{"address", "x"}});
  rlimit limits{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &limits) == 0);
  const int next_descriptor = ::dup(0);
  ::close(next_descriptor);
  rlimit tight = limits;
  tight.rlim_cur = static_cast<rlim_t>(next_descriptor);
  REQUIRE(setrlimit(RLIMIT_NOFILE, &tight) == 0);
  tasks.spawn(listener->accept_all(clock, [&](std::unique_ptr<Stream> stream) { server.serve(std::move(stream)); }));
  const auto complained = [&] { return log.text.find("Cannot accept connections for now") != std::string::npos; };
  CHECK(eventually(loop, clock, complained));
  CHECK_FALSE(answered);
  REQUIRE(setrlimit(RLIMIT_NOFILE, &limits) == 0);
  CHECK(eventually(loop, clock, [&] { return answered; }));
  client.close();
  listener->close();
  test::run_on(loop, server.stop(0s));
  test::run_on(loop, tasks.stop());
}

TEST_CASE("A name is looked up, and all addresses are listened on without a host", "[http][tcp]") {
  asio::io_context loop;
  RealClock clock(loop.get_executor());
  auto listener = Listener::bind(loop.get_executor(), {"", 0}, nullptr).value();
  const auto port = listener->local().port;
  for (const char* host : {"127.0.0.1", "localhost"}) {
    CHECK(test::run_on(loop, make_tcp_dialer(clock, {host, port}, nullptr, 5s)()));
  }
  const auto unknown = test::run_on(loop, make_tcp_dialer(clock, {"no-such-host.invalid", port}, nullptr, 5s)());
  REQUIRE(unknown.has_error());
  CHECK(unknown.error().code == Errc::connect_failed);
  CHECK(unknown.error().message.starts_with("no-such-host.invalid:" + std::to_string(port) + ": "));
}

TEST_CASE("Dialling gives up a peer that accepts and says nothing", "[http][tls]") {
  const Authority authority;
  asio::io_context loop;
  RealClock clock(loop.get_executor());
  auto listener = Listener::bind(loop.get_executor(), {"127.0.0.1", 0}, nullptr).value();
  const auto dialled =
      test::run_on(loop, make_tcp_dialer(clock, listener->local(), authority.client("api.test"), 100ms)());
  REQUIRE(dialled.has_error());
  CHECK(dialled.error().code == Errc::connect_failed);
  CHECK(dialled.error().message == listener->local().str() + ": no connection after 0.1 s");
}

TEST_CASE("TLS with the right CA works by name and by address", "[http][tls]") {
  const Authority authority;
  Loopback world(authority.server({.common_name = "server", .dns_names = {"api.test"}, .ip_addresses = {"127.0.0.1"}}));
  CHECK(world.send(authority.client("api.test"))->body == "hello");
  CHECK(world.send(authority.client("127.0.0.1"))->body == "hello");
  const auto tls = authority.client("api.test");
  CHECK(world.send(tls)->body == "hello");
  CHECK(world.send(tls)->body == "hello");  // resumes
  const std::string large(2'500'000, 'x');
  CHECK(world.send(tls, {"POST", "/", {}, large})->body == large);
}

TEST_CASE("TLS failures name the peer and the reason", "[http][tls]") {
  const Authority authority;
  const Authority other;
  Loopback world(authority.server({.common_name = "server", .dns_names = {"api.test"}, .ip_addresses = {"127.0.0.1"}}));
  const auto failure = [&](std::shared_ptr<TlsContext> tls) {
    const auto result = world.send(std::move(tls));
    REQUIRE(result.has_error());
    CHECK(result.error().code == Errc::tls_failed);
    CHECK(result.error().message.find(world.listener->local().str()) != std::string::npos);
    return result.error().message;
  };
  CHECK(failure(other.client("api.test")).find("certificate is not trusted: ") != std::string::npos);
  CHECK(failure(authority.client("elsewhere.test")).ends_with("certificate is not valid for elsewhere.test"));
  CHECK(failure(authority.client("10.0.0.1")).ends_with("certificate is not valid for 10.0.0.1"));
  const auto blind = make_client_tls({.insecure_skip_verify = true}).value();
  CHECK(world.send(blind)->body == "hello");
}

TEST_CASE("A certificate that signed itself is named so", "[http][tls]") {
  const Authority authority;
  const KeyPair self = make_certificate_authority("self", 24h).value();
  Loopback world(make_server_tls({self.certificate_pem, self.private_key_pem, {}}).value());
  const auto result = world.send(authority.client("self"));
  REQUIRE(result.has_error());
  CHECK(result.error().message.ends_with("certificate is not trusted: self-signed certificate"));
}

TEST_CASE("A client certificate tells the server who calls", "[http][tls]") {
  const Authority authority;
  const Authority other;
  Loopback world(authority.server({.common_name = "server", .dns_names = {"api.test"}}, authority.ca.certificate_pem));
  const auto with = [&](const Authority& signer) {
    const KeyPair pair =
        sign_certificate(signer.ca, {.common_name = "ann", .organizations = {"dev", "ops"}}, 24h).value();
    return make_client_tls({.ca_pem = authority.ca.certificate_pem,
                            .certificate_pem = pair.certificate_pem,
                            .private_key_pem = pair.private_key_pem,
                            .server_name = "api.test"})
        .value();
  };
  const auto tls = with(authority);
  for (int i = 0; i < 2; ++i) {  // the second time the session is resumed
    const auto response = world.send(tls);
    REQUIRE(response);
    CHECK(response->headers.get("X-User") == "ann");
    std::vector<std::string> groups;
    for (const auto& [name, value] : response->headers) {
      if (name == "X-Group") groups.push_back(value);
    }
    CHECK(groups == std::vector<std::string>{"dev", "ops"});
  }
  CHECK_FALSE(world.send(authority.client("api.test"))->headers.contains("X-User"));
  const auto refused = world.send(with(other));
  REQUIRE(refused.has_error());
  CHECK(refused.error().describe() == "TLS failed: POST /: " + world.listener->local().str() +
                                          ": the server refuses the client certificate: tlsv1 alert unknown ca");
}

TEST_CASE("A server that admits untrusted clients knows them from trusted ones", "[http][tls]") {
  const Authority authority;
  const Authority other;
  const KeyPair own =
      sign_certificate(authority.ca, {.common_name = "server", .dns_names = {"api.test"}, .server = true}, 24h).value();
  Loopback world(
      make_server_tls({own.certificate_pem, own.private_key_pem, authority.ca.certificate_pem, true}).value());
  for (const Authority* signer : {&authority, &other}) {
    const KeyPair pair = sign_certificate(signer->ca, {.common_name = "ann", .organizations = {"dev"}}, 24h).value();
    const auto tls = make_client_tls({.ca_pem = authority.ca.certificate_pem,
                                      .certificate_pem = pair.certificate_pem,
                                      .private_key_pem = pair.private_key_pem,
                                      .server_name = "api.test"})
                         .value();
    for (int i = 0; i < 2; ++i) {  // a resumed session is no more trusted than the first one
      const auto response = world.send(tls);
      REQUIRE(response);
      CHECK(response->headers.get("X-User") == "ann");
      CHECK(response->headers.get("X-Trusted") == (signer == &authority ? "yes" : "no"));
    }
  }
}

TEST_CASE("A server that speaks plain HTTP is told from one that speaks TLS", "[http][tls]") {
  const Authority authority;
  Loopback plain;
  const auto to_plain = plain.send(authority.client("api.test"));
  REQUIRE(to_plain.has_error());
  CHECK(to_plain.error().describe() ==
        "TLS failed: POST /: " + plain.listener->local().str() + ": the other side does not speak TLS");
  Loopback secure(authority.server({.common_name = "server", .dns_names = {"api.test"}}));
  const auto to_secure = secure.send();
  REQUIRE(to_secure.has_error());
  CHECK(to_secure.error().code == Errc::connection_lost);
}

}  // namespace
}  // namespace kyma::http
