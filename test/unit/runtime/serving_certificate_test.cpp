#include "operator/runtime/serving_certificate.hpp"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <fstream>
#include <string>

#include "operator/base/manual_clock.hpp"
#include "operator/http/certificates.hpp"
#include "test/unit/http/catch_outcome.hpp"
#include "test/unit/runtime/fake_api.hpp"

using namespace kyma;
using namespace kyma::runtime;
using namespace std::chrono_literals;

namespace {

struct Files {
  Files() : directory(std::filesystem::temp_directory_path() / ("kyma-certificate-" + http::random_hex(6))) {
    std::filesystem::create_directory(directory);
    renew();
  }
  ~Files() { std::filesystem::remove_all(directory); }
  static http::KeyPair make() {
    const auto authority = http::make_certificate_authority("test", std::chrono::hours{1}).value();
    http::CertificateRequest request;
    request.common_name = "test";
    request.server = true;
    return http::sign_certificate(authority, request, std::chrono::hours{1}).value();
  }
  void write(const char* name, const std::string& text) const { std::ofstream(directory / name) << text; }
  void renew() const {
    const auto pair = make();
    write("tls.crt", pair.certificate_pem);
    write("tls.key", pair.private_key_pem);
  }
  http::Outcome<std::unique_ptr<ServingCertificate>> open(Clock& clock) const {
    return ServingCertificate::from_files(clock, directory / "tls.crt", directory / "tls.key");
  }

  std::filesystem::path directory;
};

}  // namespace

TEST_CASE("ServingCertificate uses a changed pair for new connections, after ten seconds at most",
          "[runtime][certificate]") {
  ManualClock clock;
  asio::io_context loop;
  const Files files;
  test::QuietLog log;
  auto certificate = files.open(clock).value();
  const auto first = certificate->context();
  REQUIRE(first);
  files.renew();
  CHECK(certificate->context() == first);
  clock.run_for(loop, 10s);
  const auto second = certificate->context();
  CHECK(second != first);
  CHECK(log.count("was loaded again") == 1);
  clock.run_for(loop, 10s);
  CHECK(certificate->context() == second);
}

TEST_CASE("A pair that cannot be used leaves the former in force, and is told once", "[runtime][certificate]") {
  ManualClock clock;
  asio::io_context loop;
  const Files files;
  test::QuietLog log;
  auto certificate = files.open(clock).value();
  const auto first = certificate->context();
  const auto next = Files::make();
  SECTION("the key is not there yet") { files.write("tls.crt", next.certificate_pem); }
  SECTION("half written") { files.write("tls.crt", next.certificate_pem.substr(0, 200)); }
  SECTION("empty") { files.write("tls.crt", ""); }
  SECTION("gone") { std::filesystem::remove(files.directory / "tls.crt"); }
  for (int i = 0; i < 3; ++i) {
    clock.run_for(loop, 10s);
    CHECK(certificate->context() == first);
  }
  CHECK(log.count("the former stays in use") == 1);
  files.write("tls.crt", next.certificate_pem);
  files.write("tls.key", next.private_key_pem);
  clock.run_for(loop, 10s);
  CHECK(certificate->context() != first);
}

TEST_CASE("Files that cannot be served from are refused by name", "[runtime][certificate]") {
  ManualClock clock;
  const Files files;
  std::string named = "tls.crt";
  SECTION("no certificate") { std::filesystem::remove(files.directory / "tls.crt"); }
  SECTION("no key") {
    std::filesystem::remove(files.directory / "tls.key");
    named = "tls.key";
  }
  SECTION("a key of another certificate") { files.write("tls.key", Files::make().private_key_pem); }
  const auto certificate = files.open(clock);
  REQUIRE_FALSE(certificate);
  CHECK(certificate.error().message.find((files.directory / named).string()) != std::string::npos);
  CHECK(certificate.error().message.find("PRIVATE KEY") == std::string::npos);
}

TEST_CASE("A self-signed certificate is made anew before it runs out", "[runtime][certificate]") {
  ManualClock clock;
  asio::io_context loop;
  auto certificate = ServingCertificate::self_signed(clock).value();
  const auto first = certificate->context();
  REQUIRE(first);
  clock.run_for(loop, 24h * 300);
  CHECK(certificate->context() == first);
  clock.run_for(loop, 24h * 36);
  CHECK(certificate->context() != first);
}
