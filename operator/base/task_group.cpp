#include "operator/base/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/system/system_error.hpp>

#include <cassert>
#include <iterator>
#include <utility>

namespace kyma {

struct TaskGroup::Task {
  asio::cancellation_signal signal;
  bool ended = false;
};

bool is_cancellation(const std::exception_ptr& error) noexcept {
  if (!error) return false;
  try {
    std::rethrow_exception(error);
  } catch (const boost::system::system_error& failure) {
    return failure.code() == asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

namespace {

// Called from the loop, co_spawn() would run the task up to its first wait at once.
asio::awaitable<void> begin_later(asio::awaitable<void> task) {
  co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  co_await std::move(task);
}

}  // namespace

TaskGroup::TaskGroup(asio::any_io_executor executor, FailureHandler on_failure)
    : executor_(std::move(executor)), on_failure_(std::move(on_failure)) {
  if (!on_failure_) on_failure_ = [](std::exception_ptr error) { std::rethrow_exception(error); };
}

TaskGroup::~TaskGroup() { assert(tasks_.empty() && "join the group before it goes"); }

void TaskGroup::spawn(asio::awaitable<void> task) {
  tasks_.push_back(std::make_shared<Task>());
  const auto it = std::prev(tasks_.end());
  asio::co_spawn(executor_, begin_later(std::move(task)),
                 asio::bind_cancellation_slot((*it)->signal.slot(),
                                              [this, it](std::exception_ptr error) { finish(it, std::move(error)); }));
}

void TaskGroup::finish(Tasks::iterator task, std::exception_ptr error) {
  (*task)->ended = true;
  tasks_.erase(task);
  if (tasks_.empty()) all_ended_.notify_all();
  if (error && !is_cancellation(error)) on_failure_(std::move(error));
}

void TaskGroup::cancel() {
  // Posted, since a task may be the caller, and since one that ends changes the list.
  for (const auto& task : tasks_) {
    asio::post(executor_, [task] {
      if (!task->ended) task->signal.emit(asio::cancellation_type::terminal);
    });
  }
}

asio::awaitable<void> TaskGroup::join() {
  while (!tasks_.empty()) co_await all_ended_.wait();
}

asio::awaitable<void> TaskGroup::stop() {
  cancel();
  co_await join();
}

}  // namespace kyma
