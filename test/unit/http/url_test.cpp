#include "operator/http/url.hpp"

#include <catch2/catch_test_macros.hpp>

#include "test/unit/http/catch_outcome.hpp"

namespace kyma::http {
namespace {

TEST_CASE("Targets are decoded", "[http][url]") {
  const auto target = parse_target("/api/v1/a%20b?limit=5&x=a%20b+c&empty&x=2&&%3d=%26").value();
  CHECK(target.path == "/api/v1/a b");
  CHECK(target.param("limit") == "5");
  CHECK(target.param("x") == "a b c");
  CHECK(target.has_param("empty"));
  CHECK(target.param("empty").empty());
  CHECK_FALSE(target.has_param("missing"));
  CHECK(target.param("=") == "&");
  CHECK(target.query.size() == 5);
  CHECK(parse_target("/a+b")->path == "/a+b");
}

TEST_CASE("Bad targets are malformed", "[http][url]") {
  for (const char* text : {"", "api", "/%", "/%4", "/%zz", "/a?x=%f", "/a#b", "*"}) {
    const auto target = parse_target(text);
    REQUIRE(target.has_error());
    CHECK(target.error().code == Errc::malformed);
  }
}

TEST_CASE("Percent-encoding keeps unreserved characters alone", "[http][url]") {
  CHECK(percent_encode("aZ0-._~") == "aZ0-._~");
  CHECK(percent_encode("a b/c=d&\xc3\xa4") == "a%20b%2Fc%3Dd%26%C3%A4");
  CHECK(parse_target("/" + percent_encode("100% /?#"))->path == "/100% /?#");
}

TEST_CASE("Server URLs give scheme, endpoint and prefix", "[http][url]") {
  const auto plain = parse_server_url("http://localhost:8080").value();
  CHECK_FALSE(plain.tls);
  CHECK(plain.endpoint.str() == "localhost:8080");
  CHECK(plain.path_prefix.empty());
  const auto prefixed = parse_server_url("https://rancher.test/k8s/clusters/c-1/").value();
  CHECK(prefixed.tls);
  CHECK(prefixed.endpoint.port == 443);
  CHECK(prefixed.path_prefix == "/k8s/clusters/c-1");
  const auto v6 = parse_server_url("https://[::1]:6443/").value();
  CHECK(v6.endpoint.host == "::1");
  CHECK(v6.endpoint.str() == "[::1]:6443");
  CHECK(parse_server_url("HTTPS://h").value().endpoint.port == 443);
}

TEST_CASE("Bad server URLs are refused without repeating a password", "[http][url]") {
  for (const char* text : {"", "localhost", "localhost:6443", "ftp://x", "https://", "https://x:0", "https://x:99999",
                           "https://x/?a=b", "https://x/#f", "https://x y", "https://user:s3cret@x", "https://[::1"}) {
    CAPTURE(text);
    const auto url = parse_server_url(text);
    REQUIRE(url.has_error());
    CHECK(url.error().code == Errc::invalid_argument);
    CHECK(url.error().message.find("s3cret") == std::string::npos);
  }
}

TEST_CASE("Endpoints parse in all their forms", "[http][url]") {
  CHECK(parse_endpoint("127.0.0.1:80").value().host == "127.0.0.1");
  CHECK(parse_endpoint(":8080").value().host.empty());
  CHECK(parse_endpoint(":8080").value().port == 8080);
  CHECK(parse_endpoint("[::1]:6443").value().str() == "[::1]:6443");
  CHECK(parse_endpoint("host:0").value().port == 0);
  for (const char* text : {"", "host", "host:", "host:x", "host:65536", "host:-1", "::1:80", "[::1]", "[]:80",
                           "[::1:80", "a b:80", "http://x:80"}) {
    CAPTURE(text);
    const auto endpoint = parse_endpoint(text);
    REQUIRE(endpoint.has_error());
    CHECK(endpoint.error().code == Errc::invalid_argument);
  }
}

}  // namespace
}  // namespace kyma::http
