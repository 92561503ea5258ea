#include "operator/base/race.hpp"

namespace kyma {
namespace {

asio::awaitable<bool> run_to_its_end(asio::awaitable<void> task) {
  co_await std::move(task);
  co_return true;
}

}  // namespace

asio::awaitable<bool> with_timeout(Clock& clock, Duration limit, asio::awaitable<void> task) {
  const auto ended = co_await race(run_to_its_end(std::move(task)), clock.sleep_for(limit));
  co_return ended.has_value();
}

}  // namespace kyma
