#include "operator/http/client_pool.hpp"

#include <exception>
#include <utility>

#include "operator/base/race.hpp"

namespace kyma::http {

ClientPool::ClientPool(Clock& clock, Dialer dial, ClientOptions options)
    : clock_(clock),
      dial_(std::move(dial)),
      options_(std::move(options)),
      idle_timer_(clock, [this] { close_expired(); }) {}

// --- Slots -----------------------------------------------------------------------------------------------------------

bool ClientPool::Slot::try_take() noexcept {
  if (pool_.closed_ || pool_.busy_ >= pool_.options_.max_connections) return false;
  ++pool_.busy_;
  held_ = true;
  return true;
}

asio::awaitable<Outcome<void>> ClientPool::Slot::take(SteadyTime deadline) {
  Waiter waiter;
  pool_.waiters_.push_back(waiter);
  Timer timer(pool_.clock_, [&] {
    waiter.expired = true;
    waiter.changed.notify_all();
  });
  timer.expires_at(deadline);
  std::exception_ptr cancelled;
  try {
    while (!waiter.granted && !waiter.expired && !pool_.closed_) co_await waiter.changed.wait();
  } catch (...) {
    cancelled = std::current_exception();
  }
  held_ = waiter.granted;  // even when cancelled at the same moment: the slot goes on to the next
  if (cancelled) std::rethrow_exception(cancelled);
  if (pool_.closed_) co_return Error{Errc::shut_down, {}};
  if (!held_) co_return Error{Errc::timed_out, {}};
  co_return Outcome<void>{};
}

void ClientPool::release_slot() noexcept {
  if (waiters_.empty()) {
    --busy_;
    return;
  }
  Waiter& next = waiters_.front();
  waiters_.pop_front();
  next.granted = true;
  next.changed.notify_all();
}

// --- Connections -----------------------------------------------------------------------------------------------------

std::unique_ptr<ClientConnection> ClientPool::take_idle() {
  while (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    if (connection->alive() && clock_.now() - connection->idle_since < options_.idle_timeout) return connection;
  }
  return nullptr;
}

// Lasts until the deadline or close().
asio::awaitable<void> ClientPool::end_of_patience(SteadyTime deadline) {
  co_await with_timeout(clock_, deadline - clock_.now(), closing_.wait());
}

asio::awaitable<Outcome<std::unique_ptr<ClientConnection>>> ClientPool::dial(SteadyTime deadline) {
  if (closed_) co_return Error{Errc::shut_down, {}};
  if (clock_.now() >= deadline) co_return Error{Errc::timed_out, {}};
  ++dials_;
  const std::size_t generation = generation_;
  auto stream = co_await race(dial_(), end_of_patience(deadline));
  if (closed_) co_return Error{Errc::shut_down, {}};
  if (!stream) co_return Error{Errc::timed_out, {}};
  if (!*stream) co_return stream->error();
  auto connection = std::make_unique<ClientConnection>(clock_, std::move(**stream), options_);
  connection->generation = generation;
  all_.push_back(*connection);
  co_return connection;
}

void ClientPool::give_back(std::unique_ptr<ClientConnection> connection) {
  if (closed_ || !connection->reusable() || connection->generation != generation_) return;
  if (idle_.size() >= options_.max_connections) return;  // streams may have left more than the pool keeps
  connection->idle_since = clock_.now();
  idle_.push_back(std::move(connection));
  if (!idle_timer_.armed()) idle_timer_.expires_after(options_.idle_timeout);
}

void ClientPool::close_expired() {
  const SteadyTime now = clock_.now();
  while (!idle_.empty() && now - idle_.front()->idle_since >= options_.idle_timeout) idle_.pop_front();
  if (!idle_.empty()) idle_timer_.expires_at(idle_.front()->idle_since + options_.idle_timeout);
}

void ClientPool::close() noexcept {
  if (closed_) return;
  closed_ = true;
  idle_timer_.cancel();
  idle_.clear();
  closing_.notify_all();
  for (Waiter& waiter : waiters_) waiter.changed.notify_all();
  for (ClientConnection& connection : all_) connection.abort(Errc::shut_down);
}

void ClientPool::drop_idle() noexcept {
  ++generation_;
  idle_.clear();
}

Client::Counters ClientPool::counters() const noexcept { return {all_.size(), idle_.size(), dials_}; }

}  // namespace kyma::http
