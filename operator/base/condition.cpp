#include "operator/base/condition.hpp"

#include <boost/asio/append.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>

#include <utility>

namespace kyma {

void Condition::Waiter::complete(error_code ec) noexcept {
  unlink();
  asio::post(executor, asio::append(std::move(handler), ec));
}

void Condition::Waiter::notify() noexcept {
  auto slot = asio::get_associated_cancellation_slot(handler);
  if (slot.is_connected()) slot.clear();
  complete({});
}

asio::awaitable<void> Condition::wait() {
  // The waiter lives in this frame: it is linked until it completes, and the frame stands until then.
  Waiter waiter;
  auto initiate = [this, &waiter](auto&& completion_handler) {
    waiter.executor = asio::get_associated_executor(completion_handler);
    waiter.handler = std::forward<decltype(completion_handler)>(completion_handler);
    waiters_.push_back(waiter);
    auto slot = asio::get_associated_cancellation_slot(waiter.handler);
    if (!slot.is_connected()) return;
    // The slot keeps this function until the next one is assigned: it must not touch the waiter twice.
    slot.assign([target = &waiter](asio::cancellation_type) mutable {
      if (Waiter* cancelled = std::exchange(target, nullptr)) cancelled->cancel();
    });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void(error_code)>(initiate, asio::use_awaitable);
}

void Condition::notify_one() noexcept {
  if (!waiters_.empty()) waiters_.front().notify();
}

void Condition::notify_all() noexcept {
  while (!waiters_.empty()) waiters_.front().notify();
}

}  // namespace kyma
