#include "operator/kube/meta/names.hpp"

#include <catch2/catch_test_macros.hpp>

#include "operator/kube/meta/resource_type.hpp"

using namespace kyma::kube;

TEST_CASE("DNS labels are accepted and refused in Kubernetes' words", "[kube][names]") {
  const std::string why =
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
      "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
      "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
  for (const char* good : {"a", "0", "a-b", "a--b", "123"}) CHECK(check_dns1123_label(good).empty());
  CHECK(check_dns1123_label(std::string(63, 'a')).empty());
  for (const char* bad : {"", "-a", "a-", "A", "a_b", "ä", "a b", "a.", "a/b"}) CHECK(check_dns1123_label(bad) == why);
  CHECK(check_dns1123_label("a.b") == "must not contain dots");
  CHECK(check_dns1123_label(std::string(64, 'a')) == "must be no more than 63 bytes");
  CHECK(check_dns1123_label(std::string(64, 'A')) == "must be no more than 63 bytes; " + why);
}

TEST_CASE("DNS subdomains are accepted and refused in Kubernetes' words", "[kube][names]") {
  for (const char* good : {"a", "a.b", "kyma-project.io", "1.2.3"}) CHECK(check_dns1123_subdomain(good).empty());
  CHECK(check_dns1123_subdomain(std::string(253, 'a')).empty());
  CHECK(check_dns1123_subdomain(std::string(254, 'a')) == "must be no more than 253 bytes");
  for (const char* bad : {"", ".", "a.", ".a", "a..b", "a.-b", "A.b", "a.b-"}) {
    INFO(bad);
    CHECK(check_dns1123_subdomain(bad) ==
          "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
          "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
          "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
  }
}

TEST_CASE("Label keys and values are accepted and refused in Kubernetes' words", "[kube][names]") {
  for (const char* good : {"a", "app.kubernetes.io/name", "A_b.C", "x/0"}) CHECK(check_label_key(good).empty());
  CHECK(check_label_key("").starts_with("name part must be non-empty; name part must consist of alphanumeric"));
  CHECK(check_label_key("/a") == "prefix part must be non-empty");
  CHECK(check_label_key("UP/a").starts_with("prefix part a lowercase RFC 1123 subdomain must consist"));
  CHECK(check_label_key("a/b/c").starts_with("a qualified name must consist of alphanumeric characters"));
  CHECK(check_label_key("-a").starts_with("name part must consist of alphanumeric characters, '-', '_' or '.'"));
  CHECK(check_label_key(std::string(64, 'a')) == "name part must be no more than 63 bytes");

  for (const char* good : {"", "a", "A_b.C-1"}) CHECK(check_label_value(good).empty());
  CHECK(check_label_value(std::string(64, 'a')) == "must be no more than 63 bytes");
  CHECK(check_label_value("a b").starts_with("a valid label must be an empty string or consist of alphanumeric"));
  CHECK_FALSE(check_label_value("-").empty());
}

TEST_CASE("A resource type knows its paths", "[kube][resource_type]") {
  const ResourceType kymas{"inventory.kyma-project.io", "v1alpha1", "Kyma", "kymas"};
  CHECK(kymas.api_version() == "inventory.kyma-project.io/v1alpha1");
  CHECK(kymas.group_resource() == "kymas.inventory.kyma-project.io");
  CHECK(kymas.path() == "/apis/inventory.kyma-project.io/v1alpha1/kymas");
  CHECK(kymas.path("ns") == "/apis/inventory.kyma-project.io/v1alpha1/namespaces/ns/kymas");
  CHECK(kymas.path("ns", "x", "status") == "/apis/inventory.kyma-project.io/v1alpha1/namespaces/ns/kymas/x/status");
  const ResourceType nodes{"", "v1", "Node", "nodes", false};
  CHECK(nodes.api_version() == "v1");
  CHECK(nodes.group_resource() == "nodes");
  CHECK(nodes.path("ignored", "n1") == "/api/v1/nodes/n1");
}

TEST_CASE("A name cannot leave its place in a path", "[kube][resource_type]") {
  const ResourceType pods{"", "v1", "Pod", "pods"};
  CHECK(pods.path("ns", "a/b?c#d%") == "/api/v1/namespaces/ns/pods/a%2Fb%3Fc%23d%25");
  CHECK(pods.path("..", "..") == "/api/v1/namespaces/%2E%2E/pods/%2E%2E");
  CHECK(pods.path("ns", "system:x") == "/api/v1/namespaces/ns/pods/system%3Ax");
}
