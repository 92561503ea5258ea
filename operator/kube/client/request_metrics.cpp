#include "operator/kube/client/request_metrics.hpp"

#include <fmt/format.h>

namespace kyma::kube {
namespace {

std::vector<double> time_bounds() { return {.005, .025, .1, .25, .5, 1, 2, 4, 8, 15, 30, 60}; }
std::vector<double> size_bounds() {
  return {64, 256, 512, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216};
}

double in_seconds(Duration span) { return std::chrono::duration<double>(span).count(); }

}  // namespace

std::string_view to_string(Method method) noexcept {
  switch (method) {
    case Method::get: return "GET";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::patch: return "PATCH";
    case Method::remove: return "DELETE";
  }
  return "";
}

RequestMetrics::RequestMetrics(metrics::Registry* registry, std::string host)
    : unseen_(registry ? nullptr : std::make_unique<metrics::Registry>()),
      registry_(registry ? *registry : *unseen_),
      host_(std::move(host)),
      requests_(registry_.counter("rest_client_requests_total",
                                  "HTTP requests sent to the API server, by status code, method and host.",
                                  {"code", "method", "host"})),
      retries_(registry_.counter("rest_client_request_retries_total",
                                 "Requests sent again, by the status code that led to it, verb and host.",
                                 {"code", "verb", "host"})),
      duration_(registry_.histogram("rest_client_request_duration_seconds",
                                    "Time from a request to its answer, by verb and host.", {"verb", "host"},
                                    time_bounds())),
      limiter_(registry_.histogram("rest_client_rate_limiter_duration_seconds",
                                   "Time that requests waited for client-side flow control, by verb and host.",
                                   {"verb", "host"}, time_bounds())),
      request_size_(registry_.histogram("rest_client_request_size_bytes", "Size of request bodies, by verb and host.",
                                        {"verb", "host"}, size_bounds())),
      response_size_(registry_.histogram("rest_client_response_size_bytes",
                                         "Size of response bodies, by verb and host.", {"verb", "host"},
                                         size_bounds())) {}

void RequestMetrics::waited(Method method, Duration time) { children(method).limiter.observe(in_seconds(time)); }

void RequestMetrics::answered(Method method, unsigned status, Duration took, std::size_t request_bytes) {
  Children& its = children(method);
  counter(requests_, its.requests, method, status).increment();
  its.duration.observe(in_seconds(took));
  its.request_size.observe(static_cast<double>(request_bytes));
}

void RequestMetrics::received(Method method, std::size_t response_bytes) {
  children(method).response_size.observe(static_cast<double>(response_bytes));
}

void RequestMetrics::retried(Method method, unsigned status) {
  counter(retries_, children(method).retries, method, status).increment();
}

RequestMetrics::Children& RequestMetrics::children(Method method) {
  auto& known = children_[static_cast<std::size_t>(method)];
  if (!known) {
    const metrics::LabelValues labels{std::string(to_string(method)), host_};
    known.reset(new Children{duration_.with(labels),
                             limiter_.with(labels),
                             request_size_.with(labels),
                             response_size_.with(labels),
                             {},
                             {}});
  }
  return *known;
}

metrics::Counter& RequestMetrics::counter(metrics::Family<metrics::Counter>& family, PerStatus& known, Method method,
                                          unsigned status) {
  for (const auto& [code, child] : known) {
    if (code == status) return *child;
  }
  const std::string code = status == 0 ? "<error>" : fmt::format("{}", status);
  metrics::Counter& made = family.with({code, std::string(to_string(method)), host_});
  known.emplace_back(status, &made);
  return made;
}

}  // namespace kyma::kube
