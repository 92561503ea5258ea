#include <catch2/catch_test_macros.hpp>

#include <filesystem>

#include "operator/kube/client/client.hpp"
#include "test/integration/kube/client/real_loop.hpp"
#include "test/unit/http/silent_log.hpp"
#include "test/unit/kube/client/scratch_directory.hpp"

using namespace kyma;
using namespace kyma::kube;
using namespace kyma::kube::testing;

namespace {

// An API server that knows its clients by certificate or token, and a client of it.
struct World : RealLoop {
  void serve(const std::string& client_ca, const http::Endpoint& at = {"127.0.0.1", 0}) {
    server = std::make_unique<LoopbackServer>(
        *this, authority.server(client_ca),
        [this](http::Request& request, http::ResponseWriter& writer) { return answer(request, writer); }, at);
    config.server = "https://" + server->endpoint().str();
  }
  asio::awaitable<void> answer(http::Request& request, http::ResponseWriter& writer) {
    ++requests;
    const http::PeerIdentity* peer = writer.identity();
    user = peer ? peer->common_name : std::string(request.headers.get("Authorization"));
    co_await writer.send(http::Response{user == wanted ? 200U : 401U, {}, "{}"});
  }
  void connect() {
    auto made = Client::make(loop.get_executor(), clock, config, {}, &registry);
    REQUIRE(made.has_value());
    client = std::move(*made);
  }
  Outcome<std::string> request() { return run(client->get_raw("/version")); }
  void write_pair(const http::KeyPair& pair) {
    config.client_certificate_pem = pair.certificate_pem;
    config.client_certificate_file = directory.write("cert", pair.certificate_pem);
    config.client_key_pem = pair.private_key_pem;
    config.client_key_file = directory.write("key", pair.private_key_pem);
  }
  // A plugin that prints this status; returns its path.
  std::string plugin(const std::string& script) {
    const std::string path = directory.write("plugin", "#!/bin/sh\n" + script);
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }
  void use_plugin(const std::string& script) {
    config.exec.emplace();
    config.exec->command = plugin(script);
    config.exec->api_version = "client.authentication.k8s.io/v1";
  }
  double loads(const std::string& kind, const std::string& result) {
    return registry.counter("kyma_operator_credential_loads_total", "", {"kind", "result"})
        .with({kind, result})
        .value();
  }

  http::testing::SilentLog log;
  Authority authority;
  ScratchDirectory directory;
  metrics::Registry registry;
  ClusterConfig config;
  std::unique_ptr<LoopbackServer> server;
  std::unique_ptr<Client> client;
  std::string wanted;  // the user that is let in
  std::string user;    // who asked last
  int requests = 0;
};

std::string status_script(const std::string& status) {
  return "cat <<'END'\n{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":" +
         status + "}\nEND\n";
}

std::string escaped(std::string pem) {
  for (std::size_t at = 0; (at = pem.find('\n', at)) != std::string::npos;) pem.replace(at, 1, "\\n");
  return pem;
}

}  // namespace

TEST_CASE("A client certificate is parsed once for many connections and requests", "[kube][client][tls]") {
  World world;
  world.config.ca_pem = world.authority.ca.certificate_pem;
  world.write_pair(world.authority.sign("ann"));
  world.serve(world.authority.ca.certificate_pem);
  world.wanted = "ann";
  world.connect();
  for (int i = 0; i < 50; ++i) REQUIRE(world.request());
  CHECK(world.server->connections() == 1);
  CHECK(world.loads("client_certificate", "success") == 1);
  CHECK(world.loads("ca", "success") == 1);
}

TEST_CASE("A client certificate that was replaced is taken when the server refuses the former", "[kube][client][tls]") {
  World world;
  world.config.ca_pem = world.authority.ca.certificate_pem;
  world.write_pair(world.authority.sign("ann"));
  world.serve(world.authority.ca.certificate_pem);
  world.wanted = "ann";
  world.connect();
  REQUIRE(world.request());
  world.wanted = "bob";
  CHECK(world.request().error().is_unauthorized());
  CHECK(world.requests == 2);  // with nothing new there is nothing to try
  world.write_pair(world.authority.sign("bob"));
  // Also for what is no GET: a 401 has had no effect.
  const ResourceType kymas{"inventory.kyma-project.io", "v1alpha1", "Kyma", "kymas"};
  REQUIRE(world.run(world.client->create(kymas, "ns", "{}")));
  CHECK(world.user == "bob");
  // The connection of the former is gone.
  CHECK(world.eventually([&] { return world.server->connections() == 1; }));
  CHECK(world.loads("client_certificate", "success") == 2);
}

TEST_CASE("A server whose CA was rotated is trusted once the CA file is", "[kube][client][tls]") {
  World world;
  const Authority former = world.authority;
  world.config.ca_pem = former.ca.certificate_pem;
  world.config.ca_file = world.directory.write("ca", former.ca.certificate_pem);
  world.config.token = "t";
  world.wanted = "Bearer t";
  world.serve({});
  world.connect();
  REQUIRE(world.request());

  const http::Endpoint at = world.server->endpoint();
  world.server.reset();
  world.authority = Authority();
  world.serve({}, at);
  const auto untrusted = world.request();
  REQUIRE(untrusted.has_error());
  CHECK(untrusted.error().message.find("certificate is not trusted") != std::string::npos);
  world.directory.write("ca", former.ca.certificate_pem + world.authority.ca.certificate_pem);
  CHECK(world.request());
  CHECK(world.loads("ca", "success") == 2);
}

TEST_CASE("A plugin's token lets in, and a refused one is fetched anew", "[kube][client][exec]") {
  World world;
  world.config.ca_pem = world.authority.ca.certificate_pem;
  world.serve({});
  world.use_plugin("echo run >>" + world.directory.path("runs") + "\n" + status_script(R"({"token":"one"})"));
  world.wanted = "Bearer one";
  world.connect();
  for (int i = 0; i < 5; ++i) REQUIRE(world.request());
  CHECK(std::filesystem::file_size(world.directory.path("runs")) == 4);
  world.plugin(status_script(R"({"token":"two"})"));
  world.wanted = "Bearer two";
  CHECK(world.request());
  CHECK(world.loads("exec", "success") == 2);
}

TEST_CASE("A plugin's client certificate is shown to the server", "[kube][client][exec][tls]") {
  World world;
  world.config.ca_pem = world.authority.ca.certificate_pem;
  world.serve(world.authority.ca.certificate_pem);
  const http::KeyPair pair = world.authority.sign("plugged");
  world.use_plugin(status_script(R"({"clientCertificateData":")" + escaped(pair.certificate_pem) +
                                 R"(","clientKeyData":")" + escaped(pair.private_key_pem) + "\"}"));
  world.wanted = "plugged";
  world.connect();
  REQUIRE(world.request());
  CHECK(world.loads("client_certificate", "success") == 1);
}

TEST_CASE("A plugin gets the cluster, and its last words are told when it fails", "[kube][client][exec]") {
  World world;
  world.config.ca_pem = world.authority.ca.certificate_pem;
  world.serve({});
  world.use_plugin("echo S3CRET; echo \"$KUBERNETES_EXEC_INFO\" >&2; exit 1");
  world.config.exec->provide_cluster_info = true;
  world.connect();
  const auto failed = world.request();
  REQUIRE(failed.has_error());
  CHECK(failed.error().is_unauthorized());
  CHECK(failed.error().message.find("failed with exit code 1: ") != std::string::npos);
  CHECK(failed.error().message.find("S3CRET") == std::string::npos);
  CHECK(failed.error().message.find("\"config\"") == std::string::npos);
  CHECK(world.requests == 0);
  world.plugin(status_script(R"({"token":"t"})"));
  world.wanted = "Bearer t";
  // After the pause of one second that follows a failure.
  CHECK(world.eventually([&] { return world.request().has_value(); }));
}

TEST_CASE("A closed client ends its plugin at once", "[kube][client][exec]") {
  World world;
  world.config.ca_pem = world.authority.ca.certificate_pem;
  world.serve({});
  world.use_plugin("exec sleep 30");
  world.connect();
  TaskGroup tasks(world.loop.get_executor());
  std::string failure;
  tasks.spawn([](Client& client, std::string& into) -> asio::awaitable<void> {
    into = (co_await client.get_raw("/version")).error().describe();
  }(*world.client, failure));
  world.run(world.clock.sleep_for(50ms));
  const SteadyTime closing = world.clock.now();
  world.client->close();
  world.run(tasks.join());
  CHECK(failure == "Transport: shut down: the client is closed");
  CHECK(world.clock.now() - closing < 10s);
}

TEST_CASE("Clients that share their access parse a key and run a plugin once", "[kube][client][exec][tls]") {
  World world;
  world.config.ca_pem = world.authority.ca.certificate_pem;
  world.serve(world.authority.ca.certificate_pem);
  const http::KeyPair pair = world.authority.sign("plugged");
  world.use_plugin(status_script(R"({"clientCertificateData":")" + escaped(pair.certificate_pem) +
                                 R"(","clientKeyData":")" + escaped(pair.private_key_pem) + "\"}"));
  world.wanted = "plugged";
  world.connect();
  ClientOptions options;
  options.share_access_with = world.client.get();
  auto other = Client::make(world.loop.get_executor(), world.clock, world.config, options, &world.registry).value();
  REQUIRE(world.request());
  REQUIRE(world.run(other->get_raw("/version")));
  // The one may go before the other.
  world.client->close();
  world.client.reset();
  REQUIRE(world.run(other->get_raw("/version")));
  CHECK(world.loads("exec", "success") == 1);
  CHECK(world.loads("ca", "success") == 1);
  CHECK(world.loads("client_certificate", "success") == 1);
}
