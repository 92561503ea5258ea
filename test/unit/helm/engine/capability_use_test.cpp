#include "operator/helm/capability_use.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kyma::helm;

namespace {

CapabilityUse use_of(std::string_view text) {
  CapabilityUse use;
  use.scan(text);
  return use;
}

KnownCapabilities cluster(std::string version, std::vector<std::string> api_versions) {
  Capabilities result;
  result.version = std::move(version);
  result.api_versions = std::move(api_versions);
  return KnownCapabilities(std::move(result));
}

}  // namespace

TEST_CASE("A text that does not ask is not touched by what the cluster can do", "[helm][capabilities]") {
  const CapabilityUse use = use_of("{{ .Values.x }}");
  CHECK(use.fingerprint(cluster("v1.29.0", {"v1"})) == use.fingerprint(cluster("v1.32.0", {"v1", "apps/v1"})));
}

TEST_CASE("A text that asks for the version is touched by another version alone", "[helm][capabilities]") {
  const CapabilityUse use = use_of("{{ semverCompare \">=1.30\" .Capabilities.KubeVersion.Version }}");
  CHECK(use.fingerprint(cluster("v1.29.0", {})) != use.fingerprint(cluster("v1.32.0", {})));
  CHECK(use.fingerprint(cluster("v1.29.0", {"a/v1"})) == use.fingerprint(cluster("v1.29.0", {"b/v1"})));
}

TEST_CASE("A text that asks for one API is touched by that API alone", "[helm][capabilities]") {
  const CapabilityUse use = use_of("{{ if $.Capabilities.APIVersions.Has \"policy/v1\" }}");
  CHECK(use.fingerprint(cluster("v1", {"policy/v1"})) != use.fingerprint(cluster("v1", {})));
  CHECK(use.fingerprint(cluster("v1", {"x/v1"})) == use.fingerprint(cluster("v2", {"y/v1"})));
}

TEST_CASE("A use that is not understood is a use of everything", "[helm][capabilities]") {
  for (const char* text : {"{{ include \"x\" .Capabilities }}", "{{ .Capabilities.APIVersions.Has $name }}",
                           "{{ index . \"Capabilities\" }}", "{{ .Capabilities.APIVersions | toJson }}",
                           "{{ .Capabilities.APIVersions.Has \"a\\\"b\" }}"}) {
    INFO(text);
    CHECK(use_of(text).everything);
  }
}

TEST_CASE("What is known of a cluster has one short fingerprint, which every part of it changes",
          "[helm][capabilities]") {
  const KnownCapabilities one = cluster("v1.29.0", {"v1", "apps/v1"});
  CHECK(one.fingerprint() == cluster("v1.29.0", {"v1", "apps/v1"}).fingerprint());
  CHECK(one.fingerprint() != cluster("v1.29.1", {"v1", "apps/v1"}).fingerprint());
  CHECK(one.fingerprint() != cluster("v1.29.0", {"v1"}).fingerprint());
  CHECK(one.fingerprint() != cluster("v1.29.0", {"v1 apps/v1"}).fingerprint());
  const KnownCapabilities large = cluster("v1.29.0", std::vector<std::string>(10'000, "example.org/v1/Kind"));
  CHECK(large.fingerprint().size() == one.fingerprint().size());
  const CapabilityUse use = use_of("{{ .Capabilities | toJson }}");
  CHECK(use.fingerprint(large) == large.fingerprint());
}
