#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>

#include "test/unit/helm/chart/scratch_charts.hpp"

using namespace kyma::helm;
using namespace kyma::helm::test;

TEST_CASE("A chart's files are classified by their paths", "[helm][chart][load]") {
  const ScratchDirectory directory({{"Chart.yaml", kChartYaml},
                                    {"values.yaml",
                                     "\xef\xbb\xbf"
                                     "a: 1\nb: {c: y}\n"},
                                    {"values.schema.json", "{}"},
                                    {"templates/z.yaml", "z"},
                                    {"templates/a/b.yaml", "ab"},
                                    {"crds/x.yaml", "crd"},
                                    {"README.md", "\xef\xbb\xbfread"},
                                    {"charts/sub.prov", "signature"},
                                    {"charts/_hidden/x", ""},
                                    {"charts/.hidden/x", ""}});
  const auto chart = load_chart(directory.path());
  REQUIRE(chart.has_value());
  CHECK((*chart)->metadata.name == "demo");
  CHECK((*chart)->metadata.api_version == "v1");
  CHECK(to_json((*chart)->values) == R"({"a":1,"b":{"c":true}})");
  CHECK((*chart)->schema == "{}");
  REQUIRE((*chart)->templates.size() == 2);
  CHECK((*chart)->templates[0].name == "templates/a/b.yaml");
  CHECK(file_names(**chart) == "README.md;charts/sub.prov;crds/x.yaml;");
  CHECK((*chart)->files[0].data == "read");
  CHECK((*chart)->subcharts.empty());
  CHECK((*chart)->digest.size() == 64);
}

TEST_CASE("Loading says what Helm says of a chart that is broken", "[helm][chart][load]") {
  CHECK(files_error(Files{}) == "Chart.yaml file is missing");
  CHECK(files_error({{"Chart.yaml", "name: a\n version: b\nc\n"}}) ==
        "cannot load Chart.yaml: error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this "
        "context");
  CHECK(files_error({{"Chart.yaml", kChartYaml}, {"values.yaml", "[1]"}}) ==
        "cannot load values.yaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go "
        "value "
        "of type map[string]interface {}");
  CHECK(files_error({{"Chart.yaml", kChartYaml}, {"Chart.lock", "generated: foo"}}) ==
        R"(cannot load Chart.lock: error unmarshaling JSON: while decoding JSON: parsing time "foo" as )"
        R"("2006-01-02T15:04:05Z07:00": cannot parse "foo" as "2006")");
  CHECK(files_error({{"Chart.yaml", kChartYaml}, {"charts/README.md", ""}}) ==
        "error unpacking subchart README.md in demo: Chart.yaml file is missing");
  CHECK(files_error({{"Chart.yaml", kChartYaml}, {"charts/q.tgz/foo", ""}}) ==
        "error unpacking subchart tar in demo: expected q.tgz, got q.tgz/foo");
  CHECK(load_error(std::filesystem::path("/no/such/chart")) == "stat /no/such/chart: no such file or directory");
}

TEST_CASE("Subcharts are loaded in order, whatever their directories are called", "[helm][chart][load]") {
  const ScratchDirectory directory({{"Chart.yaml", kChartYaml},
                                    {"charts/b/Chart.yaml", "name: first\nversion: 1.0.0\n"},
                                    {"charts/a/Chart.yaml", "name: second\nversion: 1.0.0\n"},
                                    {"charts/a/charts/deep/Chart.yaml", "name: deep\nversion: 1.0.0\n"},
                                    {"charts/c.tgz", archive({{"x/Chart.yaml", "name: packed\nversion: 1.0.0\n"}})}});
  const auto chart = load_chart(directory.path());
  REQUIRE(chart.has_value());
  REQUIRE((*chart)->subcharts.size() == 3);
  CHECK((*chart)->subcharts[0]->metadata.name == "second");
  CHECK((*chart)->subcharts[0]->subcharts.at(0)->metadata.name == "deep");
  CHECK((*chart)->subcharts[1]->metadata.name == "first");
  CHECK((*chart)->subcharts[2]->metadata.name == "packed");
}

TEST_CASE("The digest of a chart changes with every file, its name and its subcharts' files", "[helm][chart][load]") {
  const Files files{{"Chart.yaml", kChartYaml}, {"templates/a", "text"}, {"charts/s/Chart.yaml", kChartYaml}};
  const auto digest = [](Files changed) {
    const ScratchDirectory directory(changed);
    return (*load_chart(directory.path()))->digest;
  };
  const std::string original = digest(files);
  CHECK(digest(files) == original);
  Files changed = files;
  changed[1].second = "texu";
  CHECK(digest(changed) != original);
  changed = files;
  changed[1].first = "templates/b";
  CHECK(digest(changed) != original);
  changed = files;
  changed[2].second += "description: x\n";
  CHECK(digest(changed) != original);
}

TEST_CASE("Symbolic links are followed, with a word about it", "[helm][chart][load]") {
  const ScratchDirectory outside({{"secret", "outside"}});
  const ScratchDirectory directory({{"Chart.yaml", kChartYaml}, {"real/file", "inside"}});
  directory.link("link", "real");
  directory.link("far", outside.at("secret"));
  std::vector<std::string> words;
  LoadLimits limits;
  limits.warn = [&](std::string_view text) { words.emplace_back(text); };
  const auto chart = load_chart(directory.path(), limits);
  REQUIRE(chart.has_value());
  CHECK(file_names(**chart) == "far;link/file;real/file;");
  REQUIRE(words.size() == 2);
  CHECK(words[1] == "found symbolic link in path: " + directory.at("link") + " resolves to " + directory.at("real") +
                        ". Contents of linked file included and used");

  SECTION("but not out of where charts are confined to") {
    limits.confine_to = directory.path();
    CHECK(load_error(directory.path(), limits) ==
          outside.at("secret") + " leads out of " + directory.path().string() + ", which no chart may");
    std::filesystem::remove(directory.path() / "far");
    CHECK(load_error(directory.path(), limits) == "no error");
    limits.confine_to = directory.path() / "real";
    CHECK(load_error(directory.path(), limits).find("leads out of") != std::string::npos);
  }
}

TEST_CASE("Links that lead nowhere, or round in circles, are errors", "[helm][chart][load]") {
  const ScratchDirectory directory({{"Chart.yaml", kChartYaml}, {"d/file", ""}});
  const auto with_link = [&](const std::string& target) {
    directory.link("link", target);
    const std::string error = load_error(directory.path());
    std::filesystem::remove(directory.path() / "link");
    return error;
  };
  const std::string prefix = "error evaluating symlink " + directory.at("link") + ": ";
  CHECK(with_link("nosuch/file") == prefix + "lstat " + directory.at("nosuch") + ": no such file or directory");
  CHECK(with_link("Chart.yaml/file") == prefix + "not a directory");
  CHECK(with_link("link") == prefix + "EvalSymlinks: too many links");
  CHECK(with_link("d/..") ==
        "symbolic link " + directory.at("link") + " leads back to a directory that it lies in: remove the link");
}

TEST_CASE("What is no file is refused", "[helm][chart][load]") {
  const ScratchDirectory directory({{"Chart.yaml", kChartYaml}});
  REQUIRE(::mkfifo(directory.at("pipe").c_str(), 0600) == 0);
  CHECK(load_error(directory.path()) ==
        "cannot load irregular file " + directory.at("pipe") + " as it has file mode type bits set");
  directory.write(".helmignore", "pipe\n");
  CHECK(load_error(directory.path()) == "no error");
}

TEST_CASE("Loading is bounded in bytes, files and depth", "[helm][chart][load]") {
  LoadLimits limits;
  const Files files{{"Chart.yaml", kChartYaml}, {"a", "0123456789"}, {"b", "0123456789"}};
  limits.max_file = 25;
  CHECK(files_error(files, limits) == "chart file \"Chart.yaml\" is larger than the maximum file size 25");
  limits = {};
  limits.max_bytes = kChartYaml.size() + 19;
  CHECK(files_error(files, limits) == "the chart is larger than the maximum size 45");
  limits = {};
  limits.max_files = 2;
  CHECK(files_error(files, limits) == "the chart has more than 2 files");

  // 400 KB of text, and many times that in memory; a subchart's counts too.
  std::string list = "v: [0";
  for (int i = 0; i < 200'000; ++i) list += ",0";
  list += "]\n";
  limits = {};
  limits.max_heap = std::size_t{1} << 20;
  CHECK(files_error({{"Chart.yaml", kChartYaml}, {"values.yaml", list}}, limits) ==
        "cannot load values.yaml: the chart's values and metadata take more than 1 MiB of memory");
  Files many{{"Chart.yaml", kChartYaml}};
  for (int i = 0; i < 100; ++i) {
    const std::string root = "charts/s" + std::to_string(i) + "/";
    many.emplace_back(root + "Chart.yaml", kChartYaml);
    many.emplace_back(root + "values.yaml", "v: 1\n");
  }
  CHECK(files_error(many, limits).find("take more than 1 MiB of memory") != std::string::npos);
  CHECK(files_error(many, {}) == "no error");

  std::string packed = archive({{"x/Chart.yaml", kChartYaml}});
  for (int i = 0; i < 40; ++i) packed = archive({{"x/Chart.yaml", kChartYaml}, {"x/charts/x.tgz", packed}});
  CHECK(archive_error(packed).ends_with("subcharts are nested more than 32 deep"));

  std::string deep = "Chart.yaml";
  for (int i = 0; i < 200; ++i) deep.insert(0, "d/");
  CHECK(files_error(Files{{"Chart.yaml", kChartYaml}, {deep, ""}}).find("directories deep") != std::string::npos);
}

TEST_CASE("What is given to be installed must be an application, with its dependencies there", "[helm][chart][load]") {
  const auto load = [](const std::string& metadata) {
    const ScratchDirectory directory({{"Chart.yaml", metadata}, {"charts/s/Chart.yaml", "name: s\nversion: 1.0.0\n"}});
    return *load_chart(directory.path());
  };
  CHECK(check_installable(*load(kChartYaml)).has_value());
  CHECK(check_installable(*load(kChartYaml + "type: application\n")).has_value());
  CHECK(check_installable(*load(kChartYaml + "type: library\n")).error().message ==
        "library charts are not installable");
  CHECK(check_dependencies(*load(kChartYaml + "dependencies: [{name: s}]\n")).has_value());
  CHECK(check_dependencies(*load(kChartYaml + "dependencies: [{name: x}, {name: s}, {name: z}]\n")).error().message ==
        "An error occurred while checking for chart dependencies. You may need to run `helm dependency build` to fetch "
        "missing dependencies: found in Chart.yaml, but missing in charts/ directory: x, z");
}
