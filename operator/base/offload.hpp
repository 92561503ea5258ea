// Runs a function that blocks or burns CPU on another executor, and resumes the awaiting coroutine on its own.
//
// The function runs to its end whatever becomes of the coroutine: a cancellation is not seen before the answer is
// there. So whoever owns the pool joins it before the loop goes. What the function throws is thrown to the caller.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "operator/base/asio.hpp"

namespace kyma {

template <class Function>
asio::awaitable<std::invoke_result_t<Function>> offload(asio::any_io_executor pool, Function function) {
  using Result = std::invoke_result_t<Function>;
  struct Job {
    explicit Job(Function f) : function(std::move(f)) {}
    Function function;
    std::optional<Result> result;
    std::exception_ptr failure;
  };
  auto job = std::make_shared<Job>(std::move(function));
  co_await asio::async_initiate<decltype(asio::use_awaitable), void()>(
      [pool, job](auto handler) {
        auto executor = asio::get_associated_executor(handler);
        asio::post(pool, [job, handler = std::move(handler), work = asio::make_work_guard(executor)]() mutable {
          try {
            job->result.emplace(job->function());
          } catch (...) {
            job->failure = std::current_exception();
          }
          asio::post(work.get_executor(), std::move(handler));
        });
      },
      asio::use_awaitable);
  if (job->failure) std::rethrow_exception(job->failure);
  co_return std::move(*job->result);
}

}  // namespace kyma
