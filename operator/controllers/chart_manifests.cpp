#include "operator/controllers/chart_manifests.hpp"

#include <utility>

#include "operator/base/offload.hpp"

namespace kyma::controllers {
namespace {

// Runs a function when the scope is left, however.
template <class F>
class OnExit {
 public:
  explicit OnExit(F function) : function_(std::move(function)) {}
  OnExit(const OnExit&) = delete;
  OnExit& operator=(const OnExit&) = delete;
  ~OnExit() { function_(); }

 private:
  F function_;
};

bool are_same(const helm::RenderOutcome<helm::ChartIdentity>& a, const helm::RenderOutcome<helm::ChartIdentity>& b) {
  if (a.has_value() != b.has_value()) return false;
  return a ? *a == *b : a.error().message == b.error().message;
}

ManifestError stopped() { return {"the daemon stops before it knows what the cluster can do", true}; }

}  // namespace

struct ChartManifests::Probe {
  explicit Probe(metrics::Registry& registry)
      : requests(registry.counter("kyma_operator_manifest_cache_requests_total",
                                  "Manifests asked for, by whether they had been rendered (hit) or not (miss)",
                                  {"result"})),
        hits(requests.with({"hit"})),
        misses(requests.with({"miss"})),
        bytes(registry.gauge("kyma_operator_manifest_cache_bytes", "Bytes of the rendered manifests that are kept")
                  .with({})),
        entries(registry.gauge("kyma_operator_manifest_cache_entries", "Rendered manifests that are kept").with({})),
        seconds(registry
                    .histogram("kyma_operator_manifest_render_seconds", "How long renderings take on the pool", {},
                               metrics::exponential_buckets(0.0005, 2, 14))
                    .with({})),
        errors(registry.counter("kyma_operator_manifest_render_errors_total", "Renderings that failed").with({})) {}

  metrics::Family<metrics::Counter>& requests;
  metrics::Counter& hits;
  metrics::Counter& misses;
  metrics::Gauge& bytes;
  metrics::Gauge& entries;
  metrics::Histogram& seconds;
  metrics::Counter& errors;
};

ChartName chart_of(const api::HelmComponentSpec& spec) {
  return {spec.chart_location.empty() ? spec.component_name : spec.chart_location, spec.version};
}

ChartManifests::ChartManifests(asio::any_io_executor pool, Clock& clock, helm::Renderer& renderer,
                               ChartManifestsOptions options, metrics::Registry& registry)
    : pool_(std::move(pool)),
      clock_(clock),
      renderer_(renderer),
      options_(options),
      probe_(std::make_shared<Probe>(registry)),
      cache_(options.cache_bytes),
      turns_(options.threads_per_chart) {}

void ChartManifests::set_capabilities(helm::Capabilities capabilities) {
  capabilities_ = std::make_shared<const helm::KnownCapabilities>(std::move(capabilities));
  capabilities_known_.notify_all();
}

void ChartManifests::stop() {
  stopped_ = true;
  capabilities_known_.notify_all();
}

// False: it will never be.
asio::awaitable<bool> ChartManifests::ready() {
  while (!capabilities_ && !stopped_) co_await capabilities_known_.wait();
  co_return capabilities_ != nullptr;
}

template <class Function>
asio::awaitable<std::invoke_result_t<Function>> ChartManifests::on_pool(InternedString chart, Function function) {
  const ChartTurns::Turn turn = co_await turns_.take(std::move(chart));
  co_return co_await offload(pool_, std::move(function));
}

helm::ManifestKey ChartManifests::key_of(const api::HelmComponentSpec& spec) {
  const ChartName chart = chart_of(spec);
  return {chart.location, chart.version, spec.component_name, InternedString(spec.target_namespace()), spec.values};
}

helm::RenderRequest ChartManifests::request_of(const helm::ManifestKey& key) {
  return {key.chart.str(), key.version.str(), key.release_name.str(), key.release_namespace.str(), key.values.str()};
}

asio::awaitable<ManifestOutcome> ChartManifests::digest(api::HelmComponentSpec spec) {
  if (!co_await ready()) co_return stopped();
  auto digest = co_await digest_of(key_of(spec));
  if (!digest) co_return ManifestError{digest.error().message};
  co_return InternedString(*digest);
}

asio::awaitable<ManifestOutcome> ChartManifests::manifest(api::HelmComponentSpec spec, InternedString rendered) {
  if (!co_await ready()) co_return stopped();
  const helm::ManifestKey key = key_of(spec);
  auto digest = co_await digest_of(key);
  if (!digest) co_return ManifestError{digest.error().message};
  if (rendered.view() == *digest) {
    probe_->hits.increment();
    co_return rendered;
  }
  Rendered manifest = co_await find_or_render(key, std::move(*digest));
  if (!manifest) co_return ManifestError{manifest.error().message};
  co_return InternedString((*manifest)->digest);
}

asio::awaitable<ChartManifests::Rendered> ChartManifests::text(api::HelmComponentSpec spec) {
  if (!co_await ready()) co_return helm::RenderError{stopped().message};
  const helm::ManifestKey key = key_of(spec);
  auto digest = co_await digest_of(key);
  if (!digest) co_return digest.error();
  co_return co_await find_or_render(key, std::move(*digest));
}

asio::awaitable<helm::RenderOutcome<std::string>> ChartManifests::digest_of(helm::ManifestKey key) {
  Identity identity = co_await identify({key.chart, key.version});
  if (!identity) co_return identity.error();
  co_return helm::manifest_digest(*identity, request_of(key), *capabilities_);
}

bool ChartManifests::is_stale(const Chart& chart) const {
  if (!chart.identity || chart.outdated) return true;
  return !*chart.identity && clock_.now() - chart.known_since > options_.remember_failure;
}

void ChartManifests::mark_outdated(const helm::ManifestKey& key) {
  if (const auto* known = charts_.find({key.chart, key.version})) (*known)->outdated = true;
}

// A name that leads to no chart is let go before one that does: of that one's changes its users want to hear.
std::shared_ptr<ChartManifests::Chart> ChartManifests::remember(const ChartName& name) {
  using Known = std::shared_ptr<Chart>;
  if (const Known* known = charts_.find(name)) return *known;
  const auto idle = [](const Known& chart) { return chart.use_count() == 1; };
  const auto broken = [&](const Known& chart) { return idle(chart) && chart->identity && !*chart->identity; };
  while (charts_.size() >= options_.max_remembered && (charts_.evict(broken) || charts_.evict(idle))) {
  }
  return charts_.insert(name, std::make_shared<Chart>());
}

asio::awaitable<ChartManifests::Identity> ChartManifests::identify(ChartName name) {
  const std::shared_ptr<Chart> chart = remember(name);
  while (chart->loading) co_await chart->loaded.wait();
  if (is_stale(*chart)) co_await load(name, chart);
  co_return *chart->identity;
}

asio::awaitable<void> ChartManifests::load(ChartName name, std::shared_ptr<Chart> chart) {
  chart->loading = true;
  chart->outdated = false;
  const OnExit end([chart] {
    chart->loading = false;
    chart->loaded.notify_all();
  });
  Identity identity =
      co_await on_pool(name.location, [&renderer = renderer_, location = name.location.str(),
                                       version = name.version.str()] { return renderer.identify(location, version); });
  if (chart->identity && !are_same(*chart->identity, identity)) chart->changed = true;
  chart->identity.emplace(std::move(identity));
  chart->known_since = clock_.now();
}

const ChartManifests::Failure* ChartManifests::remembered_failure(const helm::ManifestKey& key,
                                                                  std::string_view digest) {
  const Failure* failure = failures_.find(key);
  if (!failure) return nullptr;
  if (failure->digest == digest && clock_.now() - failure->since <= options_.remember_failure) return failure;
  failures_.erase(key);
  return nullptr;
}

asio::awaitable<ChartManifests::Rendered> ChartManifests::find_or_render(helm::ManifestKey key, std::string digest) {
  for (;;) {
    if (auto manifest = cache_.find(key); manifest && manifest->digest == digest) {
      probe_->hits.increment();
      co_return manifest;
    }
    if (const Failure* failure = remembered_failure(key, digest)) co_return helm::RenderError{failure->message};
    const auto found = flights_.find(key);
    if (found == flights_.end()) co_return co_await render(std::move(key), std::move(digest));
    const std::shared_ptr<Flight> flight = found->second;
    co_await flight->landed.wait();
    if (!flight->outcome) continue;
    if (flight->digest != digest) {  // the chart became another meanwhile
      auto present = co_await digest_of(key);
      if (!present) co_return present.error();
      digest = std::move(*present);
    }
    if (flight->digest != digest) continue;
    // Taken from the flight: the cache need not have kept it.
    if (*flight->outcome) probe_->hits.increment();
    co_return *flight->outcome;
  }
}

asio::awaitable<ChartManifests::Rendered> ChartManifests::render(helm::ManifestKey key, std::string digest) {
  probe_->misses.increment();
  const auto flight = std::make_shared<Flight>();
  flights_.emplace(key, flight);
  const OnExit end([this, &key, flight] {
    flights_.erase(key);
    flight->landed.notify_all();
  });
  auto [rendered, seconds] = co_await on_pool(
      key.chart, [&renderer = renderer_, &clock = clock_, request = request_of(key), capabilities = capabilities_] {
        const SteadyTime start = clock.now();
        Rendered outcome = renderer.render(request, *capabilities);
        return std::pair(std::move(outcome), std::chrono::duration<double>(clock.now() - start).count());
      });
  probe_->seconds.observe(seconds);
  flight->outcome = std::move(rendered);
  if (*flight->outcome) {
    const auto& manifest = **flight->outcome;
    flight->digest = manifest->digest;
    // Were the chart still taken for what it was, its manifest would be another one than its digest, again and again.
    if (flight->digest != digest) mark_outdated(key);
    cache_.insert(key, manifest);
    update_gauges();
  } else {
    probe_->errors.increment();
    flight->digest = std::move(digest);
    co_await remember_failure(key, flight);
  }
  co_return *flight->outcome;
}

// What failed may be another chart than the one that was asked about, one half copied for example: the failure must not
// be held against that one.
asio::awaitable<void> ChartManifests::remember_failure(helm::ManifestKey key, std::shared_ptr<Flight> flight) {
  mark_outdated(key);
  auto digest = co_await digest_of(key);
  if (!digest) co_return;  // the chart cannot even be loaded, which is remembered with the chart
  flight->digest = std::move(*digest);
  while (failures_.size() >= options_.max_remembered && failures_.evict([](const Failure&) { return true; })) {
  }
  failures_.insert(key, Failure{flight->digest, flight->outcome->error().message, clock_.now()});
}

void ChartManifests::tidy() {
  const SteadyTime now = clock_.now();
  failures_.erase_if([&](const Failure& each) { return now - each.since > options_.remember_failure; });
}

void ChartManifests::update_gauges() {
  probe_->bytes.set(static_cast<double>(cache_.bytes()));
  probe_->entries.set(static_cast<double>(cache_.size()));
}

asio::awaitable<std::vector<ChartName>> ChartManifests::refresh(helm::ChartStore& charts) {
  charts.forget_all();
  std::vector<std::pair<ChartName, std::shared_ptr<Chart>>> known;
  known.reserve(charts_.size());
  charts_.for_each(
      [&](const ChartName& name, const std::shared_ptr<Chart>& chart) { known.emplace_back(name, chart); });
  std::vector<ChartName> changed;
  for (const auto& [name, chart] : known) {
    while (chart->loading) co_await chart->loaded.wait();
    if (!chart->identity) chart->changed = true;
    co_await load(name, chart);
    if (std::exchange(chart->changed, false)) changed.push_back(name);
  }
  co_return changed;
}

}  // namespace kyma::controllers
