// The connections of one Client: slots given in order, idle connections kept and aged, new ones dialled. Internal to
// operator/http.
//
// Invariants: a waiter exists only while every slot is taken; a connection is dialled only while none is idle, so that
// calls in slots never hold more than max_connections; no more than that are kept idle. Thread: the client's.
#pragma once

#include <boost/intrusive/list.hpp>

#include <deque>
#include <memory>

#include "operator/base/condition.hpp"
#include "operator/http/client_connection.hpp"

namespace kyma::http {

class ClientPool {
 public:
  ClientPool(Clock& clock, Dialer dial, ClientOptions options);

  // The right to have one request under way.
  class Slot {
   public:
    explicit Slot(ClientPool& pool) noexcept : pool_(pool) {}
    ~Slot() {
      if (held_) pool_.release_slot();
    }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

    bool try_take() noexcept;
    // Waits in line. Errors: timed_out, shut_down.
    asio::awaitable<Outcome<void>> take(SteadyTime deadline);

   private:
    ClientPool& pool_;
    bool held_ = false;
  };

  // An idle connection that still seems alive, or null.
  std::unique_ptr<ClientConnection> take_idle();
  asio::awaitable<Outcome<std::unique_ptr<ClientConnection>>> dial(SteadyTime deadline);
  // Keeps the connection when the next request may use it, closes it otherwise.
  void give_back(std::unique_ptr<ClientConnection> connection);

  void close() noexcept;
  void drop_idle() noexcept;
  bool closed() const noexcept { return closed_; }

  Client::Counters counters() const noexcept;
  std::size_t dials() const noexcept { return dials_; }
  Clock& clock() noexcept { return clock_; }
  const ClientOptions& options() const noexcept { return options_; }

 private:
  struct Waiter : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    Condition changed;
    bool granted = false;
    bool expired = false;
  };
  template <class T>
  using List = boost::intrusive::list<T, boost::intrusive::constant_time_size<false>>;

  void release_slot() noexcept;
  asio::awaitable<void> end_of_patience(SteadyTime deadline);
  void close_expired();

  Clock& clock_;
  Dialer dial_;
  ClientOptions options_;
  std::size_t busy_ = 0;
  List<Waiter> waiters_;                                // first come, first served
  List<ClientConnection> all_;                          // each leaves it when it goes
  std::deque<std::unique_ptr<ClientConnection>> idle_;  // the most recently used last, and taken first
  Timer idle_timer_;
  Condition closing_;
  std::size_t generation_ = 0;  // connections of an older one are not kept
  std::size_t dials_ = 0;
  bool closed_ = false;
};

}  // namespace kyma::http
