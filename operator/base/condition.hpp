// A condition variable for coroutines of one thread: no lock, no allocation beyond the waiting handler's own.
//
// As with every condition variable: re-check what you wait for after each wait. A notification wakes only those that
// wait at that moment. Woken coroutines resume from the loop, never inside notify.
// Thread: confined to one. Lifetime: must outlive its waiters' wait, except that destruction abandons nobody: owners
// join their coroutines first (TaskGroup).
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/error.hpp>
#include <boost/intrusive/list.hpp>

#include "operator/base/asio.hpp"

namespace kyma {

class Condition {
 public:
  Condition() = default;
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;

  // Waits for a notification. Throws system_error(operation_aborted) when the coroutine is cancelled meanwhile.
  asio::awaitable<void> wait();

  void notify_one() noexcept;
  void notify_all() noexcept;
  bool has_waiters() const noexcept { return !waiters_.empty(); }

 private:
  using Handler = asio::any_completion_handler<void(error_code)>;
  struct Waiter : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    Handler handler;
    asio::any_io_executor executor;  // where the handler resumes
    // Unlinks and posts the handler.
    void complete(error_code ec) noexcept;
    void notify() noexcept;
    void cancel() noexcept { complete(asio::error::operation_aborted); }
  };

  boost::intrusive::list<Waiter, boost::intrusive::constant_time_size<false>> waiters_;
};

}  // namespace kyma
