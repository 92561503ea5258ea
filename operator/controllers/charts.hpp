// All that turns a directory of charts into manifests, in one place: the store, the renderer, the pool that it runs on,
// the watch over the directory, and the cluster's capabilities.
//
// Lifetime: construct before the controllers, run() while the manager runs, join() once all its callers have ended and
// before the loop goes. Thread: the loop's.
#pragma once

#include <boost/asio/thread_pool.hpp>

#include <filesystem>
#include <functional>

#include "operator/base/clock.hpp"
#include "operator/base/task_group.hpp"
#include "operator/controllers/chart_manifests.hpp"
#include "operator/controllers/chart_watcher.hpp"
#include "operator/helm/chart_store.hpp"
#include "operator/helm/renderer.hpp"
#include "operator/kube/client/client.hpp"

namespace kyma::controllers {

class Charts {
 public:
  using OnChange = std::function<asio::awaitable<void>(ChartName)>;
  using OnAnswer = std::function<void()>;

  Charts(asio::any_io_executor loop, Clock& clock, std::filesystem::path directory, ChartManifestsOptions options,
         metrics::Registry& registry);
  ~Charts();

  ChartManifests& manifests() noexcept { return manifests_; }
  // Asks the server what it can do, until it answers, which `on_answer` is told, and watches the directory. `on_change`
  // is called for each chart that became another. Ends by cancellation only.
  asio::awaitable<void> run(kube::Client& client, OnChange on_change, OnAnswer on_answer);
  // When the manager is asked to stop: nobody waits for the cluster's capabilities any more.
  void stop() { manifests_.stop(); }
  // Waits for the renderings under way; from then on nothing is rendered, or answered by the debug endpoint.
  void join();

 private:
  asio::awaitable<void> learn(kube::Client& client);
  asio::awaitable<void> watch(OnChange on_change);
  asio::awaitable<void> tidy();

  Clock& clock_;
  gotemplate::Environment environment_;
  helm::ChartStore store_;
  helm::Renderer renderer_;
  asio::thread_pool pool_;
  ChartManifests manifests_;
  ChartWatcher watcher_;
  TaskGroup tasks_;
};

}  // namespace kyma::controllers
