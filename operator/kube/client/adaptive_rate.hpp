// Finds the highest rate of requests at which an API server stays quick and refuses next to nothing. Sans-I/O: it is
// told what came of each request and says how many per second, and how many at a time, may be sent.
//
// - It starts at a modest rate and doubles per round trip, until something shows that the server has enough.
// - Signs, earliest first: a quarter of a round trip's requests take much longer than is normal for
//   this server; the 99th percentile exceeds the objective; the server refuses (429, or 503 with Retry-After).
// - A sign cuts the rate below what the server was seen to answer. All signs of one round trip are one.
// - Then the rate returns to where the sign came, fast at first and slowly at the end, waits about there, and feels its
//   way beyond (a cubic, as TCP's); the longer a limit has held, the more rarely it is tried. At twice the rate it
//   doubles again.
// - Only a round trip in which requests had to wait because of the control raises the rate: what was not asked for
//   proves nothing.
// - As many requests may be under way as the rate needs at the normal time, and as many again: a server that slows down
//   slows this client down before any decision.
//
// Cost per answer: O(1), no allocation. Thread: confined to one.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "operator/base/time.hpp"
#include "operator/kube/client/flow_control.hpp"
#include "operator/kube/client/latency_histogram.hpp"
#include "operator/kube/client/throughput_meter.hpp"

namespace kyma::kube {

struct AdaptiveRateOptions {
  double first_rate = 150;  // requests per second, which any server is expected to take
  double least_rate = 5;    // never less
  double most_rate = 100'000;
  std::size_t least_inflight = 4;
  std::size_t most_inflight = 64;                // as many as the client has connections
  Duration objective = std::chrono::seconds{1};  // for the 99th percentile, as Kubernetes promises it
  // An upper quartile above the normal one by this, and by as much again as the normal one, is a queue at the server.
  Duration tolerance = std::chrono::milliseconds{50};
};

class AdaptiveRate {
 public:
  enum class Decision { none, increase, decrease_throttled, decrease_latency };

  AdaptiveRate(SteadyTime now, const AdaptiveRateOptions& options);

  // Requests per second, from least_rate to most_rate.
  double rate() const noexcept { return rate_; }
  // From least_inflight to most_inflight.
  std::size_t inflight_limit() const noexcept;
  // Whether no rate would allow more at a time.
  bool inflight_is_full(std::size_t inflight) const noexcept { return inflight >= options_.most_inflight; }
  // Nothing may be sent before this.
  SteadyTime resume_at() const noexcept { return resume_at_; }

  // A request has to wait for its turn, and whether a higher rate would have spared it that.
  void waited(bool for_the_rate) noexcept {
    busy_ = true;
    limited_ = limited_ || for_the_rate;
  }
  Decision answered(SteadyTime now, const TurnEnd& end);

  // What is normal for this server, as far as seen: the lowest upper quartile of late.
  Duration baseline() const noexcept;
  // Of the last ten to twenty seconds.
  Duration p99() const noexcept { return all_.quantile(0.99); }

 private:
  // The answers to requests that were sent within one round trip.
  struct Round {
    SteadyTime began{};
    LatencyHistogram latency;
    bool returned = false;  // an answer to a request that was sent in it
  };

  bool round_complete(SteadyTime now) const noexcept;
  Decision end_round(SteadyTime now);
  void start_round(SteadyTime now) noexcept;
  void learn_baseline(SteadyTime now, Duration quartile) noexcept;
  bool is_slow(Duration quartile) const noexcept;
  Decision increase(Duration round) noexcept;
  void settle_unused(SteadyTime now) noexcept;
  void pause(SteadyTime now, Duration retry_after) noexcept;
  SteadyTime active_time(SteadyTime now) const noexcept;
  Decision decrease(SteadyTime now, Decision why) noexcept;

  AdaptiveRateOptions options_;
  double rate_;
  bool doubling_ = true;
  // The curve after a sign: `ceiling_` is where it came, `depth_` the share that was cut, `climb_` the time back up.
  double ceiling_ = 0;
  double depth_ = 0;
  Duration climb_{};
  SteadyTime known_since_{};  // a sign came about this ceiling for the first time
  Duration climbed_{};        // time on the curve, limited rounds only
  SteadyTime changed_at_;     // of the last decrease: what was sent before it says nothing about the rate after it
  SteadyTime resume_at_;
  SteadyTime paused_at_;  // when the last pause, which ends at resume_at_, began
  Duration paused_{};     // all pauses before that
  bool busy_ = false;     // requests waited in this round
  bool limited_ = false;  // ... because of the rate
  int futile_ = 0;        // decreases for slow rounds since the last one that was not slow
  Round round_;
  ThroughputMeter throughput_;
  RecentLatencies all_;
  RecentLatencies news_;  // since the last decrease
  // Halves of a sliding window: one is filled while the other, complete, is kept.
  Duration lowest_, lowest_before_;
  SteadyTime lowest_began_;
};

}  // namespace kyma::kube
