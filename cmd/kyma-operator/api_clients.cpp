#include "cmd/kyma-operator/api_clients.hpp"

#include <chrono>
#include <utility>

#include "operator/kube/client/adaptive_flow_control.hpp"
#include "operator/runtime/event_flow_control.hpp"
#include "operator/runtime/leader_elector.hpp"

namespace kyma::cmd {
namespace {

std::shared_ptr<kube::FlowControl> make_flow_control(Clock& clock, const Options& options,
                                                     metrics::Registry& registry) {
  if (!options.adaptive_qps) return std::make_shared<kube::TokenBucketFlowControl>(clock, options.qps, options.burst);
  kube::AdaptiveRateOptions rate;
  rate.most_inflight = kube::ClientOptions().max_connections;
  return std::make_shared<kube::AdaptiveFlowControl>(clock, rate, &registry);
}

kube::ClientOptions access_client_options() {
  kube::ClientOptions access;
  access.qps = 20;  // AccessGuard lets unknown tokens have half of it
  access.burst = 20;
  access.max_connections = 2;
  access.timeout = std::chrono::seconds{5};
  access.permissions_place = "the ClusterRole metrics-auth (config/metrics-secure)";
  return access;
}

}  // namespace

std::string ApiClients::open(asio::any_io_executor executor, Clock& clock, const kube::ClusterConfig& config,
                             const Options& options, std::function<bool()> may_write, metrics::Registry& registry) {
  kube::ClientOptions work;
  work.flow_control = make_flow_control(clock, options, registry);
  if (options.leader_elect) work.may_write = std::move(may_write);
  kube::ClientOptions events;
  events.max_connections = 1;
  events.flow_control = std::make_shared<runtime::EventFlowControl>(clock, work.flow_control);
  const kube::ClientOptions lease = runtime::lease_client_options(options.leader_elect_times);
  const auto make = [&](std::unique_ptr<kube::Client>& client, kube::ClientOptions how) -> std::string {
    how.share_access_with = work_.get();  // the first has none yet, and makes it
    auto made = kube::Client::make(executor, clock, config, how, &registry);
    if (!made) return made.error().message;
    client = std::move(*made);
    return {};
  };
  if (std::string reason = make(work_, work); !reason.empty()) return reason;
  if (std::string reason = make(events_, events); !reason.empty()) return reason;
  if (options.metrics_secure) {
    if (std::string reason = make(access_, access_client_options()); !reason.empty()) return reason;
  }
  return make(lease_, lease);
}

void ApiClients::close() noexcept {
  for (kube::Client* client : {work_.get(), events_.get(), lease_.get(), access_.get()}) {
    if (client) client->close();
  }
}

}  // namespace kyma::cmd
