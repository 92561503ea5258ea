#include "operator/apiserver/event_expiry.hpp"

#include <algorithm>
#include <utility>

namespace kyma::apiserver {
namespace {

constexpr std::size_t kRemovalsPerTurn = 64;
// Events that are due at about the same time go together.
constexpr Duration kPrecision = std::chrono::seconds{10};

}  // namespace

EventExpiry::EventExpiry(Clock& clock, Storage& storage, Duration lifetime)
    : clock_(clock), events_(storage.table("events")), lifetime_(lifetime) {
  storage.observe([this](Table& table, const Change& change) {
    if (&table != &events_ || change.type == ChangeType::deleted) return;
    entries_.push_back({clock_.now() + lifetime_, change.object->key(), change.revision()});
    added_.notify_all();
  });
}

asio::awaitable<void> EventExpiry::run() {
  std::size_t removed = 0;
  while (true) {
    if (entries_.empty()) {
      co_await added_.wait();
    } else if (entries_.front().due > clock_.now()) {
      co_await clock_.sleep_until(std::max(entries_.front().due, clock_.now() + kPrecision));
    } else {
      const auto entry = std::move(entries_.front());
      entries_.pop_front();
      // Fails when the event has been changed or deleted since, which is as it should be.
      static_cast<void>(events_.remove(entry.key, {entry.revision, std::nullopt}));
      if (++removed % kRemovalsPerTurn == 0) {
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
      }
    }
  }
}

}  // namespace kyma::apiserver
