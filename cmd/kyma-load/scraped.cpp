#include "cmd/kyma-load/scraped.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "cmd/kyma-load/prometheus_text.hpp"

namespace kyma::load {
namespace {

// A gauge or counter that may be summed: junk counts as nothing.
double finite(double value) noexcept { return std::isfinite(value) ? value : 0; }

std::uint64_t bytes(double value) noexcept { return value > 0 && value < 1e18 ? static_cast<std::uint64_t>(value) : 0; }

void add_bucket(HistogramCounts& counts, const MetricSample& sample) {
  const auto text = sample.label("le");
  if (!text) return;
  if (*text == "+Inf") return counts.add_bucket(std::numeric_limits<double>::infinity(), sample.value);
  double bound = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), bound);
  if (error == std::errc{} && end == text->data() + text->size()) counts.add_bucket(bound, sample.value);
}

bool read_process(const MetricSample& sample, ProcessSample& process) {
  if (sample.name == "process_cpu_seconds_total") {
    process.cpu_seconds = finite(sample.value);
  } else if (sample.name == "process_resident_memory_bytes") {
    process.resident_bytes = bytes(sample.value);
  } else {
    return false;
  }
  return true;
}

void read_queue_depth(const MetricSample& sample, DaemonSample& daemon) {
  // One series per controller and priority.
  const auto controller = sample.label("controller");
  if (controller == "kyma") daemon.queue_depth_kymas += finite(sample.value);
  if (controller == "helmcomponent") daemon.queue_depth_components += finite(sample.value);
}

}  // namespace

void CounterGrowth::see(double value) noexcept {
  if (last_) total_ += value < *last_ ? value : value - *last_;
  last_ = value;
}

std::optional<double> HistogramGrowth::see(HistogramCounts counts) {
  std::optional<double> p99;
  if (last_) {
    const HistogramCounts grown = counts.since(*last_);
    p99 = grown.quantile(0.99);
    total_.merge(grown);
  }
  last_ = std::move(counts);
  return p99;
}

std::optional<DaemonSample> DaemonMetrics::read(std::string_view text) {
  DaemonSample daemon;
  HistogramCounts queue;
  HistogramCounts latency;
  bool ours = false;
  for_each_sample(text, [&](const MetricSample& sample) {
    if (read_process(sample, daemon.process)) return;
    ours = ours || sample.name.starts_with("workqueue_");
    if (sample.name == "workqueue_depth") {
      read_queue_depth(sample, daemon);
    } else if (sample.name == "workqueue_queue_duration_seconds_bucket") {
      add_bucket(queue, sample);
    } else if (sample.name == "rest_client_requests_total") {
      daemon.requests_total += finite(sample.value);
      if (sample.has("code", "429")) daemon.throttled_total += finite(sample.value);
    } else if (sample.name == "rest_client_request_duration_seconds_bucket") {
      add_bucket(latency, sample);
    } else if (sample.name == "kyma_operator_flow_control_rate") {
      daemon.adaptive_qps = finite(sample.value);
    }
  });
  if (!ours) return std::nullopt;
  daemon.queue_p99_seconds = queue_.see(std::move(queue)).value_or(0);
  daemon.request_p99_seconds = latency_.see(std::move(latency)).value_or(0);
  cpu_.see(daemon.process.cpu_seconds);
  requests_.see(daemon.requests_total);
  throttled_.see(daemon.throttled_total);
  peaks_.peak_resident_bytes = std::max(peaks_.peak_resident_bytes, daemon.process.resident_bytes);
  peaks_.peak_queue_depth = std::max(peaks_.peak_queue_depth, daemon.queue_depth_kymas + daemon.queue_depth_components);
  seen_ = true;
  return daemon;
}

std::optional<DaemonTotals> DaemonMetrics::totals() const {
  if (!seen_) return std::nullopt;
  DaemonTotals totals = peaks_;
  totals.cpu_seconds = cpu_.total();
  totals.requests = requests_.total();
  totals.throttled = throttled_.total();
  totals.queue_p99_seconds = queue_.total().quantile(0.99);
  totals.request_p99_seconds = latency_.total().quantile(0.99);
  return totals;
}

std::optional<ServerSample> ServerMetrics::read(std::string_view text) {
  ServerSample server;
  HistogramCounts latency;
  bool ours = false;
  for_each_sample(text, [&](const MetricSample& sample) {
    if (read_process(sample, server.process)) return;
    if (sample.name == "apiserver_request_total") {
      ours = true;
      server.requests_total += finite(sample.value);
    } else if (sample.name == "apiserver_request_duration_seconds_bucket") {
      // A watch lasts as long as it lasts, and so do exec and port-forward.
      const auto verb = sample.label("verb");
      if (verb != "WATCH" && verb != "CONNECT") add_bucket(latency, sample);
    } else if (sample.name == "apiserver_storage_objects") {
      // -1 where the server does not know.
      server.objects += std::max(finite(sample.value), 0.0);
    }
  });
  if (!ours) return std::nullopt;
  server.request_p99_seconds = latency_.see(std::move(latency)).value_or(0);
  cpu_.see(server.process.cpu_seconds);
  requests_.see(server.requests_total);
  peak_resident_bytes_ = std::max(peak_resident_bytes_, server.process.resident_bytes);
  seen_ = true;
  return server;
}

std::optional<ServerTotals> ServerMetrics::totals() const {
  if (!seen_) return std::nullopt;
  return ServerTotals{.cpu_seconds = cpu_.total(),
                      .peak_resident_bytes = peak_resident_bytes_,
                      .requests = requests_.total(),
                      .request_p99_seconds = latency_.total().quantile(0.99)};
}

}  // namespace kyma::load
