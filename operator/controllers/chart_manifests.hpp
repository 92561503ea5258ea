// The manifests of components, from a directory of charts: rendered on a pool at the first need, shared afterwards.
//
// Guarantees: components that ask for the same thing at once wait for one rendering; a failure is remembered for a
// while, so that thousands of retries of one broken chart cost nothing; the answer to what was rendered before costs a
// hash and a lookup; a chart that takes its time holds at most `threads_per_chart` of the pool's threads. Nobody is
// answered before the cluster's capabilities are known (set_capabilities), or will never be (stop). What is remembered
// of charts and failures is bounded: of made-up names those are let go that were not asked for the longest.
//
//   kyma_operator_manifest_cache_requests_total{result}   hit, miss
//   kyma_operator_manifest_cache_bytes, kyma_operator_manifest_cache_entries
//   kyma_operator_manifest_render_seconds
//   kyma_operator_manifest_render_errors_total
//
// Lifetime: its callers are joined before it goes, and the pool after that. Thread: the loop's; the pool's threads run
// the renderer only.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "operator/base/clock.hpp"
#include "operator/base/condition.hpp"
#include "operator/base/lru_map.hpp"
#include "operator/base/metrics.hpp"
#include "operator/controllers/chart_turns.hpp"
#include "operator/controllers/manifest_source.hpp"
#include "operator/helm/manifest_cache.hpp"
#include "operator/helm/renderer.hpp"

namespace kyma::controllers {

// A chart as components name it.
struct ChartName {
  InternedString location;
  InternedString version;

  friend bool operator==(const ChartName&, const ChartName&) = default;
};
struct ChartNameHash {
  std::size_t operator()(const ChartName& name) const noexcept {
    return name.location.hash() * 0x9E3779B97F4A7C15ULL + name.version.hash();
  }
};
ChartName chart_of(const api::HelmComponentSpec& spec);

struct ChartManifestsOptions {
  std::size_t cache_bytes = std::size_t{32} << 20;
  Duration remember_failure = std::chrono::seconds{30};
  // Charts, and failures, of which something is remembered. More than this are no working set but made-up names.
  std::size_t max_remembered = 10'000;
  // Of the pool: fewer than it has, so that one chart cannot hold up the others.
  std::size_t threads_per_chart = 1;
};

class ChartManifests final : public ManifestSource {
 public:
  // `renderer` must outlive it and `pool`'s work.
  ChartManifests(asio::any_io_executor pool, Clock& clock, helm::Renderer& renderer, ChartManifestsOptions options,
                 metrics::Registry& registry);

  // What the cluster can do. Until then everybody waits.
  void set_capabilities(helm::Capabilities capabilities);
  // If that is not known yet, it will not be: who waits for it, and who asks from now on, is told that the source has
  // stopped. What is under way otherwise is finished.
  void stop();

  asio::awaitable<ManifestOutcome> digest(api::HelmComponentSpec spec) override;
  asio::awaitable<ManifestOutcome> manifest(api::HelmComponentSpec spec, InternedString rendered) override;
  // The manifest itself, rendered if need be.
  using Rendered = helm::RenderOutcome<std::shared_ptr<const helm::Manifest>>;
  asio::awaitable<Rendered> text(api::HelmComponentSpec spec);

  // The charts on disk may have changed: looks at those that are known again, and returns the ones that are another
  // now, be it that they are broken or mended.
  asio::awaitable<std::vector<ChartName>> refresh(helm::ChartStore& charts);

  // Lets go of the failures that are no longer remembered, and of the values that they were met with.
  void tidy();

  const helm::ManifestCache& cache() const noexcept { return cache_; }
  std::size_t failures() const noexcept { return failures_.size(); }
  std::size_t charts() const noexcept { return charts_.size(); }
  // Where to burn CPU.
  const asio::any_io_executor& pool() const noexcept { return pool_; }

 private:
  using Identity = helm::RenderOutcome<helm::ChartIdentity>;
  struct Chart {
    std::optional<Identity> identity;
    SteadyTime known_since{};
    bool loading = false;
    bool outdated = false;  // a rendering has met another chart on disk
    bool changed = false;   // since refresh() told of it
    Condition loaded;
  };
  struct Failure {
    std::string digest;
    std::string message;
    SteadyTime since{};
  };
  struct Flight {
    std::optional<Rendered> outcome;  // nothing: still under way, or broken off
    std::string digest;               // that the outcome is of
    Condition landed;
  };
  struct Probe;

  static helm::ManifestKey key_of(const api::HelmComponentSpec& spec);
  static helm::RenderRequest request_of(const helm::ManifestKey& key);

  asio::awaitable<bool> ready();
  template <class Function>
  asio::awaitable<std::invoke_result_t<Function>> on_pool(InternedString chart, Function function);
  std::shared_ptr<Chart> remember(const ChartName& name);
  asio::awaitable<Identity> identify(ChartName name);
  asio::awaitable<void> load(ChartName name, std::shared_ptr<Chart> chart);
  bool is_stale(const Chart& chart) const;
  void mark_outdated(const helm::ManifestKey& key);
  asio::awaitable<helm::RenderOutcome<std::string>> digest_of(helm::ManifestKey key);
  asio::awaitable<Rendered> find_or_render(helm::ManifestKey key, std::string digest);
  asio::awaitable<Rendered> render(helm::ManifestKey key, std::string digest);
  asio::awaitable<void> remember_failure(helm::ManifestKey key, std::shared_ptr<Flight> flight);
  const Failure* remembered_failure(const helm::ManifestKey& key, std::string_view digest);
  void update_gauges();

  template <class T>
  using ByKey = std::unordered_map<helm::ManifestKey, T, helm::ManifestKeyHash>;

  asio::any_io_executor pool_;
  Clock& clock_;
  helm::Renderer& renderer_;
  ChartManifestsOptions options_;
  std::shared_ptr<Probe> probe_;
  helm::ManifestCache cache_;
  std::shared_ptr<const helm::KnownCapabilities> capabilities_;  // null: not known yet
  bool stopped_ = false;
  Condition capabilities_known_;  // or the above
  LruMap<ChartName, std::shared_ptr<Chart>, ChartNameHash> charts_;
  ChartTurns turns_;
  ByKey<std::shared_ptr<Flight>> flights_;  // renderings under way
  LruMap<helm::ManifestKey, Failure, helm::ManifestKeyHash> failures_;
};

}  // namespace kyma::controllers
