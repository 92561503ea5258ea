// The rest_client_* metrics of one client, as client-go names them. Counting is an addition: the children are found
// once.
//
// Thread: the registry's.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operator/base/metrics.hpp"
#include "operator/base/time.hpp"

namespace kyma::kube {

enum class Method { get, post, put, patch, remove };
inline constexpr std::size_t kMethods = 5;

std::string_view to_string(Method method) noexcept;  // "GET"

class RequestMetrics {
 public:
  // `registry` may be null: then nobody sees what is counted.
  RequestMetrics(metrics::Registry* registry, std::string host);

  void waited(Method method, Duration time);
  // One exchange; status 0 when there was no answer.
  void answered(Method method, unsigned status, Duration took, std::size_t request_bytes);
  void received(Method method, std::size_t response_bytes);
  void retried(Method method, unsigned status);
  // For a body that is counted when it has been read.
  metrics::Histogram& response_sizes(Method method) { return children(method).response_size; }

 private:
  using PerStatus = std::vector<std::pair<unsigned, metrics::Counter*>>;
  // What is counted for one method.
  struct Children {
    metrics::Histogram& duration;
    metrics::Histogram& limiter;
    metrics::Histogram& request_size;
    metrics::Histogram& response_size;
    PerStatus requests;
    PerStatus retries;
  };

  Children& children(Method method);
  // Label order: requests {code, method, host}, retries {code, verb, host}.
  metrics::Counter& counter(metrics::Family<metrics::Counter>& family, PerStatus& known, Method method,
                            unsigned status);

  std::unique_ptr<metrics::Registry> unseen_;
  metrics::Registry& registry_;
  std::string host_;
  metrics::Family<metrics::Counter>& requests_;
  metrics::Family<metrics::Counter>& retries_;
  metrics::Family<metrics::Histogram>& duration_;
  metrics::Family<metrics::Histogram>& limiter_;
  metrics::Family<metrics::Histogram>& request_size_;
  metrics::Family<metrics::Histogram>& response_size_;
  std::array<std::unique_ptr<Children>, kMethods> children_;
};

}  // namespace kyma::kube
