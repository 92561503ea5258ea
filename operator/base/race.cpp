#include "operator/base/race.hpp"

namespace kyma {

asio::awaitable<bool> with_timeout(Clock& clock, Duration limit, asio::awaitable<void> task) {
  const auto executor = co_await asio::this_coro::executor;
  auto [order, failure, timer_failure] =
      co_await asio::experimental::make_parallel_group(
          asio::co_spawn(executor, std::move(task), asio::deferred),
          asio::co_spawn(executor, clock.sleep_for(limit), asio::deferred))
          .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  if (order[0] == 0 && failure) std::rethrow_exception(failure);
  co_return order[0] == 0;
}

}  // namespace kyma
