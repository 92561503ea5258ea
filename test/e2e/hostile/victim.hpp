// The server under attack, as a well-behaved client and /proc see it meanwhile.
//
// Lifetime: the destructor ends the measurement. Thread: a thread of its own does the asking, so that the attackers'
// own work does not count; finish() may be called from one other.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "operator/base/clock.hpp"
#include "operator/http/tcp.hpp"

namespace kyma::hostile {

struct Observation {
  std::size_t answers = 0;
  std::size_t failures = 0;  // no answer, or another one than 200
  Duration median{};
  Duration p99{};
  Duration longest{};
  std::size_t rss_before = 0;  // megabytes
  std::size_t rss_peak = 0;
};

std::size_t resident_megabytes(pid_t process);

class Victim {
 public:
  // Asks for a namespace every few milliseconds, without TLS, from now on.
  Victim(pid_t process, http::Endpoint plain, std::string token);
  ~Victim();
  Victim(const Victim&) = delete;
  Victim& operator=(const Victim&) = delete;

  Observation finish();

 private:
  void observe();

  pid_t process_;
  http::Endpoint plain_;
  std::string token_;
  std::atomic<bool> stop_ = false;
  std::vector<Duration> latencies_;
  Observation seen_;
  std::thread thread_;
};

}  // namespace kyma::hostile
