#include <catch2/catch_test_macros.hpp>

#include "operator/http/certificates.hpp"
#include "operator/http/tls_stream.hpp"
#include "test/unit/http/fixture.hpp"

namespace kyma::http {
namespace {

using namespace testing;

asio::awaitable<Outcome<void>> write(Stream& stream, std::string text) {
  const std::array<asio::const_buffer, 1> whole{asio::buffer(text)};
  co_return co_await stream.write(whole);
}

asio::awaitable<Outcome<std::string>> read(Stream& stream, std::size_t size) {
  std::string text;
  while (text.size() < size) {
    std::string buffer(std::min<std::size_t>(size - text.size(), 5000), '\0');
    const auto count = co_await stream.read_some(asio::buffer(buffer));
    if (!count) co_return count.error();
    if (*count == 0) break;
    text.append(buffer, 0, *count);
  }
  co_return text;
}

TEST_CASE("Memory streams carry bytes in order within their capacity", "[http][memory_stream]") {
  World world;
  auto [here, there] = make_memory_stream_pair(world.loop.get_executor(), 10);
  std::string text(1000, '\0');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>('a' + i % 26);
  Running<Outcome<void>> writing(world, write(*here, text));
  world.clock.run_for(world.loop, 1s);
  CHECK_FALSE(writing.done);
  CHECK(*world.run(read(*there, 1000)) == text);
  CHECK(writing.get());
}

TEST_CASE("A memory stream ends as a socket does", "[http][memory_stream]") {
  World world;
  auto [here, there] = make_memory_stream_pair(world.loop.get_executor());
  SECTION("what was written before the end arrives") {
    REQUIRE(world.run(write(*here, "last")));
    CHECK_FALSE(there->is_quiet());
    here->close();
    CHECK(*world.run(read(*there, 100)) == "last");
    const auto refused = world.run(write(*there, "x"));
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == Errc::not_sent);
  }
  SECTION("closing ends pending reads and writes on both sides") {
    Running<Outcome<std::string>> own(world, read(*here, 1));
    Running<Outcome<std::string>> other(world, read(*there, 1));
    Running<Outcome<void>> blocked(world, write(*there, std::string(100'000, 'x')));
    world.clock.run_for(world.loop, 1s);
    CHECK(own.done);  // what the peer writes arrives
    Running<Outcome<std::string>> own_again(world, read(*here, 1'000'000));
    world.clock.run_for(world.loop, 1s);
    CHECK_FALSE(own_again.done);
    here->close();
    CHECK(own_again.get().error().code == Errc::shut_down);
    CHECK(other.get()->empty());
    CHECK_FALSE(there->is_quiet());
    CHECK_FALSE(here->is_open());
  }
  SECTION("shutdown ends one direction") {
    world.run(here->shutdown());
    CHECK(world.run(read(*there, 1))->empty());
    REQUIRE(world.run(write(*there, "answer")));
    CHECK(*world.run(read(*here, 6)) == "answer");
  }
  SECTION("cancelling a read leaves the stream whole") {
    Running<Outcome<std::string>> reading(world, read(*there, 5));
    world.clock.run_for(world.loop, 1s);
    reading.cancel();
    CHECK_THROWS(reading.get());
    REQUIRE(world.run(write(*here, "hello")));
    CHECK(*world.run(read(*there, 5)) == "hello");
  }
}

// Counts what comes in.
class Counting final : public Stream {
 public:
  Counting(std::unique_ptr<Stream> inner, std::size_t& received) : inner_(std::move(inner)), received_(received) {}
  asio::awaitable<Outcome<std::size_t>> read_some(asio::mutable_buffer buffer) override {
    auto count = co_await inner_->read_some(buffer);
    if (count) received_ += *count;
    co_return count;
  }
  asio::awaitable<Outcome<void>> write(std::span<const asio::const_buffer> b) override { return inner_->write(b); }
  asio::awaitable<void> shutdown() override { return inner_->shutdown(); }
  void close() noexcept override { inner_->close(); }
  bool is_open() const noexcept override { return inner_->is_open(); }
  std::string peer() const override { return inner_->peer(); }

 private:
  std::unique_ptr<Stream> inner_;
  std::size_t& received_;
};

// A TLS connection in memory.
struct TlsWorld : World {
  explicit TlsWorld(std::string name = "api.test", std::size_t capacity = 64 * 1024) {
    const CertificateRequest request{.common_name = "server", .dns_names = {"api.test"}, .server = true};
    const KeyPair pair = sign_certificate(ca, request, 24h).value();
    auto [here, there] = make_memory_stream_pair(loop.get_executor(), capacity);
    raw_client = here.get();
    raw_server = there.get();
    client = make_tls_stream(std::move(here),
                             make_client_tls({.ca_pem = ca.certificate_pem, .server_name = std::move(name)}).value());
    server =
        make_tls_stream(std::move(there), make_server_tls({pair.certificate_pem, pair.private_key_pem, {}}).value());
  }

  KeyPair ca = make_certificate_authority("test CA", 24h).value();
  Stream* raw_client = nullptr;
  Stream* raw_server = nullptr;
  std::unique_ptr<TlsStream> client;
  std::unique_ptr<TlsStream> server;
};

TEST_CASE("TLS carries data both ways at once", "[http][tls_stream]") {
  TlsWorld world("api.test", 700);
  std::string forth(300'000, '\0');
  for (std::size_t i = 0; i < forth.size(); ++i) forth[i] = static_cast<char>(i * 31 % 251);
  const std::string back(forth.rbegin(), forth.rend());
  Running<Outcome<void>> client_writes(world, write(*world.client, forth));
  Running<Outcome<void>> server_writes(world, write(*world.server, back));
  Running<Outcome<std::string>> client_reads(world, read(*world.client, back.size()));
  Running<Outcome<std::string>> server_reads(world, read(*world.server, forth.size()));
  CHECK(client_writes.get());
  CHECK(server_writes.get());
  CHECK(*client_reads.get() == back);
  CHECK(*server_reads.get() == forth);
}

TEST_CASE("TLS gathers small pieces and splits large ones", "[http][tls_stream]") {
  TlsWorld world;
  const std::string large(40'000, 'y');
  const std::vector<asio::const_buffer> parts{asio::buffer("a", 1), asio::buffer("bc", 2), asio::buffer(large),
                                              asio::const_buffer{}, asio::buffer("d", 1)};
  Running<Outcome<void>> writing(world, world.client->write(parts));
  CHECK(*world.run(read(*world.server, 40'004)) == "abc" + large + "d");
  CHECK(writing.get());
}

TEST_CASE("TLS tells a regular end from a cut", "[http][tls_stream]") {
  TlsWorld world;
  Running<Outcome<void>> writing(world, write(*world.client, "bye"));
  REQUIRE(*world.run(read(*world.server, 3)) == "bye");
  CHECK(world.server->is_quiet());
  SECTION("regular") {
    world.run(world.client->shutdown());
    CHECK(world.run(read(*world.server, 1))->empty());
  }
  SECTION("cut") {
    world.raw_client->close();
    CHECK(world.run(read(*world.server, 1)).error().code == Errc::connection_lost);
  }
  CHECK_FALSE(world.server->is_quiet());
}

TEST_CASE("TLS never calls a record unsent that has left", "[http][tls_stream]") {
  TlsWorld world("api.test", 1);
  Running<Outcome<std::string>> reading(world, read(*world.client, 1));  // takes what TLS says of its own accord
  Running<Outcome<void>> hello(world, write(*world.client, "hello"));
  REQUIRE(*world.run(read(*world.server, 5)) == "hello");
  REQUIRE(hello.get());
  Running<Outcome<void>> writing(world, write(*world.client, std::string(100, 'x')));
  world.clock.run_for(world.loop, 0s);
  Running<int> ending(world, [](Stream& stream) -> asio::awaitable<int> {
    co_await stream.shutdown();
    co_return 0;
  }(*world.client));
  // A header of 5 bytes, the text, its type and a tag of 16 bytes: with all but one read, the last is in flight and the
  // goodbye waits behind it.
  REQUIRE(world.run(read(*world.raw_server, 121))->size() == 121);
  world.clock.run_for(world.loop, 0s);
  world.raw_server->close();
  const auto written = writing.get();
  if (!written) CHECK(written.error().code == Errc::connection_lost);
  CHECK(ending.get() == 0);
  CHECK(reading.get().has_error());
}

TEST_CASE("A certificate is valid for its alternative names alone", "[http][tls_stream]") {
  World world;
  const KeyPair ca = make_certificate_authority("test CA", 24h).value();
  const KeyPair pair = sign_certificate(ca, {.common_name = "api.test", .server = true}, 24h).value();
  auto [here, there] = make_memory_stream_pair(world.loop.get_executor());
  const auto client = make_tls_stream(
      std::move(here), make_client_tls({.ca_pem = ca.certificate_pem, .server_name = "api.test"}).value());
  const auto server =
      make_tls_stream(std::move(there), make_server_tls({pair.certificate_pem, pair.private_key_pem, {}}).value());
  Running<Outcome<std::string>> server_reads(world, read(*server, 1));
  const auto refused = world.run(write(*client, "x"));
  REQUIRE(refused.has_error());
  CHECK(refused.error().message == "memory:server: certificate is not valid for api.test");
  CHECK(server_reads.get().has_error());
}

TEST_CASE("A certificate may be trusted itself, without its authority", "[http][tls_stream]") {
  World world;
  const KeyPair ca = make_certificate_authority("test CA", 24h).value();
  const KeyPair pair =
      sign_certificate(ca, {.common_name = "server", .dns_names = {"api.test"}, .server = true}, 24h).value();
  auto [here, there] = make_memory_stream_pair(world.loop.get_executor());
  const auto client = make_tls_stream(
      std::move(here), make_client_tls({.ca_pem = pair.certificate_pem, .server_name = "api.test"}).value());
  const auto server =
      make_tls_stream(std::move(there), make_server_tls({pair.certificate_pem, pair.private_key_pem, {}}).value());
  Running<Outcome<void>> writing(world, write(*client, "hello"));
  CHECK(world.run(read(*server, 5)).value() == "hello");
  CHECK(writing.get());
}

TEST_CASE("A second TLS connection resumes the session of the first", "[http][tls_stream]") {
  World world;
  const KeyPair ca = make_certificate_authority("test CA", 24h).value();
  const KeyPair pair =
      sign_certificate(ca, {.common_name = "server", .dns_names = {"api.test"}, .server = true}, 24h).value();
  const auto server_tls = make_server_tls({pair.certificate_pem, pair.private_key_pem, {}}).value();
  const auto client_tls = make_client_tls({.ca_pem = ca.certificate_pem, .server_name = "api.test"}).value();
  std::vector<std::size_t> received;
  for (int i = 0; i < 2; ++i) {
    std::size_t count = 0;
    auto [here, there] = make_memory_stream_pair(world.loop.get_executor());
    const auto client = make_tls_stream(std::make_unique<Counting>(std::move(here), count), client_tls);
    const auto server = make_tls_stream(std::move(there), server_tls);
    Running<Outcome<void>> writing(world, write(*server, "hello"));
    REQUIRE(*world.run(read(*client, 5)) == "hello");
    REQUIRE(writing.get());
    received.push_back(count);
  }
  CHECK(received[1] + 300 < received[0]);  // no certificate is sent again
}

TEST_CASE("A client that refuses the certificate says why, and so does every later call", "[http][tls_stream]") {
  TlsWorld world("other.test");
  Running<Outcome<std::string>> server_reads(world, read(*world.server, 1));
  const auto refused = world.run(write(*world.client, "x"));
  REQUIRE(refused.has_error());
  CHECK(refused.error().message == "memory:server: certificate is not valid for other.test");
  CHECK(world.run(read(*world.client, 1)).error().code == Errc::tls_failed);
  CHECK(server_reads.get().error().code == Errc::tls_failed);
}

TEST_CASE("Garbage instead of a handshake ends the stream", "[http][tls_stream]") {
  TlsWorld world;
  REQUIRE(world.run(write(*world.raw_client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")));
  const auto result = world.run(read(*world.server, 1));
  REQUIRE(result.has_error());
  CHECK(result.error().message == "memory:client: the other side does not speak TLS");
}

TEST_CASE("TLS options that cannot work are refused and quote no key", "[http][tls]") {
  const KeyPair ca = make_certificate_authority("CA", 24h).value();
  const KeyPair one = sign_certificate(ca, {.common_name = "one"}, 24h).value();
  const KeyPair two = sign_certificate(ca, {.common_name = "two"}, 24h).value();
  const auto server = [](std::string certificate, std::string key, std::string client_ca = {}) {
    const auto made = make_server_tls({std::move(certificate), std::move(key), std::move(client_ca)});
    REQUIRE(made.has_error());
    CHECK(made.error().code == Errc::invalid_argument);
    return made.error().message;
  };
  CHECK(server("garbage", one.private_key_pem) == "server certificate is not a PEM certificate");
  CHECK(server(one.certificate_pem, "garbage") == "server key is not a PEM private key without passphrase");
  CHECK(server(one.certificate_pem, two.private_key_pem) == "server key does not belong to the certificate");
  CHECK(server(one.certificate_pem, one.private_key_pem, "garbage") == "client CA holds no PEM certificate");
  CHECK(server(one.certificate_pem + "-----BEGIN CERTIFICATE-----\nxx", one.private_key_pem) ==
        "server certificate has a broken certificate in its chain");
  CHECK(make_client_tls({.ca_pem = "x", .server_name = "a"}).error().message == "CA holds no PEM certificate");
  CHECK(make_client_tls({.ca_pem = ca.certificate_pem}).has_error());
  CHECK(make_client_tls({.ca_pem = ca.certificate_pem, .certificate_pem = one.certificate_pem, .server_name = "a"})
            .has_error());
  CHECK(make_server_tls({one.certificate_pem + ca.certificate_pem, one.private_key_pem, {}}).has_value());
}

TEST_CASE("Certificates are usable for their time and with their authority", "[http][certificates]") {
  const KeyPair ca = make_certificate_authority("CA", 100h).value();
  const KeyPair other = make_certificate_authority("CA", 100h).value();
  const KeyPair leaf = sign_certificate(ca, {.common_name = "x"}, 10h).value();
  CHECK(is_usable(leaf.certificate_pem, ca.certificate_pem, 9h));
  CHECK_FALSE(is_usable(leaf.certificate_pem, ca.certificate_pem, 11h));
  CHECK_FALSE(is_usable(leaf.certificate_pem, other.certificate_pem, 1h));
  CHECK_FALSE(is_usable("garbage", ca.certificate_pem, 1h));
  CHECK_FALSE(is_usable(leaf.certificate_pem, "", 1h));
  CHECK(is_usable(ca.certificate_pem, ca.certificate_pem, 99h));
  CHECK(leaf.private_key_pem.starts_with("-----BEGIN PRIVATE KEY-----"));
}

TEST_CASE("Names that no certificate can hold are refused", "[http][certificates]") {
  const KeyPair ca = make_certificate_authority("CA", 100h).value();
  CHECK(sign_certificate(ca, {.common_name = "x", .dns_names = {"a,DNS:b"}}, 1h).has_error());
  CHECK(sign_certificate(ca, {.common_name = "x", .ip_addresses = {"300.0.0.1"}}, 1h).has_error());
  CHECK(sign_certificate(ca, {.common_name = ""}, 1h).has_error());
  CHECK(sign_certificate({"x", "y"}, {.common_name = "x"}, 1h).has_error());
  CHECK(sign_certificate(ca, {.common_name = "x", .ip_addresses = {"::1", "10.0.0.1"}}, 1h).has_value());
  CHECK(make_certificate_authority(std::string(1000, 'x'), 1h).has_error());
}

TEST_CASE("Random text is long enough and never the same", "[http][certificates]") {
  const std::string first = random_hex(16);
  CHECK(first.size() == 32);
  CHECK(first.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(first != random_hex(16));
  CHECK(random_hex(0).empty());
}

}  // namespace
}  // namespace kyma::http
