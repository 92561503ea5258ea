// How many of the pool's threads one chart may hold, so that a chart that is slow, or made to be, holds up its own
// components and nobody else's: the others find a thread.
//
// First come, first served, nearly: who comes just when a turn ends may be served before those that wait.
// Thread: the loop's. Lifetime: outlives its turns and those who wait for one.
#pragma once

#include <cstddef>
#include <unordered_map>
#include <utility>

#include "operator/base/asio.hpp"
#include "operator/base/condition.hpp"
#include "operator/base/interned_string.hpp"

namespace kyma::controllers {

class ChartTurns {
 public:
  // Ends when it goes; so does the wait for it.
  class Turn;

  explicit ChartTurns(std::size_t at_once) : at_once_(at_once) {}

  // Waits until fewer than `at_once` turns of this chart are under way.
  asio::awaitable<Turn> take(InternedString location);
  // Charts that somebody has a turn of or waits for.
  std::size_t size() const noexcept { return charts_.size(); }

 private:
  struct Chart {
    std::size_t asked = 0;  // turns, and those who wait for one
    std::size_t running = 0;
    Condition ended;
  };
  using Charts = std::unordered_map<InternedString, Chart>;  // its elements stay where they are

  std::size_t at_once_;
  Charts charts_;
};

class ChartTurns::Turn {
 public:
  Turn(ChartTurns& turns, const InternedString& location);
  Turn(Turn&& other) noexcept
      : turns_(std::exchange(other.turns_, nullptr)), chart_(other.chart_), running_(other.running_) {}
  Turn& operator=(Turn&&) = delete;
  ~Turn();

 private:
  friend class ChartTurns;

  asio::awaitable<void> begin();

  ChartTurns* turns_;  // null: moved from
  Charts::value_type* chart_;
  bool running_ = false;
};

}  // namespace kyma::controllers
