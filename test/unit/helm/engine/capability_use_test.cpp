#include "operator/helm/capability_use.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kyma::helm;

namespace {

CapabilityUse use_of(std::string_view text) {
  CapabilityUse use;
  use.scan(text);
  return use;
}

Capabilities cluster(std::string version, std::vector<std::string> api_versions) {
  Capabilities result;
  result.version = std::move(version);
  result.api_versions = std::move(api_versions);
  return result;
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
