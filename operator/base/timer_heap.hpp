// A binary heap of intrusive deadlines: arm, re-arm and cancel in O(log n), no allocation per arm.
//
// Sans-I/O: it is told the time and calls back what is due. Clock owns one; nothing else should.
// Thread: confined to its clock's thread.
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "operator/base/time.hpp"

namespace kyma {

// A place in the heap. Derived classes say what happens at the deadline.
class HeapTimer {
 public:
  HeapTimer() = default;
  HeapTimer(const HeapTimer&) = delete;
  HeapTimer& operator=(const HeapTimer&) = delete;

  bool armed() const noexcept { return index_ != kIdle; }
  // Meaningful only while armed.
  SteadyTime deadline() const noexcept { return deadline_; }

 protected:
  ~HeapTimer() = default;

 private:
  friend class TimerHeap;
  static constexpr std::size_t kIdle = std::numeric_limits<std::size_t>::max();

  virtual void on_deadline() = 0;

  SteadyTime deadline_{};
  std::size_t index_ = kIdle;  // position in the heap
};

class TimerHeap {
 public:
  bool empty() const noexcept { return heap_.empty(); }
  std::size_t size() const noexcept { return heap_.size(); }
  // The earliest deadline; only when not empty.
  SteadyTime earliest() const noexcept { return heap_.front()->deadline_; }

  // Arms the timer, or moves it when it is armed already.
  void arm(HeapTimer& timer, SteadyTime deadline);
  // Does nothing when the timer is idle.
  void cancel(HeapTimer& timer) noexcept;
  // Calls every timer whose deadline is at or before `now`, earliest first, and returns how many. A timer is idle while
  // it is called, so it may arm itself again.
  std::size_t fire_due(SteadyTime now);

 private:
  void sift_up(std::size_t index) noexcept;
  void sift_down(std::size_t index) noexcept;
  void place(std::size_t index, HeapTimer* timer) noexcept;

  std::vector<HeapTimer*> heap_;
};

}  // namespace kyma
