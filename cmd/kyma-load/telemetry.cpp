#include "cmd/kyma-load/telemetry.hpp"

#include <algorithm>

#include "operator/base/race.hpp"

namespace kyma::load {
namespace {

using namespace std::chrono_literals;

constexpr Duration kPeriod = 1s;
constexpr Duration kPollLimit = 10s;
// A page is read for at most a tenth of the time.
constexpr int kShare = 10;

}  // namespace

template <class Reader>
asio::awaitable<kube::Outcome<void>> Poller<Reader>::poll() {
  auto text = co_await with_timeout(clock_, kPollLimit, fetch_());
  if (!text) co_return kube::Error{.reason = kube::Reason::transport, .message = "no answer in time"};
  if (!*text) co_return text->error();
  auto sample = reader_.read(**text);
  if (!sample) co_return kube::Error{.reason = kube::Reason::decode, .message = "the answer has none of its metrics"};
  newest_ = *std::move(sample);
  co_return kube::Outcome<void>();
}

template <class Reader>
asio::awaitable<void> Poller<Reader>::run() {
  if (!active()) co_return;
  for (SteadyTime next = clock_.now() + kPeriod;;) {
    co_await clock_.sleep_until(next);
    const SteadyTime begin = clock_.now();
    static_cast<void>(co_await poll());
    const SteadyTime end = clock_.now();
    next = std::max({next + kPeriod, end, begin + (end - begin) * kShare});
  }
}

template class Poller<DaemonMetrics>;
template class Poller<ServerMetrics>;

asio::awaitable<kube::Outcome<void>> Telemetry::begin() {
  if (daemon_.active()) {
    if (auto read = co_await daemon_.poll(); !read) {
      if (daemon_required_) co_return read.error();
      daemon_.disable();
    }
  }
  if (server_.active() && !co_await server_.poll()) server_.disable();
  co_return kube::Outcome<void>();
}

asio::awaitable<void> Telemetry::finish() {
  if (daemon_.active()) static_cast<void>(co_await daemon_.poll());
  if (server_.active()) static_cast<void>(co_await server_.poll());
}

}  // namespace kyma::load
