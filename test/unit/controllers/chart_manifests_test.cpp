#include "operator/controllers/chart_manifests.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "operator/base/manual_clock.hpp"
#include "operator/base/task_group.hpp"
#include "operator/controllers/chart_watcher.hpp"
#include "operator/controllers/debug_manifests.hpp"
#include "test/support/chart_directory.hpp"

using namespace std::chrono_literals;
using namespace kyma;
using namespace kyma::controllers;

namespace {

constexpr std::string_view kManifest = "kind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\nv: {{ .Values.v }}\n";

// The pool is the loop itself, so that time is virtual.
struct Fixture {
  explicit Fixture(bool capabilities = true, ChartManifestsOptions options = {})
      : manifests(loop.get_executor(), clock, renderer, options, registry) {
    if (capabilities) manifests.set_capabilities(helm::Capabilities::defaults());
  }

  static api::HelmComponentSpec spec(std::string_view name, std::string_view values = {}) {
    api::HelmComponentSpec result;
    result.component_name = name;
    result.values = values;
    return result;
  }
  ManifestOutcome ask(const api::HelmComponentSpec& which, InternedString rendered = {}) {
    return clock.run(loop, manifests.manifest(which, std::move(rendered)));
  }
  double count(const std::string& series) {
    const std::string text = registry.expose();
    const std::size_t at = text.find("\n" + series + " ");
    REQUIRE(at != std::string::npos);
    return std::stod(text.substr(at + series.size() + 2));
  }
  double renderings() { return count("kyma_operator_manifest_cache_requests_total{result=\"miss\"}"); }
  double hits() { return count("kyma_operator_manifest_cache_requests_total{result=\"hit\"}"); }

  test::ChartDirectory charts;
  ManualClock clock;
  asio::io_context loop;
  metrics::Registry registry;
  gotemplate::Environment environment;
  helm::ChartStore store{charts.path(), {}};
  helm::Renderer renderer{store, environment};
  ChartManifests manifests;
};

}  // namespace

TEST_CASE("Components that ask at once for the same thing wait for one rendering", "[controllers][manifests]") {
  Fixture fixture;
  fixture.charts.chart("istio", kManifest);
  TaskGroup tasks(fixture.loop.get_executor());
  std::vector<std::string> digests;
  for (int i = 0; i < 1000; ++i) {
    tasks.spawn([](Fixture& f, std::vector<std::string>& out) -> asio::awaitable<void> {
      const auto manifest = co_await f.manifests.manifest(Fixture::spec("istio"), {});
      if (manifest) out.push_back((*manifest)->str());
    }(fixture, digests));
  }
  fixture.clock.run(fixture.loop, tasks.join());
  REQUIRE(digests.size() == 1000);
  CHECK(std::count(digests.begin(), digests.end(), digests[0]) == 1000);
  CHECK(fixture.renderings() == 1);
  CHECK(fixture.hits() == 999);
}

TEST_CASE("Whoever asks waits for the cluster's capabilities", "[controllers][manifests]") {
  Fixture fixture(false);
  fixture.charts.chart("istio", kManifest);
  TaskGroup tasks(fixture.loop.get_executor());
  bool answered = false;
  tasks.spawn([](Fixture& f, bool& done) -> asio::awaitable<void> {
    co_await f.manifests.digest(Fixture::spec("istio"));
    done = true;
  }(fixture, answered));
  fixture.clock.run_for(fixture.loop, 1min);
  CHECK_FALSE(answered);
  fixture.manifests.set_capabilities(helm::Capabilities::defaults());
  fixture.clock.run(fixture.loop, tasks.join());
  CHECK(answered);
}

TEST_CASE("What a status tells of was rendered, and is not rendered again", "[controllers][manifests]") {
  Fixture fixture;
  fixture.charts.chart("istio", kManifest);
  const auto digest = fixture.clock.run(fixture.loop, fixture.manifests.digest(Fixture::spec("istio")));
  REQUIRE(digest.has_value());
  REQUIRE(fixture.ask(Fixture::spec("istio"), **digest).has_value());
  CHECK(fixture.renderings() == 0);
  REQUIRE(fixture.ask(Fixture::spec("istio"), "sha256:another").has_value());
  CHECK(fixture.renderings() == 1);
}

TEST_CASE("A digest is of the inputs: equal ones agree, also in another process", "[controllers][manifests]") {
  Fixture one;
  Fixture other;
  for (Fixture* each : {&one, &other}) each->charts.chart("istio", kManifest);
  const auto digest = [](Fixture& f, std::string_view values) {
    return (*f.ask(Fixture::spec("istio", values)))->str();
  };
  CHECK(digest(one, "") == digest(other, ""));
  CHECK(digest(one, R"({"v":1})") == digest(other, R"({"v":1})"));
  CHECK(digest(one, R"({"v":1})") != digest(one, R"({"v":2})"));
  api::HelmComponentSpec elsewhere = Fixture::spec("istio");
  elsewhere.name_space = "other";
  CHECK((*one.ask(elsewhere))->str() != digest(one, ""));
}

TEST_CASE("A failure names the chart, the template and the line, and is remembered for a while",
          "[controllers][manifests]") {
  Fixture fixture;
  fixture.charts.chart("istio", "a: 1\nb: {{ fail \"no domain\" }}\n");
  const auto first = fixture.ask(Fixture::spec("istio"));
  REQUIRE_FALSE(first.has_value());
  CHECK(first.error().message == "chart istio: execution error at (istio/templates/a.yaml:2:6): no domain");
  for (int i = 0; i < 100; ++i) REQUIRE_FALSE(fixture.ask(Fixture::spec("istio")).has_value());
  CHECK(fixture.renderings() == 1);
  fixture.clock.run_for(fixture.loop, 31s);
  REQUIRE_FALSE(fixture.ask(Fixture::spec("istio")).has_value());
  CHECK(fixture.renderings() == 2);
}

TEST_CASE("A missing chart is an error that says so, until it is there", "[controllers][manifests]") {
  Fixture fixture;
  const auto missing = fixture.ask(Fixture::spec("istio"));
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().message == "chart istio: there is no istio in the charts directory");
  fixture.charts.chart("istio", kManifest);
  CHECK_FALSE(fixture.ask(Fixture::spec("istio")).has_value());
  SECTION("after a while") { fixture.clock.run_for(fixture.loop, 31s); }
  SECTION("at once, when the directory is known to have changed") {
    const auto changed = fixture.clock.run(fixture.loop, fixture.manifests.refresh(fixture.store));
    REQUIRE(changed.size() == 1);
    CHECK(changed[0].location == "istio");
  }
  CHECK(fixture.ask(Fixture::spec("istio")).has_value());
}

TEST_CASE("A refresh tells which charts became another, and those alone", "[controllers][manifests]") {
  Fixture fixture;
  fixture.charts.chart("istio", kManifest);
  fixture.charts.chart("ory", kManifest);
  const std::string before = (*fixture.ask(Fixture::spec("istio")))->str();
  REQUIRE(fixture.ask(Fixture::spec("ory")).has_value());
  const auto refresh = [&] { return fixture.clock.run(fixture.loop, fixture.manifests.refresh(fixture.store)); };
  CHECK(refresh().empty());
  fixture.charts.write("istio/templates/a.yaml", "kind: Secret\n");
  const auto changed = refresh();
  REQUIRE(changed.size() == 1);
  CHECK(changed[0].location == "istio");
  CHECK((*fixture.ask(Fixture::spec("istio"), before))->str() != before);
  CHECK(fixture.renderings() == 3);
}

TEST_CASE("One rendering serves all who wait for it, also when it is too large to be kept",
          "[controllers][manifests]") {
  Fixture fixture(true, {.cache_bytes = 0});
  fixture.charts.chart("istio", kManifest);
  TaskGroup tasks(fixture.loop.get_executor());
  int answers = 0;
  for (int i = 0; i < 100; ++i) {
    tasks.spawn([](Fixture& f, int& count) -> asio::awaitable<void> {
      if ((co_await f.manifests.manifest(Fixture::spec("istio"), {})).has_value()) ++count;
    }(fixture, answers));
  }
  fixture.clock.run(fixture.loop, tasks.join());
  CHECK(answers == 100);
  CHECK(fixture.renderings() == 1);
}

TEST_CASE("A chart that was found to be another by a rendering has that one's digest", "[controllers][manifests]") {
  Fixture fixture;
  fixture.charts.chart("istio", kManifest);
  const auto digest_now = [&] {
    return (*fixture.clock.run(fixture.loop, fixture.manifests.digest(Fixture::spec("istio"))))->str();
  };
  const std::string before = digest_now();
  // Nobody has told of a change, but the chart is loaded again.
  fixture.charts.write("istio/templates/a.yaml", "kind: Secret\n");
  fixture.store.forget_all();
  const std::string rendered = (*fixture.ask(Fixture::spec("istio")))->str();
  CHECK(rendered != before);
  CHECK(digest_now() == rendered);
  CHECK(fixture.renderings() == 1);
  // Who was rendered from the old one still has to be told.
  CHECK(fixture.clock.run(fixture.loop, fixture.manifests.refresh(fixture.store)).size() == 1);
  CHECK(fixture.clock.run(fixture.loop, fixture.manifests.refresh(fixture.store)).empty());
}

TEST_CASE("A mended chart is told of, though a retry has found it before the refresh", "[controllers][manifests]") {
  Fixture fixture;
  REQUIRE_FALSE(fixture.ask(Fixture::spec("istio")).has_value());
  fixture.charts.chart("istio", kManifest);
  fixture.clock.run_for(fixture.loop, 31s);
  REQUIRE(fixture.ask(Fixture::spec("istio")).has_value());
  CHECK(fixture.clock.run(fixture.loop, fixture.manifests.refresh(fixture.store)).size() == 1);
}

TEST_CASE("A chart that was broken for a moment is not held to its failure", "[controllers][manifests]") {
  Fixture fixture;
  fixture.charts.chart("istio", kManifest);
  REQUIRE(fixture.clock.run(fixture.loop, fixture.manifests.digest(Fixture::spec("istio"))).has_value());
  fixture.charts.write("istio/templates/a.yaml", "{{ half");
  fixture.store.forget_all();
  REQUIRE_FALSE(fixture.ask(Fixture::spec("istio")).has_value());
  fixture.charts.write("istio/templates/a.yaml", kManifest);
  CHECK(fixture.clock.run(fixture.loop, fixture.manifests.refresh(fixture.store)).size() == 1);
  CHECK(fixture.ask(Fixture::spec("istio")).has_value());
}

TEST_CASE("Failures that nobody asks for again are let go", "[controllers][manifests]") {
  Fixture fixture;
  fixture.charts.chart("istio", "{{ fail \"no\" }}");
  for (int i = 0; i < 10; ++i) {
    REQUIRE_FALSE(fixture.ask(Fixture::spec("istio", "{\"v\":" + std::to_string(i) + "}")).has_value());
  }
  fixture.manifests.tidy();
  CHECK(fixture.manifests.failures() == 10);
  fixture.clock.run_for(fixture.loop, 31s);
  fixture.manifests.tidy();
  CHECK(fixture.manifests.failures() == 0);
}

TEST_CASE("Values that are too large are an error, not an exception", "[controllers][manifests]") {
  Fixture fixture;
  fixture.charts.chart("istio", kManifest);
  helm::RenderLimits limits = helm::Renderer::daemon_limits();
  limits.heap = std::size_t{1} << 20;
  helm::Renderer renderer(fixture.store, fixture.environment, limits);
  const std::string values = "{\"v\":\"" + std::string(std::size_t{2} << 20, 'x') + "\"}";
  const auto outcome = renderer.render({"istio", "", "istio", "n", values}, helm::Capabilities::defaults());
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().message == "chart istio: the rendering needs more than 1 MiB of memory");
}

TEST_CASE("The watcher notices a directory of charts that is another one, and links that lead in circles",
          "[controllers][manifests]") {
  namespace fs = std::filesystem;
  test::ChartDirectory charts;
  charts.chart("one/istio", kManifest);
  charts.chart("two/istio", kManifest);
  for (const char* link : {"a", "b"}) fs::create_directory_symlink(charts.path() / "one", charts.path() / "one" / link);
  fs::create_directory_symlink("/", charts.path() / "one" / "all");
  const fs::path current = charts.path() / "current";
  fs::create_directory_symlink("one", current);
  ManualClock clock;
  asio::io_context loop;
  ChartWatcher watcher(loop.get_executor(), clock, current);
  fs::remove(current);
  fs::create_directory_symlink("two", current);
  clock.run(loop, watcher.changed());
  CHECK(clock.elapsed() >= ChartWatcher::kLook);
  CHECK(clock.elapsed() < ChartWatcher::kLook + 2 * ChartWatcher::kQuiet);
  bool again = false;
  TaskGroup tasks(loop.get_executor());
  tasks.spawn([](ChartWatcher& w, bool& told) -> asio::awaitable<void> {
    co_await w.changed();
    told = true;
  }(watcher, again));
  clock.run_for(loop, 1min);
  CHECK_FALSE(again);
  charts.write("two/istio/templates/b.yaml", "a: 1");
  clock.run(loop, tasks.join());
  CHECK(again);
}

TEST_CASE("What is shown of a Secret has no data", "[controllers][manifests]") {
  const std::string shown = redact_secrets(
      "---\n# Source: a\nkind: Secret\nmetadata: {name: s}\ndata: {password: aHVudGVyMg==}\nstringData:\n  token: "
      "hunter2\n"
      "---\nkind: ConfigMap\ndata: {open: visible}\n"
      "---\nkind: SecretList\nitems: [{data: {k: hunter2}}]\n"
      "---\nkind: List\nitems: [{kind: Secret, data: {k: hunter2}}, {kind: ConfigMap, data: {shown: too}}]\n"
      "---\n{broken: hunter2");
  CHECK(shown.find("hunter2") == std::string::npos);
  CHECK(shown.find("aHVudGVyMg==") == std::string::npos);
  CHECK(shown.find("shown: too") != std::string::npos);
  CHECK(shown.find("visible") != std::string::npos);
  CHECK(shown.find("password: <redacted>") != std::string::npos);
}
