#include "operator/controllers/charts.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <thread>
#include <utility>

#include "operator/base/log.hpp"
#include "operator/base/offload.hpp"
#include "operator/controllers/server_capabilities.hpp"

namespace kyma::controllers {
namespace {

using namespace std::chrono_literals;

const Logger kLog("charts");

// A chart that nobody renders is let go after once to twice this time: its manifests are what is kept.
constexpr Duration kTidyPeriod = 30s;

// Half of the processors: the loop, and on one machine the API server, want the rest. But two at least, whatever the
// machine has, and one chart never holds the last of them: a chart that renders for as long as the limits let it must
// hold up nobody else's. Threads beyond the processors cost little, since the system shares them out in small slices.
unsigned pool_size() { return std::max(2U, std::thread::hardware_concurrency() / 2); }

ChartManifestsOptions with_share(ChartManifestsOptions options, unsigned threads) {
  options.threads_per_chart = threads - 1;
  return options;
}

helm::LoadLimits load_limits() {
  helm::LoadLimits limits;
  limits.max_bytes = std::size_t{32} << 20;
  limits.max_heap = std::size_t{128} << 20;  // half of what a rendering may take, which copies the values
  limits.warn = [](std::string_view message) { kLog.debug("Loading a chart", {{"note", message}}); };
  return limits;
}

}  // namespace

Charts::Charts(asio::any_io_executor loop, Clock& clock, std::filesystem::path directory, ChartManifestsOptions options,
               metrics::Registry& registry)
    : clock_(clock),
      store_(directory, load_limits()),
      renderer_(store_, environment_),
      pool_(pool_size()),
      manifests_(pool_.get_executor(), clock, renderer_, with_share(options, pool_size()), registry),
      watcher_(loop, pool_.get_executor(), clock, std::move(directory)),
      tasks_(std::move(loop)) {}

Charts::~Charts() { join(); }

void Charts::join() { pool_.join(); }

asio::awaitable<void> Charts::run(kube::Client& client, OnChange on_change, OnAnswer on_answer) {
  tasks_.spawn(watch(std::move(on_change)));
  tasks_.spawn(tidy());
  std::exception_ptr end;
  try {
    co_await learn(client);
    on_answer();
    co_await tasks_.join();
  } catch (...) {
    end = std::current_exception();
  }
  co_await asio::this_coro::reset_cancellation_state();
  co_await tasks_.stop();
  if (end) std::rethrow_exception(end);
}

asio::awaitable<void> Charts::learn(kube::Client& client) {
  helm::Capabilities capabilities = co_await learn_capabilities(client, clock_);
  kLog.debug("The server's capabilities",
             {{"version", capabilities.version}, {"apiVersions", capabilities.api_versions.size()}});
  manifests_.set_capabilities(std::move(capabilities));
}

asio::awaitable<void> Charts::watch(OnChange on_change) {
  for (;;) {
    co_await watcher_.changed();
    for (const ChartName& chart : co_await manifests_.refresh(store_)) {
      kLog.info("A chart has changed", {{"chart", chart.location.view()}, {"version", chart.version.view()}});
      co_await on_change(chart);
    }
  }
}

asio::awaitable<void> Charts::tidy() {
  for (;;) {
    co_await clock_.sleep_for(kTidyPeriod);
    // A chart's parsed templates are a hundred thousand small objects to free.
    co_await offload(pool_.get_executor(), [this] { return store_.drop_unused(), true; });
    manifests_.tidy();
  }
}

}  // namespace kyma::controllers
