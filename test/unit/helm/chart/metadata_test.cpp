#include <catch2/catch_test_macros.hpp>

#include "test/unit/helm/chart/scratch_charts.hpp"

using namespace kyma::helm;
using namespace kyma::helm::test;

namespace {

std::string metadata_error(const std::string& yaml) { return files_error({{"Chart.yaml", yaml}}); }

std::string type_error(const std::string& what) {
  return "cannot load Chart.yaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal " + what;
}

}  // namespace

TEST_CASE("Metadata takes scalars of any type for texts, as Helm does", "[helm][chart][metadata]") {
  const ScratchDirectory directory({{"Chart.yaml", R"(name: a
version: 1.0.0
NAME: overridden
annotations: {a: 1, b: true, c: null, d: 1.10}
appVersion: 1.10
keywords: [1, true, null, x]
sources: [0x10, 1e3, .5, -0.0, 16777217.0, 2001-01-01, 010]
description: "a\tb\u200bc\u00a0d"
home: 12345678901234567890
icon: 100000000
tags: 1.5e10
condition: ~
deprecated: yes
Maintainers: [{name: 1, EMAIL: x}]
)"}});
  const auto chart = load_chart(directory.path());
  REQUIRE(chart.has_value());
  const Metadata& m = (*chart)->metadata;
  CHECK(m.name == "a");
  CHECK(m.app_version == "1.1");
  CHECK(m.keywords == std::vector<std::string>{"1", "true", "", "x"});
  CHECK(m.sources == std::vector<std::string>{"16", "1000", "0.5", "-0", "1.6777216e+07", "2001-01-01", "8"});
  CHECK(m.description == "a bc d");
  CHECK(m.home == "12345678901234567890");
  CHECK(m.icon == "100000000");
  CHECK(m.tags == "1.5e+10");
  CHECK(m.condition.empty());
  CHECK(m.deprecated);
  CHECK(m.annotations.at("d") == "1.1");
  CHECK(m.annotations.at("c").empty());
  CHECK(m.maintainers.at(0).name == "1");
  CHECK(m.maintainers.at(0).email == "x");
  CHECK_FALSE(m.declares_dependencies);
}

TEST_CASE("Metadata of the wrong types is refused with the field and the Go type", "[helm][chart][metadata]") {
  const std::string start = kChartYaml;
  CHECK(metadata_error("name: [a]") == type_error("array into Go struct field Metadata.name of type string"));
  CHECK(metadata_error("- a") == type_error("array into Go value of type chart.Metadata"));
  CHECK(metadata_error(start + "deprecated: 'yes'") ==
        type_error("string into Go struct field Metadata.deprecated of type bool"));
  CHECK(metadata_error(start + "keywords: x") ==
        type_error("string into Go struct field Metadata.keywords of type []string"));
  CHECK(metadata_error(start + "annotations: {a: {b: c}}") ==
        type_error("object into Go struct field Metadata.annotations of type string"));
  CHECK(metadata_error(start + "maintainers: [x]") ==
        type_error("string into Go struct field Metadata.maintainers of type chart.Maintainer"));
  CHECK(metadata_error(start + "dependencies: x") ==
        type_error("string into Go struct field Metadata.dependencies of type []*chart.Dependency"));
  CHECK(metadata_error(start + "dependencies: [{name: [x]}]") ==
        type_error("array into Go struct field Dependency.dependencies.name of type string"));
  CHECK(metadata_error(start + "dependencies: [{name: x, import-values: x}]") ==
        type_error("string into Go struct field Dependency.dependencies.import-values of type []interface {}"));
}

TEST_CASE("Metadata is checked in Helm's order, with Helm's words", "[helm][chart][metadata]") {
  const auto error = [](const std::string& yaml) {
    const std::string message = metadata_error(yaml);
    const std::string prefix = "validation: ";
    return message.starts_with(prefix) ? message.substr(prefix.size()) : "(no validation) " + message;
  };
  CHECK(error("") == "chart.metadata.name is required");
  CHECK(error("name: a") == "chart.metadata.version is required");
  CHECK(error("name: a/b\nversion: 1.0.0") == R"(chart.metadata.name "a/b" is invalid)");
  CHECK(error("name: a\nversion: x.y") == R"(chart.metadata.version "x.y" is invalid)");
  CHECK(error("name: a\nversion: ' 1.0.0'") == R"(chart.metadata.version " 1.0.0" is invalid)");
  CHECK(error(kChartYaml + "type: foo") == "chart.metadata.type must be application or library");
  CHECK(error(kChartYaml + "maintainers: [null]") == "maintainers must not contain empty or null nodes");
  CHECK(error(kChartYaml + "dependencies: [null]") == "dependencies must not contain empty or null nodes");
  CHECK(error(kChartYaml + "dependencies: [{name: x, alias: 'a b'}]") ==
        R"(dependency "x" has disallowed characters in the alias)");
  CHECK(error(kChartYaml + "dependencies: [{name: x}, {name: y, alias: x}]") ==
        R"(more than one dependency with name or alias "x")");
  CHECK(files_error({{"requirements.yaml", "name: a\nversion: 1.0.0"}}) ==
        "validation: chart.metadata.apiVersion is required");
}

TEST_CASE("requirements.yaml is read into what Chart.yaml left", "[helm][chart][metadata]") {
  const Files files{{"Chart.yaml", kChartYaml + "dependencies: [{name: a, version: '1'}, {name: b}]\nkeywords: [x, y]"},
                    {"requirements.yaml", "dependencies: [{version: '2', alias: c}]\nkeywords: [z]"},
                    {"requirements.lock", "digest: 1"}};
  const ScratchDirectory directory(files);
  const auto chart = load_chart(directory.path());
  REQUIRE(chart.has_value());
  REQUIRE((*chart)->metadata.dependencies.size() == 1);
  const Dependency& dependency = (*chart)->metadata.dependencies[0];
  CHECK(dependency.name == "a");
  CHECK(dependency.version == "2");
  CHECK(dependency.alias == "c");
  CHECK((*chart)->metadata.keywords == std::vector<std::string>{"z"});
  CHECK(file_names(**chart) == "requirements.lock;requirements.yaml;");

  SECTION("in a chart of the second version it is no file, and there is a warning") {
    directory.write("Chart.yaml", "apiVersion: v2\n" + files[0].second);
    std::vector<std::string> words;
    LoadLimits limits;
    limits.warn = [&](std::string_view text) { words.emplace_back(text); };
    const auto second = load_chart(directory.path(), limits);
    REQUIRE(second.has_value());
    CHECK((*second)->files.empty());
    REQUIRE(words.size() == 2);
    CHECK(words[1] ==
          "Warning: Dependencies are handled in Chart.yaml since apiVersion \"v2\". We recommend migrating "
          "dependencies to Chart.yaml.");
  }
}

TEST_CASE("An empty list of dependencies is a list", "[helm][chart][metadata]") {
  const auto declares = [](const std::string& yaml) {
    const ScratchDirectory directory({{"Chart.yaml", kChartYaml + yaml}});
    return (*load_chart(directory.path()))->metadata.declares_dependencies;
  };
  CHECK(declares("dependencies: []"));
  CHECK_FALSE(declares("dependencies: null"));
  CHECK_FALSE(declares(""));
}
