// An API server as flow control sees it, and clients that want as much of it as they get. In virtual time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "operator/base/manual_clock.hpp"
#include "operator/base/task_group.hpp"
#include "operator/kube/client/adaptive_flow_control.hpp"

namespace kyma::kube::testing {

using namespace std::chrono_literals;

// Serves `rate` per second after a short queue, with more latency for those that queued, and refuses the rest.
struct SimulatedServer {
  double rate = 0;  // 0: unlimited
  Duration burst = 100ms;
  std::size_t queue_length = 50;
  Duration latency = 500us;
  Duration overload_latency = 0s;
  Duration retry_after = 1s;

  asio::awaitable<TurnEnd> call(Clock& clock) {
    const SteadyTime sent = clock.now();
    Duration wait{};
    if (rate > 0) {
      wait = std::max(Duration::zero(), busy_until - burst - sent);
      if (wait > 0s && queued >= queue_length) co_return TurnEnd{429, 0s, retry_after};
      busy_until = std::max(busy_until, sent) + Duration(static_cast<Duration::rep>(1e9 / rate));
    }
    if (wait > 0s) {
      ++queued;
      co_await clock.sleep_for(wait);
      --queued;
      co_await clock.sleep_for(overload_latency);
    }
    co_await clock.sleep_for(latency);
    co_return TurnEnd{200, clock.now() - sent};
  }

  SteadyTime busy_until{};
  std::size_t queued = 0;
};

// As many callers as ask at a time, each with the next request as soon as one is done, tried again as Transport does.
class Callers {
 public:
  explicit Callers(const SimulatedServer& simulated, const AdaptiveRateOptions& options = {})
      : server(simulated), control(clock, options, &registry), group_(loop.get_executor()) {}
  ~Callers() { clock.run(loop, group_.stop()); }

  void start(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) group_.spawn(work());
  }
  void pass(Duration span) { clock.run_for(loop, span); }
  // The rate of answers over the next `span`.
  double rate_over(Duration span) {
    const std::size_t before = answered;
    pass(span);
    return static_cast<double>(answered - before) / std::chrono::duration<double>(span).count();
  }

  ManualClock clock;
  asio::io_context loop;
  SimulatedServer server;
  metrics::Registry registry;
  AdaptiveFlowControl control;
  std::size_t answered = 0;
  std::size_t refused = 0;
  std::vector<Duration> took;    // of the answered ones
  std::vector<SteadyTime> sent;  // every request
  std::vector<SteadyTime> refusals;
  Duration pause{};  // of a caller between two requests

 private:
  asio::awaitable<void> work() {
    for (;;) {
      if (!control.try_acquire()) co_await control.acquire();
      sent.push_back(clock.now());
      const TurnEnd end = co_await server.call(clock);
      control.observe(end);
      if (end.http_status == 429) {
        ++refused;
        refusals.push_back(clock.now());
        co_await clock.sleep_for(end.retry_after + end.retry_after / 10);
      } else {
        ++answered;
        took.push_back(end.took);
        if (pause > 0s) co_await clock.sleep_for(pause);
      }
    }
  }

  TaskGroup group_;
};

}  // namespace kyma::kube::testing
