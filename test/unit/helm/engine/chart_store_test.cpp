#include "operator/helm/chart_store.hpp"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <memory>
#include <string>

#include "test/support/chart_directory.hpp"

using namespace kyma::helm;
using Directory = kyma::test::ChartDirectory;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kManifest = "kind: ConfigMap\n";

std::string problem(ChartStore& store, std::string_view location, std::string_view version = {}) {
  auto chart = store.get(location, version);
  return chart ? "" : chart.error().message;
}

}  // namespace

TEST_CASE("ChartStore loads a chart once and gives the same one again", "[helm][store]") {
  const Directory directory;
  directory.chart("a", kManifest, "1.0.0", "a");
  ChartStore store(directory.path(), {});
  const auto first = store.get("a", "");
  REQUIRE(first.has_value());
  CHECK(store.get("a", "")->get() == first->get());
}

TEST_CASE("ChartStore finds a version beside the chart, and the chart itself when it is that version",
          "[helm][store]") {
  const Directory directory;
  directory.chart("a", kManifest, "1.0.0", "a");
  directory.chart("a", kManifest, "2.0.0", "a-2.0.0");
  ChartStore store(directory.path(), {});
  CHECK((*store.get("a", "2.0.0"))->chart->metadata.version == "2.0.0");
  CHECK((*store.get("a", "1.0.0"))->chart->metadata.version == "1.0.0");
  CHECK(problem(store, "a", "3.0.0") == "chart a: version 3.0.0 was asked for, but a is version 1.0.0");
}

TEST_CASE("ChartStore names a chart that is not there", "[helm][store]") {
  const Directory directory;
  ChartStore store(directory.path(), {});
  CHECK(problem(store, "nope") == "chart nope: there is no nope in the charts directory");
}

TEST_CASE("ChartStore never leaves its directory", "[helm][store]") {
  const Directory outside;
  outside.chart("secret", kManifest);
  const Directory directory;
  directory.chart("a", kManifest, "1.0.0", "inner/a");
  fs::create_directory_symlink(outside.path() / "secret", directory.path() / "link");
  fs::create_directory_symlink(directory.path() / "inner" / "a", directory.path() / "inside");
  ChartStore store(directory.path(), {});
  for (const std::string location : {"../secret", "/etc", ".", "..", "a/../..", "", "inner/../inner/a", "link/.."}) {
    INFO(location);
    CHECK_FALSE(problem(store, location).empty());
  }
  CHECK(problem(store, outside.path().string() + "/secret").find("plain names") != std::string::npos);
  CHECK(problem(store, "link") == "chart link: it leads out of the charts directory");
  CHECK(problem(store, "a", "../x").find("slash") != std::string::npos);
  CHECK(problem(store, "inner/a").empty());
  CHECK(problem(store, "inside").empty());
}

TEST_CASE("ChartStore refuses a chart whose file is a link out of the directory", "[helm][store]") {
  const Directory outside;
  outside.write("password", "hunter2");
  const Directory directory;
  directory.chart("a", kManifest, "1.0.0", "a");
  fs::create_symlink(outside.path() / "password", directory.path() / "a" / "password");
  ChartStore store(directory.path(), {});
  const std::string message = problem(store, "a");
  CHECK_FALSE(message.empty());
  CHECK(message.find("hunter2") == std::string::npos);
}

TEST_CASE("ChartStore sees what changed once it is told to forget", "[helm][store]") {
  const Directory directory;
  directory.chart("a", kManifest, "1.0.0", "a");
  ChartStore store(directory.path(), {});
  const std::string before = (*store.get("a", ""))->chart->digest;
  directory.write("a/templates/a.yaml", "kind: Secret\n");
  CHECK((*store.get("a", ""))->chart->digest == before);
  store.forget_all();
  CHECK((*store.get("a", ""))->chart->digest != before);
}

TEST_CASE("ChartStore lets go of what was not asked for, and keeps the rest", "[helm][store]") {
  const Directory directory;
  directory.chart("a", kManifest, "1.0.0", "a");
  ChartStore store(directory.path(), {});
  const std::weak_ptr<LoadedChart> loaded = *store.get("a", "");
  store.drop_unused();
  CHECK_FALSE(loaded.expired());
  store.drop_unused();
  CHECK(loaded.expired());
}
