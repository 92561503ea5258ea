// Virtual time for tests: it stands still while anything is ready to run and jumps to the next deadline when nothing
// is.
//
// Whole systems run on it, client and server over in-memory streams on one io_context: a minute takes milliseconds and
// every run is the same.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <variant>

#include "operator/base/clock.hpp"

namespace kyma {

// Nothing is ready, nobody sleeps, and what the test waits for has not happened.
class Deadlock : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class ManualClock final : public Clock {
 public:
  explicit ManualClock(WallTime start = WallTime{std::chrono::seconds{1'700'000'000}}) : wall_start_(start) {}

  SteadyTime now() const noexcept override { return now_; }
  WallTime wall_now() const noexcept override {
    return wall_start_ + std::chrono::floor<std::chrono::microseconds>(elapsed());
  }
  Duration elapsed() const noexcept { return now_ - SteadyTime{}; }

  // Runs the loop until `done()` holds, jumping over idle time. Throws Deadlock when that can never come to hold.
  void run_until(asio::io_context& loop, const std::function<bool()>& done);
  // Runs the loop for this much virtual time.
  void run_for(asio::io_context& loop, Duration span);
  // Runs one coroutine to its end and returns what it returns or throws what it throws.
  template <class T>
  T run(asio::io_context& loop, asio::awaitable<T> task);

 private:
  void on_earlier_deadline() override {}
  static void run_ready(asio::io_context& loop);
  void jump_to(SteadyTime target);

  SteadyTime now_{};
  WallTime wall_start_;
};

template <class T>
T ManualClock::run(asio::io_context& loop, asio::awaitable<T> task) {
  constexpr bool kVoid = std::is_void_v<T>;
  struct Ending {
    bool reached = false;
    std::exception_ptr failure;
    std::optional<std::conditional_t<kVoid, std::monostate, T>> value;
  };
  // Shared with the completion: after a deadlock the task lives on and may end some time later.
  const auto ending = std::make_shared<Ending>();
  asio::co_spawn(loop, std::move(task), [ending](std::exception_ptr error, auto... result) {
    ending->reached = true;
    ending->failure = error;
    if (!error) ending->value.emplace(std::move(result)...);
  });
  run_until(loop, [&] { return ending->reached; });
  if (ending->failure) std::rethrow_exception(ending->failure);
  if constexpr (!kVoid) return std::move(*ending->value);
}

}  // namespace kyma
