#include "operator/api/cluster.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace kyma::api {

TEST_CASE("Cluster reads back as it was written", "[api][cluster]") {
  Cluster cluster;
  cluster.metadata.name = "c";
  cluster.metadata.name_space = "ns";
  cluster.spec = {.provider = "azure",
                  .region = "westeurope",
                  .oidc = {.client_id = "kyma",
                           .groups_claim = "groups",
                           .issuer_url = "https://accounts.example.com",
                           .signing_algs = {"RS256", "ES256"},
                           .username_claim = "email",
                           .username_prefix = "-"}};
  const std::string body = create_body(cluster);
  const auto decoded = kube::decode_object<Cluster>(body);
  REQUIRE(decoded.has_value());
  CHECK(decoded->spec == cluster.spec);
  CHECK(decoded->metadata.name == "c");
  CHECK(decoded->metadata.name_space == "ns");
  CHECK(create_body(*decoded) == body);
}

TEST_CASE("Cluster without OpenID Connect says nothing of it", "[api][cluster]") {
  Cluster cluster;
  cluster.metadata.name = "c";
  cluster.spec.provider = "gcp";
  CHECK(
      create_body(cluster) ==
      R"({"apiVersion":"inventory.kyma-project.io/v1alpha1","kind":"Cluster","metadata":{"name":"c"},"spec":{"provider":"gcp"}})");
}

TEST_CASE("Cluster of the wrong form is refused, unknown members are skipped", "[api][cluster]") {
  for (const char* text : {"[]", R"({"spec":{"oidc":[]}})", R"({"spec":{"oidc":{"signingAlgs":"RS256"}}})",
                           R"({"spec":{"provider":1}})"}) {
    INFO(text);
    CHECK_FALSE(kube::decode_object<Cluster>(text).has_value());
  }
  const auto cluster = kube::decode_object<Cluster>(R"({"spec":{"provider":"p","new":{"x":[1]}},"status":{"a":1}})");
  REQUIRE(cluster.has_value());
  CHECK(cluster->spec.provider == "p");
}

}  // namespace kyma::api
