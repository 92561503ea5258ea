// Bounded waiting: an operation against a deadline, written once for everybody.
//
// (Asio's own `operation || timer` waits for one *success* and would ignore a failed operation until the timer rings.)
#pragma once

#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>

#include <exception>
#include <optional>
#include <utility>

#include "operator/base/asio.hpp"
#include "operator/base/clock.hpp"

namespace kyma {

// Runs `task`, cancels it when `limit` has passed, and returns nothing in that case. Returns only when the task has
// really ended. Throws what the task throws; when the caller is cancelled, so is the task.
template <class T>
asio::awaitable<std::optional<T>> with_timeout(Clock& clock, Duration limit, asio::awaitable<T> task) {
  const auto executor = co_await asio::this_coro::executor;
  auto [order, failure, value, timer_failure] =
      co_await asio::experimental::make_parallel_group(
          asio::co_spawn(executor, std::move(task), asio::deferred),
          asio::co_spawn(executor, clock.sleep_for(limit), asio::deferred))
          .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  if (order[0] == 0) {
    if (failure) std::rethrow_exception(failure);
    co_return std::move(value);
  }
  co_return std::nullopt;
}

// The same for a task without a value: true when it ended in time.
asio::awaitable<bool> with_timeout(Clock& clock, Duration limit, asio::awaitable<void> task);

}  // namespace kyma
