#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <array>

#include "operator/base/base64.hpp"
#include "operator/base/race.hpp"
#include "operator/http/tcp.hpp"
#include "operator/kube/client/client.hpp"
#include "test/integration/kube/client/real_loop.hpp"

using namespace kyma;
using namespace kyma::kube;
using namespace kyma::kube::testing;

namespace {

using StreamPtr = std::unique_ptr<http::Stream>;

// A proxy that speaks CONNECT: reads a head, dials, and carries bytes to and fro until one side ends.
class ConnectProxy {
 public:
  ConnectProxy(RealLoop& world, std::shared_ptr<http::TlsContext> tls, std::string login)
      : world_(world),
        login_(std::move(login)),
        listener_(http::Listener::bind(world.loop.get_executor(), {"127.0.0.1", 0}, std::move(tls)).value()),
        tasks_(world.loop.get_executor()) {
    tasks_.spawn(
        listener_->accept_all(world.clock, [this](StreamPtr stream) { tasks_.spawn(serve(std::move(stream))); }));
  }
  ~ConnectProxy() {
    listener_->close();
    world_.run(tasks_.stop());
  }
  http::Endpoint endpoint() const { return listener_->local(); }

  std::vector<std::string> asked;  // the request lines

 private:
  asio::awaitable<void> serve(StreamPtr client) {
    std::string head;
    std::array<char, 4096> buffer;
    while (!head.ends_with("\r\n\r\n")) {
      const auto count = co_await client->read_some(asio::buffer(buffer));
      if (!count || *count == 0) co_return;
      head.append(buffer.data(), *count);
    }
    asked.push_back(head.substr(0, head.find("\r\n")));
    if (!login_.empty() &&
        head.find("Proxy-Authorization: Basic " + encode_base64(login_) + "\r\n") == std::string::npos) {
      co_await send(*client, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
      co_return;
    }
    const std::string target = head.substr(8, head.find(' ', 8) - 8);
    auto dialled = co_await http::make_tcp_dialer(world_.clock, http::parse_endpoint(target).value(), nullptr, 5s)();
    if (!dialled) {
      co_await send(*client, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
      co_return;
    }
    co_await send(*client, "HTTP/1.1 200 Connection established\r\n\r\n");
    co_await race(carry(*client, **dialled), until_end(**dialled, *client));
  }
  static asio::awaitable<void> send(http::Stream& to, std::string text) {
    const std::array<asio::const_buffer, 1> whole{asio::buffer(text)};
    (void)co_await to.write(whole);
  }
  static asio::awaitable<bool> carry(http::Stream& from, http::Stream& to) {
    std::array<char, 16 * 1024> buffer;
    for (;;) {
      const auto count = co_await from.read_some(asio::buffer(buffer));
      if (!count || *count == 0) co_return true;
      const std::array<asio::const_buffer, 1> whole{asio::buffer(buffer.data(), *count)};
      if (!co_await to.write(whole)) co_return true;
    }
  }
  static asio::awaitable<void> until_end(http::Stream& from, http::Stream& to) { co_await carry(from, to); }

  RealLoop& world_;
  std::string login_;
  std::unique_ptr<http::Listener> listener_;
  TaskGroup tasks_;
};

asio::awaitable<void> hello(http::Request&, http::ResponseWriter& writer) {
  co_await writer.send(http::Response{200, {}, "hello"});
}

Outcome<std::string> ask(RealLoop& world, const ClusterConfig& config) {
  auto client = Client::make(world.loop.get_executor(), world.clock, config, {}, nullptr);
  if (!client) return client.error();
  return world.run((*client)->get_raw("/version"));
}

}  // namespace

TEST_CASE("A server is reached through a proxy, TLS end to end", "[kube][client][proxy]") {
  RealLoop world;
  const Authority authority;
  const bool secure_proxy = GENERATE(false, true);
  const bool secure_server = GENERATE(false, true);
  CAPTURE(secure_proxy, secure_server);
  const LoopbackServer server(world, secure_server ? authority.server() : nullptr, hello);
  const ConnectProxy proxy(world, secure_proxy ? authority.server() : nullptr, "ann:p@ss");
  ClusterConfig config;
  config.server = (secure_server ? "https://" : "http://") + server.endpoint().str();
  config.ca_pem = authority.ca.certificate_pem;
  config.proxy_url = (secure_proxy ? "https://ann:p%40ss@" : "http://ann:p%40ss@") + proxy.endpoint().str();
  const auto answer = ask(world, config);
  REQUIRE(answer.has_value());
  CHECK(*answer == "hello");
  CHECK(proxy.asked == std::vector<std::string>{"CONNECT " + server.endpoint().str() + " HTTP/1.1"});
}

TEST_CASE("Trouble with a proxy names the proxy and never its password", "[kube][client][proxy]") {
  RealLoop world;
  const Authority authority;
  const ConnectProxy proxy(world, nullptr, "ann:right");
  http::Endpoint nobody;
  {
    const LoopbackServer gone(world, nullptr, hello);
    nobody = gone.endpoint();
  }
  ClusterConfig config;
  config.server = "http://" + nobody.str();
  const auto why = [&](const std::string& url) {
    config.proxy_url = url;
    const auto answer = ask(world, config);
    REQUIRE(answer.has_error());
    CHECK(answer.error().describe().find("S3CRET") == std::string::npos);
    CHECK(answer.error().is_transport());
    return answer.error().message;
  };
  CHECK(why("http://ann:S3CRET@" + proxy.endpoint().str())
            .find("proxy http://" + proxy.endpoint().str() + " refuses the connection: 407") != std::string::npos);
  CHECK(why("http://ann:right@" + proxy.endpoint().str()).find("502 Bad Gateway") != std::string::npos);
  CHECK(why("http://ann:S3CRET@" + nobody.str()).find("proxy http://" + nobody.str() + ": ") != std::string::npos);
  // A proxy that is asked for TLS and has none.
  const LoopbackServer plain(world, nullptr, hello);
  const std::string trouble = why("https://ann:S3CRET@" + plain.endpoint().str());
  CHECK(trouble.find("proxy https://" + plain.endpoint().str()) != std::string::npos);
  CHECK(trouble.find("does not speak TLS") != std::string::npos);
}
