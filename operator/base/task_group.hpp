// The owner of background coroutines: starts them, cancels them, and knows when none is alive.
//
// Guarantees: after `co_await stop()` or `join()` no task of the group runs or will run. A task that ends by
// cancellation (system_error(operation_aborted)) ends quietly; any other exception is handed to the failure handler, by
// default thrown out of the loop that runs it, since it is a bug.
// Lifetime: must be empty when destroyed. Thread: confined to its executor's thread.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <list>
#include <memory>

#include "operator/base/asio.hpp"
#include "operator/base/condition.hpp"

namespace kyma {

// True when the exception in flight is the unwinding of a cancelled coroutine.
bool is_cancellation(const std::exception_ptr& error) noexcept;

class TaskGroup {
 public:
  using FailureHandler = std::function<void(std::exception_ptr)>;

  explicit TaskGroup(asio::any_io_executor executor, FailureHandler on_failure = {});
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // Starts a task. It begins running from the loop, never inside spawn.
  void spawn(asio::awaitable<void> task);
  // Asks every task to end; returns at once.
  void cancel();
  // Waits until no task is alive. Must not be called from one of them.
  asio::awaitable<void> join();
  // cancel(), then join().
  asio::awaitable<void> stop();

  bool empty() const noexcept { return tasks_.empty(); }
  std::size_t size() const noexcept { return tasks_.size(); }
  const asio::any_io_executor& executor() const noexcept { return executor_; }

 private:
  struct Task;  // one cancellation signal
  using Tasks = std::list<std::shared_ptr<Task>>;

  void finish(Tasks::iterator task, std::exception_ptr error);

  asio::any_io_executor executor_;
  FailureHandler on_failure_;
  Tasks tasks_;
  Condition all_ended_;
};

}  // namespace kyma
