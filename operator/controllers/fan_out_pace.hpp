// Lets the fan-out of many Kymas go on as fast as the components' transitions are written, not faster.
//
// A component is three writes in its first second. With the components of thousands of Kymas made at once, everybody's
// transitions wait for tens of seconds; made at this pace, the longest-running first, they end no later and nothing
// waits. A Kyma that has made some of its components takes a turn for the next ones; turns are given while few
// transitions wait for a worker. Small fan-outs never wait. Kymas are taken in the order of asking.
// Why: docs/decisions/0037. Thread: the loop's.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <variant>

#include "operator/base/clock.hpp"
#include "operator/runtime/reconciler.hpp"

namespace kyma::controllers {

class FanOutPace {
 public:
  using Backlog = std::function<std::size_t()>;
  using Wake = std::function<void(const runtime::Request&)>;

  // `backlog` tells how many components wait for a worker; `wake` is told whose turn has come, and must not call back.
  FanOutPace(Clock& clock, Backlog backlog, Wake wake);

  // The backlog may be shorter than it was: gives the turns that there is room for.
  void go_on();
  // This Kyma's pass is over, and another one is to follow. False: at once. True: when its turn comes.
  bool wait_for_turn(const runtime::Request& kyma);
  bool waits(const runtime::Request& kyma);
  // The pass for which a turn was given has ended, or the Kyma has nothing to make any more.
  void end_turn(const runtime::Request& kyma);
  void forget(const runtime::Request& kyma);

  // Who waits looks again after this, should no turn be given to anybody for so long.
  static constexpr std::chrono::seconds kLongestSleep{5};
  // So long may the backlog be before somebody waits.
  static constexpr std::size_t kWindow = 256;
  // So many components a turn is good for.
  static constexpr std::size_t kPerTurn = 6;

  std::size_t size() const noexcept { return waiting_.size() + given_.size(); }

 private:
  struct Turn {
    std::uint64_t number;
    runtime::Request kyma;
  };
  template <class Value>
  using Map = boost::unordered_flat_map<runtime::Request, Value, runtime::RequestHash>;

  bool room() const { return backlog_() + given_.size() * kPerTurn < kWindow; }
  void give(const runtime::Request& kyma);

  Clock& clock_;
  Backlog backlog_;
  Wake wake_;
  std::deque<Turn> turns_;      // in order; some of them forgotten
  Map<std::uint64_t> waiting_;  // and the turn's number
  Map<std::monostate> given_;   // whose turn it is
  std::uint64_t last_number_ = 0;
  SteadyTime last_given_;
};

}  // namespace kyma::controllers
