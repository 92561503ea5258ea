// The daemon's clients of the API server. Several, so that what waits in line for the one holds up nobody at another:
//
//   work     the caches and the reconcilers, under --qps; in an election it writes only while this replica leads
//   events   one request at a time, in turns that `work` leaves free
//   lease    for the election alone: no limit, short deadlines
//   access   with --metrics-secure: who may scrape; a few requests a second, whoever leads
//
// Lifetime: longer than their calls; close() first. Thread: the loop's.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "cmd/kyma-operator/options.hpp"
#include "operator/kube/client/client.hpp"

namespace kyma::cmd {

class ApiClients {
 public:
  // `may_write` is asked while --leader-elect is set. Returns the reason why it failed, or nothing.
  std::string open(asio::any_io_executor executor, Clock& clock, const kube::ClusterConfig& config,
                   const Options& options, std::function<bool()> may_write, metrics::Registry& registry);
  void close() noexcept;

  kube::Client& work() noexcept { return *work_; }
  kube::Client& events() noexcept { return *events_; }
  kube::Client& lease() noexcept { return *lease_; }
  kube::Client& access() noexcept { return *access_; }

 private:
  std::unique_ptr<kube::Client> work_;
  std::unique_ptr<kube::Client> events_;
  std::unique_ptr<kube::Client> lease_;
  std::unique_ptr<kube::Client> access_;  // null without --metrics-secure
};

}  // namespace kyma::cmd
