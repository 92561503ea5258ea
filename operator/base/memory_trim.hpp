// Gives memory back that the process holds and does not use: free heap after a burst, and the pages of code that only
// the start or a burst needed.
//
// glibc keeps free blocks between used ones, and the kernel keeps every page of the program mapped that was ever near
// one in use; both count as resident (docs/decisions/0019). Linux with glibc; elsewhere the functions do nothing.
// Thread: any; while the heap is trimmed, other threads wait in malloc (some milliseconds for a heap of 100 MB).
#pragma once

#include <boost/asio/thread_pool.hpp>

#include <cstddef>

#include "operator/base/clock.hpp"

namespace kyma {

// Settings of malloc for a daemon: few arenas, and big blocks apart from the heap so that they leave no holes. Call it
// first in main.
void tune_heap();

// Bytes that malloc holds and nobody uses.
std::size_t free_heap_bytes();

void trim_heap();
// Unmaps clean pages of the program and its libraries; what is needed again is mapped again from the page cache.
void trim_code();

// Does both now and then, on a thread of its own. Lifetime: the clock must outlive it. Thread: the clock's.
class MemoryTrimmer {
 public:
  // Free heap below `worth_the_trouble` bytes is left alone.
  explicit MemoryTrimmer(Clock& clock, std::size_t worth_the_trouble = std::size_t{1} << 20);
  ~MemoryTrimmer() { worker_.join(); }

 private:
  void start();
  void trim();

  std::size_t worth_the_trouble_;
  int rounds_ = 0;
  asio::thread_pool worker_{1};
  Timer timer_;
};

}  // namespace kyma
