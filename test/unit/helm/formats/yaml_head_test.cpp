#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <string>

#include "operator/helm/formats/yaml.hpp"

namespace kyma::helm {
namespace {

constexpr std::string_view kDecoding = "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ";

std::string error_of(std::string_view document) {
  try {
    read_yaml_head(document);
    return {};
  } catch (const FormatError& error) {
    return error.what();
  }
}

TEST_CASE("A document's head is read", "[helm][formats][yaml]") {
  const YamlHead head = read_yaml_head(
      "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: x\n  annotations:\n    b: 1\n    a: true\n"
      "spec: [1, {a: b}, null]\n");
  CHECK(head.api_version == "apps/v1");
  CHECK(head.kind == "Deployment");
  CHECK(head.name == "x");
  CHECK(head.has_metadata);
  CHECK(head.annotations == std::vector<std::pair<std::string, std::string>>{{"a", "true"}, {"b", "1"}});
}

TEST_CASE("Scalars of a head become texts, in any case of its keys", "[helm][formats][yaml]") {
  const YamlHead head = read_yaml_head("APIVERSION: 1.10\nKind: .inf\nmetadata: {NAME: 0x10, annotations: {a: null}}");
  CHECK(head.api_version == "1.1");
  CHECK(head.kind == "+Inf");
  CHECK(head.name == "16");
  CHECK(head.annotations == std::vector<std::pair<std::string, std::string>>{{"a", ""}});
}

TEST_CASE("Of equal keys the last one counts, by the bytes' order when cases differ", "[helm][formats][yaml]") {
  CHECK(read_yaml_head("kind: A\nkind: B").kind == "B");
  CHECK(read_yaml_head("kind: A\nKind: B").kind == "A");
}

TEST_CASE("A head may come out of anchors, aliases and merges", "[helm][formats][yaml]") {
  const YamlHead head = read_yaml_head("x: &k Job\nkind: *k\n<<: {apiVersion: v1}\nmetadata: {<<: {name: web}}");
  CHECK(head.kind == "Job");
  CHECK(head.api_version == "v1");
  CHECK(head.name == "web");
}

TEST_CASE("Documents without a head are documents", "[helm][formats][yaml]") {
  for (const std::string_view document : {"", "# only a comment", "null", "{}", "a: 1", "metadata: null"}) {
    CAPTURE(document);
    const YamlHead head = read_yaml_head(document);
    CHECK(head.kind.empty());
    CHECK_FALSE(head.has_metadata);
  }
}

TEST_CASE("A head of the wrong types is refused with Helm's message", "[helm][formats][yaml]") {
  const auto refused = [](std::string_view document, std::string_view message) {
    CAPTURE(document);
    CHECK(error_of(document) == std::string(kDecoding) + std::string(message));
  };
  refused("- a", "array into Go value of type releaseutil.SimpleHead");
  refused("x", "string into Go value of type releaseutil.SimpleHead");
  refused("1", "number into Go value of type releaseutil.SimpleHead");
  refused("true", "bool into Go value of type releaseutil.SimpleHead");
  refused("kind: [a]", "array into Go struct field SimpleHead.kind of type string");
  refused("apiVersion: {a: b}\nkind: [c]", "object into Go struct field SimpleHead.apiVersion of type string");
  refused("metadata: {name: [a]}", "array into Go struct field .metadata.name of type string");
  refused("metadata: {annotations: x}", "string into Go struct field .metadata.annotations of type map[string]string");
  refused("metadata: {annotations: {a: {b: c}}}", "object into Go struct field .metadata.annotations of type string");
}

TEST_CASE("What is not YAML is refused wherever it stands", "[helm][formats][yaml]") {
  CHECK(error_of("kind: A\nspec: a: b") ==
        "error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context");
  CHECK(error_of("kind: A\nx: .inf") == "error converting YAML to JSON: json: unsupported value: +Inf");
  CHECK(error_of("x: {null: a}") ==
        "error converting YAML to JSON: unsupported map key of type: %!s(<nil>), key: <nil>, value: \"a\"");
  CHECK(error_of("x: {[a]: b}") == "error converting YAML to JSON: yaml: invalid map key: []interface {}{\"a\"}");
  CHECK(error_of("x: {<<: 1}") ==
        "error converting YAML to JSON: yaml: map merge requires map or sequence of maps as the value");
  CHECK(error_of("x: *a") == "error converting YAML to JSON: yaml: unknown anchor 'a' referenced");
  CHECK(error_of("x: !!int a") == "error converting YAML to JSON: yaml: cannot decode !!str `a` as a !!int");
}

}  // namespace
}  // namespace kyma::helm
