#include "operator/controllers/chart_manifests.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "operator/base/manual_clock.hpp"
#include "operator/base/task_group.hpp"
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
  const auto outcome =
      renderer.render({"istio", "", "istio", "n", values}, helm::KnownCapabilities(helm::Capabilities::defaults()));
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().message == "chart istio: the rendering needs more than 1 MiB of memory");
}

TEST_CASE("Who waits for the capabilities gives up at once when the daemon stops", "[controllers][manifests]") {
  Fixture fixture(false);
  fixture.charts.chart("istio", kManifest);
  TaskGroup tasks(fixture.loop.get_executor());
  std::vector<bool> stopped;
  for (const bool render : {false, true}) {
    tasks.spawn([](Fixture& f, bool whole, std::vector<bool>& out) -> asio::awaitable<void> {
      const auto spec = Fixture::spec("istio");
      const auto answer = whole ? co_await f.manifests.manifest(spec, {}) : co_await f.manifests.digest(spec);
      out.push_back(!answer && answer.error().stopped);
    }(fixture, render, stopped));
  }
  fixture.clock.run_for(fixture.loop, 1min);
  fixture.manifests.stop();
  fixture.clock.run(fixture.loop, tasks.join());
  CHECK(fixture.clock.elapsed() == 1min);
  CHECK(stopped == std::vector<bool>{true, true});
  // What is known is told to the end.
  fixture.manifests.set_capabilities(helm::Capabilities::defaults());
  CHECK(fixture.ask(Fixture::spec("istio")).has_value());
}

TEST_CASE("Of made-up charts the oldest are forgotten, and a chart in use stays loaded", "[controllers][manifests]") {
  Fixture fixture(true, {.max_remembered = 10});
  fixture.charts.chart("istio", kManifest);
  fixture.charts.chart("ory", kManifest);
  const std::string before = (*fixture.ask(Fixture::spec("istio")))->str();
  REQUIRE(fixture.ask(Fixture::spec("ory")).has_value());
  for (int i = 0; i < 100; ++i) {
    REQUIRE_FALSE(fixture.ask(Fixture::spec("made-up-" + std::to_string(i))).has_value());
    CHECK(fixture.manifests.charts() <= 10);
  }
  // The two were asked for before all of the others, but they are charts: what changes of them is still told.
  fixture.charts.write("istio/templates/a.yaml", "kind: Secret\n");
  fixture.store.forget_all();
  CHECK((*fixture.clock.run(fixture.loop, fixture.manifests.digest(Fixture::spec("istio"))))->str() == before);
  const auto changed = fixture.clock.run(fixture.loop, fixture.manifests.refresh(fixture.store));
  REQUIRE(changed.size() == 1);
  CHECK(changed[0].location == "istio");
}

TEST_CASE("More charts than are remembered are all rendered", "[controllers][manifests]") {
  Fixture fixture(true, {.max_remembered = 2});
  for (int i = 0; i < 5; ++i) fixture.charts.chart("c" + std::to_string(i), kManifest);
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 5; ++i) CHECK(fixture.ask(Fixture::spec("c" + std::to_string(i))).has_value());
  }
  CHECK(fixture.manifests.charts() == 2);
  CHECK(fixture.renderings() == 5);
}

TEST_CASE("Remembered failures are bounded, the latest being kept", "[controllers][manifests]") {
  Fixture fixture(true, {.max_remembered = 10});
  fixture.charts.chart("istio", "{{ fail \"no\" }}");
  const auto ask = [&](int i) { return fixture.ask(Fixture::spec("istio", "{\"v\":" + std::to_string(i) + "}")); };
  for (int i = 0; i < 30; ++i) REQUIRE_FALSE(ask(i).has_value());
  CHECK(fixture.manifests.failures() == 10);
  for (int i = 20; i < 30; ++i) REQUIRE_FALSE(ask(i).has_value());
  CHECK(fixture.renderings() == 30);
}

TEST_CASE("A chart that is slow leaves a thread of the pool to the others", "[controllers][manifests]") {
  test::ChartDirectory charts;
  charts.chart("slow", kManifest);
  charts.chart("quick", kManifest);
  asio::io_context loop;
  asio::io_context pool;  // runs a job when the test says so: until then every thread is busy
  ManualClock clock;
  metrics::Registry registry;
  gotemplate::Environment environment;
  helm::ChartStore store{charts.path(), {}};
  helm::Renderer renderer{store, environment};
  ChartManifests manifests(pool.get_executor(), clock, renderer, {.threads_per_chart = 2}, registry);
  manifests.set_capabilities(helm::Capabilities::defaults());
  int slow = 0;
  int quick = 0;
  TaskGroup tasks(loop.get_executor());
  const auto ask = [&](std::string_view name, int number, int& answers) {
    tasks.spawn([](ChartManifests& source, api::HelmComponentSpec spec, int& count) -> asio::awaitable<void> {
      if (co_await source.manifest(std::move(spec), {})) ++count;
    }(manifests, Fixture::spec(name, "{\"v\":" + std::to_string(number) + "}"), answers));
  };
  // Both are loaded.
  ask("slow", 0, slow);
  ask("quick", 0, quick);
  while (slow + quick < 2) {
    loop.restart();
    loop.poll();
    pool.restart();
    pool.poll();
  }
  for (int i = 1; i <= 50; ++i) ask("slow", i, slow);
  ask("quick", 1, quick);
  loop.restart();
  loop.poll();
  pool.restart();
  for (int thread = 0; thread < 3; ++thread) pool.poll_one();
  loop.restart();
  loop.poll();
  CHECK(slow == 1 + 2);
  CHECK(quick == 1 + 1);
  while (!tasks.empty()) {
    loop.restart();
    loop.poll();
    pool.restart();
    pool.poll();
  }
  CHECK(slow == 51);
}
