// Ways to read a /metrics page: straight from a URL, or through the API server.
//
// Each call is bounded in time and size. The token of the kubeconfig goes to the API server only.
#pragma once

#include <functional>
#include <string>

#include "operator/base/clock.hpp"
#include "operator/kube/client/client.hpp"
#include "operator/kube/meta/error.hpp"

namespace kyma::load {

// Can be called again and again, one call at a time.
using MetricsFetch = std::function<asio::awaitable<kube::Outcome<std::string>>()>;

// "http://127.0.0.1:8080/metrics". Error: configuration, naming the text.
kube::Outcome<MetricsFetch> fetch_from_url(asio::any_io_executor executor, Clock& clock, const std::string& url);
// A path on the API server: "/metrics", or one of its proxy to a pod or a service. The client must outlive the calls.
MetricsFetch fetch_from_api(kube::Client& client, std::string path);

// True when `url` names this machine by its loopback.
bool is_loopback(const std::string& url);

}  // namespace kyma::load
