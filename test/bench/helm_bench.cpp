// Chart rendering in process: every chart of the project, cold (nothing loaded, nothing parsed) and with the chart
// loaded; and what the manifest cache takes to answer. Targets: a hit below 1 us. For orientation: Helm's own engine
// renders 1.5 MB from 230 templates in 193 ms. Charts that make RSA keys take as long as that takes: 30 ms to a second,
// by chance.
//
#include <benchmark/benchmark.h>

#include <filesystem>
#include <string>
#include <vector>

#include "operator/helm/chart/load.hpp"
#include "operator/helm/manifest_cache.hpp"
#include "operator/helm/release_rendering.hpp"

using namespace kyma;

namespace {

namespace fs = std::filesystem;

// Benchmarks are run from the source's root.
std::vector<std::string> charts() {
  std::vector<std::string> names;
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator("charts", ec)) {
    if (fs::exists(entry.path() / "Chart.yaml")) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

helm::ChartPtr load(const std::string& name) {
  auto chart = helm::load_chart(fs::path("charts") / name);
  if (!chart) throw std::runtime_error(chart.error().message);
  return *chart;
}

std::string render(const helm::ChartPtr& chart, const std::string& name, helm::ParsedTemplates& parsed) {
  gotemplate::Environment environment;
  helm::Warnings warnings;
  helm::ReleaseRequest request;
  request.chart = chart;
  request.release = {name, "kyma-system"};
  auto release = helm::render_release(request, parsed, environment, warnings);
  if (!release) throw std::runtime_error(release.error().message);
  return release->text({.include_crds = true});
}

void cold(benchmark::State& state, const std::string& name) {
  std::size_t bytes = 0;
  for (auto _ : state) {
    helm::ParsedTemplates parsed;
    bytes = render(load(name), name, parsed).size();
  }
  state.counters["output_bytes"] = static_cast<double>(bytes);
}

void loaded(benchmark::State& state, const std::string& name) {
  const helm::ChartPtr chart = load(name);
  helm::ParsedTemplates parsed;
  for (auto _ : state) benchmark::DoNotOptimize(render(chart, name, parsed));
}

void all_cold(benchmark::State& state) {
  std::size_t bytes = 0;
  for (auto _ : state) {
    bytes = 0;
    for (const std::string& name : charts()) {
      helm::ParsedTemplates parsed;
      bytes += render(load(name), name, parsed).size();
    }
  }
  state.counters["output_bytes"] = static_cast<double>(bytes);
}

void cache_hit(benchmark::State& state) {
  helm::ManifestCache cache(std::size_t{64} << 20);
  std::vector<helm::ManifestKey> keys;
  for (int i = 0; i < 18; ++i) {
    const std::string name = "component-" + std::to_string(i);
    keys.push_back({name, "", name, "kyma-system", ""});
    cache.insert(keys.back(),
                 std::make_shared<const helm::Manifest>(helm::Manifest{"digest", std::string(50'000, 'x')}));
  }
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(cache.find(keys[next]));
    next = next + 1 == keys.size() ? 0 : next + 1;
  }
}

// What every transition of a component costs besides: the digest of what its manifest is made of.
void digest(benchmark::State& state) {
  const helm::ChartIdentity chart{std::string(64, 'a'), {}};
  const helm::RenderRequest request{"istio", "", "istio", "kyma-system", R"({"replicas":3})"};
  const helm::KnownCapabilities cluster(helm::Capabilities::defaults());
  for (auto _ : state) {
    benchmark::DoNotOptimize(helm::manifest_digest(chart, request, cluster));
  }
}

const bool kRegistered = [] {
  for (const std::string& name : charts()) {
    benchmark::RegisterBenchmark(("render_cold/" + name).c_str(), cold, name)->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark(("render_loaded/" + name).c_str(), loaded, name)->Unit(benchmark::kMillisecond);
  }
  benchmark::RegisterBenchmark("render_cold_all", all_cold)->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("manifest_cache_hit", cache_hit);
  benchmark::RegisterBenchmark("manifest_digest", digest);
  return true;
}();

}  // namespace
