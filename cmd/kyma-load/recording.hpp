// What a run looked like over time: one sample a second, of what the watches showed, of this program's own requests,
// and of what the daemon and the server say of themselves where they can be asked.
//
// Values only, no I/O; any thread. Units: bytes, seconds of CPU; instants are the time since the first request.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cmd/kyma-load/tracker.hpp"
#include "operator/base/time.hpp"

namespace kyma::load {

// Requests that ended within the sample's interval.
struct RequestSample {
  std::uint64_t count = 0;
  std::uint64_t throttled = 0;  // answered 429
  std::uint64_t failed = 0;     // 5xx, or no answer
  Duration p50{};
  Duration p99{};
};

// A process as its /metrics shows it. Counters are totals; the report takes differences.
struct ProcessSample {
  double cpu_seconds = 0;
  std::uint64_t resident_bytes = 0;
};

struct DaemonSample {
  ProcessSample process;
  double queue_depth_kymas = 0;
  double queue_depth_components = 0;
  double queue_p99_seconds = 0;        // of workqueue_queue_duration_seconds, within the interval
  double requests_total = 0;           // rest_client_requests_total
  double throttled_total = 0;          // of these, code 429
  double request_p99_seconds = 0;      // of rest_client_request_duration_seconds, within the interval
  std::optional<double> adaptive_qps;  // what --qps=auto allows, when it is used
};

struct ServerSample {
  ProcessSample process;
  double requests_total = 0;       // apiserver_request_total
  double request_p99_seconds = 0;  // within the interval
  double objects = 0;              // stored ones
};

struct Sample {
  Duration at{};
  KymaCounts kymas{};
  ComponentCounts components{};
  std::size_t created = 0;
  std::size_t deleted = 0;
  RequestSample requests;
  // Of the components' transitions that the watch showed within the interval; nothing: there was none.
  std::optional<Duration> lateness_p99 = {};
  std::optional<DaemonSample> daemon;
  std::optional<ServerSample> server;
};

// A moment worth a line in a plot: "batch 2", "restart".
struct Mark {
  Duration at{};
  std::string text;
};

struct Recording {
  std::vector<Sample> samples;  // in the order of time
  std::vector<Mark> marks;
};

}  // namespace kyma::load
