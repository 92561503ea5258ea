#include "operator/controllers/run_all.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace kyma::controllers {
namespace {

using Operation = decltype(asio::co_spawn(std::declval<asio::any_io_executor>(), std::declval<asio::awaitable<void>>(),
                                          asio::deferred));

asio::awaitable<void> run_together(std::vector<Operation> operations) {
  auto [order, failures] = co_await asio::experimental::make_parallel_group(std::move(operations))
                               .async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);
  for (const auto& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace

asio::awaitable<void> run_all(std::vector<asio::awaitable<void>> tasks, std::size_t at_once) {
  const auto executor = co_await asio::this_coro::executor;
  for (std::size_t begin = 0; begin < tasks.size(); begin += at_once) {
    const std::size_t end = std::min(tasks.size(), begin + at_once);
    std::vector<Operation> operations;
    for (std::size_t i = begin; i < end; ++i) {
      operations.push_back(asio::co_spawn(executor, std::move(tasks[i]), asio::deferred));
    }
    co_await run_together(std::move(operations));
  }
}

}  // namespace kyma::controllers
