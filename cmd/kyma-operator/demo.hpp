// What `make run` does beside running the daemon: applies the sample Kyma, and shows it come to success. Needs no
// kubectl: the manifest is built in (config/samples).
#pragma once

#include <string>

#include "operator/kube/client/client.hpp"
#include "operator/kube/meta/error.hpp"
#include "operator/runtime/manager.hpp"

namespace kyma::cmd {

// Creates the sample Kyma in a namespace, or leaves the one that is there. Returns which it is.
asio::awaitable<kube::Outcome<runtime::Request>> apply_sample(kube::Client& client, std::string name_space);

struct DemoHints {
  std::string kubeconfig;       // empty: kubectl's default
  std::string metrics_address;  // empty: not served
};

// Applies the sample, follows it to success and says what to try next. Ends early when cancelled.
asio::awaitable<kube::Outcome<void>> run_demo(runtime::Manager& manager, std::string name_space, DemoHints hints);

}  // namespace kyma::cmd
