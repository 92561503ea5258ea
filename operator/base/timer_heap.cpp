#include "operator/base/timer_heap.hpp"

namespace kyma {

void TimerHeap::place(std::size_t index, HeapTimer* timer) noexcept {
  heap_[index] = timer;
  timer->index_ = index;
}

void TimerHeap::sift_up(std::size_t index) noexcept {
  HeapTimer* timer = heap_[index];
  while (index > 0) {
    const std::size_t parent = (index - 1) / 2;
    if (heap_[parent]->deadline_ <= timer->deadline_) break;
    place(index, heap_[parent]);
    index = parent;
  }
  place(index, timer);
}

void TimerHeap::sift_down(std::size_t index) noexcept {
  HeapTimer* timer = heap_[index];
  for (;;) {
    std::size_t child = 2 * index + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1]->deadline_ < heap_[child]->deadline_) ++child;
    if (timer->deadline_ <= heap_[child]->deadline_) break;
    place(index, heap_[child]);
    index = child;
  }
  place(index, timer);
}

void TimerHeap::arm(HeapTimer& timer, SteadyTime deadline) {
  if (!timer.armed()) {
    heap_.push_back(&timer);
    timer.index_ = heap_.size() - 1;
    timer.deadline_ = deadline;
    sift_up(timer.index_);
    return;
  }
  const bool earlier = deadline < timer.deadline_;
  timer.deadline_ = deadline;
  if (earlier) {
    sift_up(timer.index_);
  } else {
    sift_down(timer.index_);
  }
}

void TimerHeap::cancel(HeapTimer& timer) noexcept {
  if (!timer.armed()) return;
  const std::size_t index = timer.index_;
  timer.index_ = HeapTimer::kIdle;
  HeapTimer* last = heap_.back();
  heap_.pop_back();
  if (last == &timer) return;
  place(index, last);
  sift_up(index);
  sift_down(last->index_);
}

std::size_t TimerHeap::fire_due(SteadyTime now) {
  std::size_t fired = 0;
  while (!heap_.empty() && heap_.front()->deadline_ <= now) {
    HeapTimer* timer = heap_.front();
    cancel(*timer);
    timer->on_deadline();
    ++fired;
  }
  return fired;
}

}  // namespace kyma
