#include <boost/asio/thread_pool.hpp>

#include <catch2/catch_test_macros.hpp>

#include <exception>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "operator/base/real_clock.hpp"
#include "operator/base/task_group.hpp"
#include "operator/controllers/chart_manifests.hpp"
#include "test/support/chart_directory.hpp"

using namespace kyma;
using namespace kyma::controllers;

namespace {

constexpr std::string_view kManifest =
    "kind: ConfigMap\nname: {{ include \"name\" . }}\nv: {{ .Values.v | toJson }}\n"
    "{{ define \"name\" }}{{ regexReplaceAll \"[^a-z]\" .Release.Name \"-\" }}{{ end }}";
constexpr int kComponents = 200;
constexpr int kValues = 10;

// What components were answered, by their values.
struct Answers {
  std::map<std::string, std::set<std::string>> digests;
  int count = 0;
  std::size_t changes = 0;
};

asio::awaitable<void> ask(ChartManifests& manifests, int number, Answers& answers) {
  api::HelmComponentSpec spec;
  spec.component_name = number % 2 == 0 ? "istio" : "ory";
  const std::string values = "{\"v\":" + std::to_string(number % kValues) + "}";
  spec.values = values;
  const auto manifest = co_await manifests.manifest(spec, {});
  if (!manifest) co_return;
  answers.digests[values].insert((*manifest)->str());
  ++answers.count;
}

asio::awaitable<void> look_again(ChartManifests& manifests, helm::ChartStore& store, Answers& answers) {
  for (int i = 0; i < 5; ++i) {
    const auto changed = co_await manifests.refresh(store);
    answers.changes += changed.size();
    store.drop_unused();
    manifests.tidy();
  }
}

}  // namespace

TEST_CASE("A pool of threads renders for all components while the charts are looked at again",
          "[controllers][manifests][threads]") {
  const test::ChartDirectory charts;
  charts.chart("istio", kManifest);
  charts.chart("ory", kManifest);
  asio::io_context loop(1);
  RealClock clock(loop.get_executor());
  metrics::Registry registry;
  gotemplate::Environment environment;
  helm::ChartStore store(charts.path(), {});
  helm::Renderer renderer(store, environment);
  asio::thread_pool pool(4);
  ChartManifests manifests(pool.get_executor(), clock, renderer, {}, registry);
  manifests.set_capabilities(helm::Capabilities::defaults());
  Answers answers;
  TaskGroup tasks(loop.get_executor());
  for (int i = 0; i < kComponents; ++i) tasks.spawn(ask(manifests, i, answers));
  tasks.spawn(look_again(manifests, store, answers));
  loop.run();
  pool.join();
  CHECK(answers.count == kComponents);
  CHECK(answers.changes == 0);
  CHECK(answers.digests.size() == kValues);
  for (const auto& [values, digests] : answers.digests) {
    INFO(values);
    CHECK(digests.size() == 1);
  }
}
