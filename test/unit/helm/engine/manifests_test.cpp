#include "operator/helm/manifests.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

using namespace kyma::helm;

namespace {

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> result;
  for (const std::string_view piece : split_documents(text)) result.emplace_back(piece);
  return result;
}

std::vector<std::string> kinds(const std::vector<Document>& documents) {
  std::vector<std::string> result;
  for (const Document& document : documents) result.push_back(document.kind);
  return result;
}

}  // namespace

TEST_CASE("Documents are split at every line that starts with three dashes", "[helm][manifests]") {
  CHECK(split("a: 1\n---\nb: 2") == std::vector<std::string>{"a: 1", "b: 2"});
  CHECK(split("---\na: 1\n---\n") == std::vector<std::string>{"a: 1"});
  CHECK(split("---kind: D") == std::vector<std::string>{"kind: D"});
  CHECK(split("--- # x\na: 1") == std::vector<std::string>{"# x\na: 1"});
}

TEST_CASE("An indented separator splits nothing", "[helm][manifests]") {
  CHECK(split("a: |\n  ---\n  b") == std::vector<std::string>{"a: |\n  ---\n  b"});
}

TEST_CASE("A separator right after another one stays, since the first has taken the line's start",
          "[helm][manifests]") {
  CHECK(split("a: 1\n---\n---\nb: 2") == std::vector<std::string>{"a: 1", "---\nb: 2"});
}

TEST_CASE("Unicode's white space is trimmed around the whole and around each document", "[helm][manifests]") {
  CHECK(split("\u00a0\u2003a: 1\u00a0\n---\n \u3000b: 2") == std::vector<std::string>{"a: 1", "b: 2"});
  CHECK(split(" \n\t ").empty());
}

TEST_CASE("Manifests come in the order of installation, and equal kinds as they were", "[helm][manifests]") {
  const RenderedFiles files = {
      {"c/templates/a.yaml", "kind: Deployment\nmetadata: {name: one}\n---\nkind: Zebra\n---\nkind: Apple"},
      {"c/templates/b.yaml", "kind: Namespace\n---\nkind: Deployment\nmetadata: {name: two}"},
      {"c/templates/c.yaml", "# only a comment"},
      {"c/templates/NOTES.txt", "not: [yaml"},
  };
  Warnings warnings;
  const Documents documents = sort_documents(files, warnings);
  CHECK(kinds(documents.manifests) ==
        std::vector<std::string>{"Namespace", "Deployment", "Deployment", "", "Apple", "Zebra"});
  CHECK(documents.manifests[1].text.find("one") != std::string::npos);
  CHECK(documents.manifests[2].text.find("two") != std::string::npos);
}

TEST_CASE("A document with a hook's annotation is a hook, and an unknown hook is left out with a warning",
          "[helm][manifests]") {
  const RenderedFiles files = {
      {"a", "kind: Job\nmetadata:\n  annotations:\n    helm.sh/hook: pre-install , Test"},
      {"b", "kind: Pod\nmetadata:\n  annotations:\n    helm.sh/hook: crd-install"},
  };
  Warnings warnings;
  const Documents documents = sort_documents(files, warnings);
  CHECK(documents.manifests.empty());
  REQUIRE(documents.hooks.size() == 1);
  CHECK(documents.hooks[0].is_test);
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0] == "info: skipping unknown hook: \"crd-install\"");
}

TEST_CASE("A document that is not YAML names its file", "[helm][manifests]") {
  Warnings warnings;
  try {
    sort_documents({{"c/templates/x.yaml", "a: b: c"}}, warnings);
    FAIL("it was taken");
  } catch (const RenderFailure& failure) {
    CHECK(std::string(failure.what()) ==
          "YAML parse error on c/templates/x.yaml: error converting YAML to JSON: yaml: mapping values are not allowed "
          "in "
          "this context");
  }
}
