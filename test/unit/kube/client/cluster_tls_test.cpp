#include "operator/kube/client/cluster_tls.hpp"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>

#include "operator/base/manual_clock.hpp"
#include "operator/http/certificates.hpp"
#include "test/unit/http/silent_log.hpp"
#include "test/unit/kube/client/catch_outcome.hpp"
#include "test/unit/kube/client/scratch_directory.hpp"

using namespace kyma;
using namespace kyma::kube;
using namespace kyma::kube::testing;
using namespace std::chrono_literals;

namespace {

struct World {
  World() {
    config.ca_pem = authority.certificate_pem;
    config.ca_file = directory.write("ca", config.ca_pem);
    const http::KeyPair pair = sign("ann");
    config.client_certificate_pem = pair.certificate_pem;
    config.client_certificate_file = directory.write("cert", pair.certificate_pem);
    config.client_key_pem = pair.private_key_pem;
    config.client_key_file = directory.write("key", pair.private_key_pem);
  }
  http::KeyPair sign(const std::string& name) const {
    return http::sign_certificate(authority, {.common_name = name}, 24h).value();
  }
  std::shared_ptr<ClusterTls> make() {
    return ClusterTls::make(clock, config, {"api.test", ""}, std::make_shared<CredentialLoads>(&registry)).value();
  }
  void pass(Duration span) { clock.run_for(loop, span); }
  double loads(const std::string& kind, const std::string& result) {
    return registry.counter("kyma_operator_credential_loads_total", "", {"kind", "result"})
        .with({kind, result})
        .value();
  }

  http::testing::SilentLog log;
  asio::io_context loop;
  ManualClock clock;
  metrics::Registry registry;
  ScratchDirectory directory;
  http::KeyPair authority = http::make_certificate_authority("test CA", 24h).value();
  ClusterConfig config;
};

}  // namespace

TEST_CASE("Files that stay the same are parsed once, however often they are looked at", "[kube][client][tls]") {
  World world;
  const auto tls = world.make();
  const auto context = tls->context();
  for (int i = 0; i < 100; ++i) {
    world.pass(10s);
    tls->refresh_if_due();
  }
  // Written anew with the same content.
  world.directory.write("cert", world.config.client_certificate_pem);
  CHECK_FALSE(tls->refresh());
  CHECK(tls->context() == context);
  CHECK(tls->generation() == 1);
  CHECK(world.loads("ca", "success") == 1);
  CHECK(world.loads("client_certificate", "success") == 1);
  CHECK(world.loads("ca", "error") + world.loads("client_certificate", "error") == 0);
}

TEST_CASE("A client certificate that was renewed is taken within ten seconds", "[kube][client][tls]") {
  World world;
  const auto tls = world.make();
  const auto former = tls->context();
  const http::KeyPair renewed = world.sign("ann");
  // Half of the pair is of no use yet.
  world.directory.write("cert", renewed.certificate_pem);
  tls->refresh_if_due();
  CHECK(tls->context() == former);
  world.pass(10s);
  tls->refresh_if_due();
  CHECK(tls->context() == former);
  CHECK(world.loads("client_certificate", "error") == 1);
  CHECK(world.log.text.find("client key does not belong to the certificate") != std::string::npos);
  world.directory.write("key", renewed.private_key_pem);
  world.pass(10s);
  tls->refresh_if_due();
  CHECK(tls->context() != former);
  CHECK(tls->generation() == 2);
  CHECK(world.loads("client_certificate", "success") == 2);
  CHECK(world.loads("ca", "success") == 1);
}

TEST_CASE("A CA that is replaced by renaming is taken, one that is broken is counted for as long as it is",
          "[kube][client][tls]") {
  World world;
  const auto tls = world.make();
  const http::KeyPair other = http::make_certificate_authority("other CA", 24h).value();
  world.directory.write("ca.new", world.authority.certificate_pem + other.certificate_pem);
  std::filesystem::rename(world.directory.path("ca.new"), world.directory.path("ca"));
  CHECK(tls->refresh());
  CHECK(tls->generation() == 2);
  const auto good = tls->context();

  world.directory.write("ca", "no certificate at all");
  for (int i = 0; i < 5; ++i) CHECK_FALSE(tls->refresh());
  CHECK(tls->context() == good);
  CHECK(world.loads("ca", "error") == 5);
  std::filesystem::remove(world.directory.path("ca"));
  for (int i = 0; i < 5; ++i) CHECK_FALSE(tls->refresh());
  CHECK(world.loads("ca", "error") == 10);
  CHECK(world.loads("client_certificate", "error") == 0);
  world.directory.write("ca", other.certificate_pem);
  CHECK(tls->refresh());
  CHECK(tls->context() != good);
  CHECK_FALSE(tls->refresh());
  CHECK(world.loads("ca", "error") == 10);
}

TEST_CASE("A key that cannot be read is counted until it is there again, unchanged or not", "[kube][client][tls]") {
  World world;
  const auto tls = world.make();
  CHECK_FALSE(tls->refresh());
  std::filesystem::rename(world.directory.path("key"), world.directory.path("aside"));
  for (int i = 0; i < 3; ++i) CHECK_FALSE(tls->refresh());
  CHECK(world.loads("client_certificate", "error") == 3);
  std::filesystem::rename(world.directory.path("aside"), world.directory.path("key"));
  for (int i = 0; i < 3; ++i) CHECK_FALSE(tls->refresh());
  CHECK(world.loads("client_certificate", "error") == 3);
  CHECK(world.loads("ca", "error") == 0);
}

TEST_CASE("Mounted Secrets are replaced by their directory's link", "[kube][client][tls]") {
  namespace fs = std::filesystem;
  World world;
  world.directory.write("..1/ca", world.config.ca_pem);
  fs::create_directory_symlink("..1", world.directory.path("..data"));
  fs::remove(world.directory.path("ca"));
  fs::create_symlink("..data/ca", world.directory.path("ca"));
  const auto tls = world.make();
  CHECK_FALSE(tls->refresh());
  world.directory.write("..2/ca", http::make_certificate_authority("other CA", 24h)->certificate_pem);
  fs::create_directory_symlink("..2", world.directory.path("..data_tmp"));
  fs::rename(world.directory.path("..data_tmp"), world.directory.path("..data"));
  CHECK(tls->refresh());
}

TEST_CASE("A plugin's certificate gives a context of its own, unless one is configured", "[kube][client][tls]") {
  World world;
  const http::KeyPair pair = world.sign("plugin");
  const auto configured = world.make();
  REQUIRE(configured->use_certificate(pair.certificate_pem, pair.private_key_pem));
  CHECK(configured->generation() == 1);

  world.config.client_certificate_pem = world.config.client_key_pem = "";
  world.config.client_certificate_file = world.config.client_key_file = "";
  const auto tls = world.make();
  REQUIRE(tls->use_certificate(pair.certificate_pem, pair.private_key_pem));
  REQUIRE(tls->use_certificate(pair.certificate_pem, pair.private_key_pem));
  CHECK(tls->generation() == 2);
  const auto context = tls->context();
  const auto refused = tls->use_certificate("S3CRET", "S3CRET");
  REQUIRE(refused.has_error());
  CHECK(refused.error().message.find("S3CRET") == std::string::npos);
  CHECK(tls->context() == context);
  // The good one is still in use when the CA changes.
  world.directory.write("ca", world.config.ca_pem + world.config.ca_pem);
  CHECK(tls->refresh());
}
