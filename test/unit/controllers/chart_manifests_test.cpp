#include "operator/controllers/chart_manifests.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

#include "operator/base/manual_clock.hpp"
#include "operator/base/task_group.hpp"
#include "operator/controllers/debug_manifests.hpp"
#include "test/support/chart_directory.hpp"

using namespace std::chrono_literals;
using namespace kyma;
using namespace kyma::controllers;

namespace {

constexpr std::string_view kManifest = "kind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\nv: {{ .Values.v }}\n";

// The pool is the loop itself, so that time is virtual.
struct Fixture {
  explicit Fixture(bool capabilities = true) {
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
  ChartManifests manifests{loop.get_executor(), clock, renderer, {}, registry};
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

TEST_CASE("What is shown of a Secret has no data", "[controllers][manifests]") {
  const std::string shown = redact_secrets(
      "---\n# Source: a\nkind: Secret\nmetadata: {name: s}\ndata: {password: aHVudGVyMg==}\nstringData:\n  token: "
      "hunter2\n"
      "---\nkind: ConfigMap\ndata: {open: visible}\n"
      "---\nkind: SecretList\nitems: [{data: {k: hunter2}}]\n"
      "---\n{broken: hunter2");
  CHECK(shown.find("hunter2") == std::string::npos);
  CHECK(shown.find("aHVudGVyMg==") == std::string::npos);
  CHECK(shown.find("visible") != std::string::npos);
  CHECK(shown.find("password: <redacted>") != std::string::npos);
}
