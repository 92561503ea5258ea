// Bounded waiting: an operation against a deadline or another end, written once for everybody.
//
// (Asio's own `operation || timer` waits for one *success* and would ignore a failed operation until the timer rings.)
#pragma once

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <optional>
#include <utility>

#include "operator/base/asio.hpp"
#include "operator/base/clock.hpp"
#include "operator/base/task_group.hpp"

namespace kyma {

// Runs `task`, cancels it when `end` has ended, and returns nothing in that case. Returns only when both have really
// ended. Throws what the task throws, also on its way out; when the caller is cancelled, so are both, and it throws
// operation_aborted.
template <class T>
asio::awaitable<std::optional<T>> race(asio::awaitable<T> task, asio::awaitable<void> end) {
  const auto executor = co_await asio::this_coro::executor;
  auto [order, failure, value, end_failure] =
      co_await asio::experimental::make_parallel_group(asio::co_spawn(executor, std::move(task), asio::deferred),
                                                       asio::co_spawn(executor, std::move(end), asio::deferred))
          .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  const bool first = order[0] == 0;
  if (failure && (first || !is_cancellation(failure))) std::rethrow_exception(failure);
  if (first) co_return std::move(value);
  if ((co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none) {
    throw boost::system::system_error(asio::error::operation_aborted);
  }
  co_return std::nullopt;
}

// The same, with a time limit for the end.
template <class T>
asio::awaitable<std::optional<T>> with_timeout(Clock& clock, Duration limit, asio::awaitable<T> task) {
  return race(std::move(task), clock.sleep_for(limit));
}

// The same for a task without a value: true when it ended in time.
asio::awaitable<bool> with_timeout(Clock& clock, Duration limit, asio::awaitable<void> task);

}  // namespace kyma
