#include "operator/http/proxy.hpp"

#include <catch2/catch_test_macros.hpp>

#include "operator/http/tunnel.hpp"
#include "test/unit/http/fixture.hpp"

namespace kyma::http {
namespace {

using namespace std::chrono_literals;
using testing::RawPeer;
using testing::World;

std::string chosen(const ProxyEnvironment& environment, const std::string& server) {
  const auto proxy = choose_proxy(environment, parse_server_url(server).value());
  if (!proxy) return proxy.error().message;
  return *proxy ? (*proxy)->str() : "direct";
}

std::string with_exceptions(const std::string& no_proxy, const std::string& server) {
  return chosen({"", "http://p:1", no_proxy}, server);
}

TEST_CASE("A proxy URL gives kind, address and credentials", "[http][proxy]") {
  const auto proxy = parse_proxy_url("http://ann:p%40ss@proxy.example:3128/ignored");
  REQUIRE(proxy);
  CHECK(proxy->kind == Proxy::Kind::http);
  CHECK(proxy->endpoint.str() == "proxy.example:3128");
  CHECK(proxy->username == "ann");
  CHECK(proxy->password == "p@ss");
  CHECK(proxy->str() == "http://proxy.example:3128");
  CHECK(parse_proxy_url("http://p")->endpoint.port == 80);
  CHECK(parse_proxy_url("https://p")->endpoint.port == 443);
  CHECK(parse_proxy_url("socks5://p")->endpoint.port == 1080);
  CHECK(parse_proxy_url("SOCKS5H://[::1]:9")->str() == "socks5://[::1]:9");
  CHECK(parse_proxy_url("https://p")->kind == Proxy::Kind::https);
}

TEST_CASE("A wrong proxy URL is refused without repeating it", "[http][proxy]") {
  for (const char* url : {"ftp://u:S3CRET@p", "S3CRET", "http://", "http://u:S3CRET@p:0", "http://u:S3 CRET@p",
                          "http://u:S3CRET@p:99999", "http:S3CRET", ""}) {
    CAPTURE(url);
    const auto proxy = parse_proxy_url(url);
    REQUIRE(proxy.has_error());
    CHECK(proxy.error().code == Errc::invalid_argument);
    CHECK(proxy.error().message.find("S3") == std::string::npos);
  }
}

TEST_CASE("The environment's proxy goes by the server's scheme", "[http][proxy]") {
  const ProxyEnvironment environment{"http://plain:1", "secure:2", ""};
  CHECK(chosen(environment, "http://api:80") == "http://plain:1");
  CHECK(chosen(environment, "https://api:443") == "http://secure:2");
  CHECK(chosen({}, "https://api:443") == "direct");
  CHECK(chosen({"http://plain:1", "", ""}, "https://api") == "direct");
  CHECK(chosen({"", "ftp://S3CRET", ""}, "https://api").starts_with("$HTTPS_PROXY: proxy URL: "));
  CHECK(chosen({"", "ftp://S3CRET", ""}, "https://api").find("S3CRET") == std::string::npos);
}

TEST_CASE("This machine is never reached by the environment's proxy", "[http][proxy]") {
  for (const char* server : {"https://localhost:1", "https://127.0.0.1:1", "https://127.8.0.1", "https://[::1]:1"}) {
    CAPTURE(server);
    CHECK(with_exceptions("", server) == "direct");
  }
  CHECK(with_exceptions("", "https://localhost.example") == "http://p:1");
}

TEST_CASE("NO_PROXY names hosts, domains, addresses and networks", "[http][proxy]") {
  CHECK(with_exceptions("*", "https://api.example") == "direct");
  CHECK(with_exceptions("a, example ,b", "https://api.example") == "direct");
  CHECK(with_exceptions("api.example", "https://API.Example") == "direct");
  CHECK(with_exceptions("example", "https://anexample") == "http://p:1");
  CHECK(with_exceptions(".example", "https://example") == "http://p:1");
  CHECK(with_exceptions(".example", "https://api.example") == "direct");
  CHECK(with_exceptions("*.example", "https://api.example") == "direct");
  CHECK(with_exceptions("*.example", "https://example") == "http://p:1");
  CHECK(with_exceptions("api.example:6443", "https://api.example:6443") == "direct");
  CHECK(with_exceptions("api.example:6443", "https://api.example:443") == "http://p:1");
  CHECK(with_exceptions("10.0.0.0/8", "https://10.2.3.4:6443") == "direct");
  CHECK(with_exceptions("10.0.0.0/8", "https://11.2.3.4") == "http://p:1");
  CHECK(with_exceptions("10.0.0.0/8", "https://ten.example") == "http://p:1");
  CHECK(with_exceptions("10.0.0.1", "https://10.0.0.1") == "direct");
  CHECK(with_exceptions("10.0.0.1:6443", "https://10.0.0.1:443") == "http://p:1");
  CHECK(with_exceptions("fd00::/8", "https://[fd00::1]:6443") == "direct");
  CHECK(with_exceptions("fd00::1", "https://[fd00::1]:6443") == "direct");
  CHECK(with_exceptions("[fd00::1]:6443", "https://[fd00::1]:6443") == "direct");
  CHECK(with_exceptions("[fd00::1]:443", "https://[fd00::1]:6443") == "http://p:1");
  CHECK(with_exceptions(",, :80, /8, x/y, [", "https://api") == "http://p:1");
}

// What a proxy says, and what comes of it; the request that it got is left in `asked`.
struct Exchange {
  Outcome<void> outcome = Outcome<void>();
  std::string asked;
};

Exchange tunnel(const Proxy& proxy, std::vector<std::string> answers, Endpoint server = {"api.example", 6443}) {
  World world;
  Exchange exchange;
  auto [ours, theirs] = make_memory_stream_pair(world.loop.get_executor());
  TaskGroup tasks(world.loop.get_executor());
  tasks.spawn(
      [](std::unique_ptr<Stream> stream, std::vector<std::string> words, std::string& asked) -> asio::awaitable<void> {
        std::array<char, 4096> buffer;
        for (const std::string& word : words) {
          const auto count = co_await stream->read_some(asio::buffer(buffer));
          if (!count || *count == 0) co_return;
          asked.append(buffer.data(), *count);
          // Byte by byte, as it may come.
          for (const char byte : word) {
            const std::array<asio::const_buffer, 1> one{asio::buffer(&byte, 1)};
            if (!co_await stream->write(one)) co_return;
          }
        }
        co_await stream->shutdown();
      }(std::move(theirs), std::move(answers), exchange.asked));
  exchange.outcome = world.run(open_tunnel(*ours, proxy, std::move(server)));
  ours->close();
  world.run(tasks.join());
  return exchange;
}

std::string why(const Exchange& exchange) {
  REQUIRE(exchange.outcome.has_error());
  CHECK(exchange.outcome.error().message.find("S3CRET") == std::string::npos);
  return exchange.outcome.error().message;
}

TEST_CASE("CONNECT asks for the server, with credentials where there are any", "[http][proxy]") {
  const auto plain = tunnel(parse_proxy_url("http://p:1").value(), {"HTTP/1.1 200 Connection established\r\n\r\n"});
  CHECK(plain.outcome);
  CHECK(plain.asked == "CONNECT api.example:6443 HTTP/1.1\r\nHost: api.example:6443\r\n\r\n");
  const auto named = tunnel(parse_proxy_url("http://ann:pw@p:1").value(),
                            {"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n"}, {"fd00::1", 6443});
  CHECK(named.outcome);
  CHECK(named.asked.find("CONNECT [fd00::1]:6443 HTTP/1.1\r\n") == 0);
  CHECK(named.asked.find("Proxy-Authorization: Basic YW5uOnB3\r\n") != std::string::npos);
}

TEST_CASE("A proxy that refuses or talks nonsense is named with its words", "[http][proxy]") {
  const Proxy proxy = parse_proxy_url("http://ann:S3CRET@p:1").value();
  CHECK(
      why(tunnel(proxy, {"HTTP/1.1 407 x\r\n\r\n"})) ==
      "api.example:6443: proxy http://p:1 refuses the connection: 407 Proxy Authentication Required; correct the name "
      "and password in the proxy's URL");
  CHECK(why(tunnel(proxy, {"HTTP/1.1 503 x\r\n\r\n"})).ends_with("refuses the connection: 503 Service Unavailable"));
  CHECK(why(tunnel(proxy, {"SSH-2.0-x\r\n\r\n"})).ends_with("does not answer CONNECT as HTTP"));
  CHECK(why(tunnel(proxy, {"HTTP/1.1 200 OK\r\n"})).ends_with("closed the connection instead of an answer to CONNECT"));
  CHECK(why(tunnel(proxy, {"HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n"}))
            .ends_with("does not answer CONNECT as HTTP"));
}

TEST_CASE("SOCKS5 is spoken with and without a password", "[http][proxy]") {
  using std::string_literals::operator""s;
  const auto plain = tunnel(parse_proxy_url("socks5://p:1").value(), {"\5\0"s, "\5\0\0\1\1\2\3\4\0\7"s}, {"a.b", 6443});
  CHECK(plain.outcome);
  CHECK(plain.asked == "\5\1\0"s + "\5\1\0\3\3"s + "a.b" + "\x19\x2b"s);
  const auto named = tunnel(parse_proxy_url("socks5://ann:pw@p:1").value(), {"\5\2"s, "\1\0"s, "\5\0\0\3\2xy\0\7"s},
                            {"10.0.0.1", 443});
  CHECK(named.outcome);
  CHECK(named.asked == "\5\2\0\2"s + "\1\3ann\2pw"s + "\5\1\0\1\x0a\0\0\1\1\xbb"s);
}

TEST_CASE("A SOCKS5 proxy that refuses is named with its reason", "[http][proxy]") {
  using std::string_literals::operator""s;
  const Proxy proxy = parse_proxy_url("socks5://ann:S3CRET@p:1").value();
  CHECK(why(tunnel(proxy, {"\5\xff"s})).find("demands another authentication") != std::string::npos);
  CHECK(why(tunnel(proxy, {"\5\2"s, "\1\1"s})).find("refuses the name and password") != std::string::npos);
  CHECK(why(tunnel(proxy, {"HTTP/1.1 400\r\n"})).ends_with("does not speak SOCKS5"));
  CHECK(why(tunnel(proxy, {"\5\0"s, "\5\5\0\1\0\0\0\0\0\0"s})).ends_with("was refused by the server"));
  CHECK(why(tunnel(proxy, {"\5\0"s, "\5\0\0\x9"s})).ends_with("answers with an unknown kind of address"));
  CHECK(why(tunnel(proxy, {"\5"s})).ends_with("closed during the SOCKS exchange"));
}

}  // namespace
}  // namespace kyma::http
