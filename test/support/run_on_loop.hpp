// Runs one coroutine to its end on a loop in real time. (In virtual time: ManualClock::run.)
#pragma once

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include "operator/base/asio.hpp"

namespace kyma::test {

// Returns what the task returns, or throws what it throws. Throws when the loop runs out of work before.
template <class T>
T run_on(asio::io_context& loop, asio::awaitable<T> task) {
  std::exception_ptr failure;
  std::optional<T> result;
  asio::co_spawn(loop, std::move(task), [&](std::exception_ptr error, T value) {
    failure = error;
    if (!error) result.emplace(std::move(value));
  });
  loop.restart();
  while (!result && !failure) {
    if (loop.run_one() == 0) throw std::logic_error("the loop has no work left, and the task has not ended");
  }
  if (failure) std::rethrow_exception(failure);
  return std::move(*result);
}

inline void run_on(asio::io_context& loop, asio::awaitable<void> task) {
  run_on(loop, [](asio::awaitable<void> inner) -> asio::awaitable<int> {
    co_await std::move(inner);
    co_return 0;
  }(std::move(task)));
}

// For main(): 0, or 1 after what the task throws was printed. Ends the process then: coroutines that refer to what
// would be destroyed are left alone.
inline int run_to_exit(asio::io_context& loop, asio::awaitable<void> task) {
  try {
    run_on(loop, std::move(task));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "FAILED: %s\n", error.what());
    std::fflush(nullptr);
    std::_Exit(1);
  }
  return 0;
}

}  // namespace kyma::test
