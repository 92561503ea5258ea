// Counts this program's own requests and how long their answers took, at the client's flow control.
//
// Each try of a request counts by itself: one that is throttled and sent again is two. Lists and watches do not.
// Thread: the client's.
#pragma once

#include <memory>
#include <utility>

#include "cmd/kyma-load/figures.hpp"
#include "cmd/kyma-load/latency_histogram.hpp"
#include "cmd/kyma-load/recording.hpp"
#include "operator/kube/client/flow_control.hpp"

namespace kyma::load {

class RequestMeter final : public kube::FlowControl {
 public:
  explicit RequestMeter(std::unique_ptr<kube::FlowControl> inner) : inner_(std::move(inner)) {}

  bool try_acquire() override { return inner_->try_acquire(); }
  asio::awaitable<Duration> acquire() override { return inner_->acquire(); }
  void observe(const kube::TurnEnd& end) override;
  void abandon() noexcept override { inner_->abandon(); }
  void close() noexcept override { inner_->close(); }

  // What ended since the last call.
  RequestSample take_sample();
  RequestTotals totals() const;
  // Begins anew.
  void clear() noexcept;

 private:
  // What is counted alike for a second and for a run.
  struct Count {
    std::uint64_t requests = 0;
    std::uint64_t throttled = 0;
    std::uint64_t failed = 0;
    LatencyHistogram latency;
    void add(unsigned http_status, Duration took);
    void clear() noexcept;
  };

  std::unique_ptr<kube::FlowControl> inner_;
  Count interval_;
  Count total_;
};

}  // namespace kyma::load
