// How long to wait after a write met a newer version of its object: shortly, since the watch brings that version in a
// moment, and longer each time, should the watch lag.
//
// A conflict is no failure of the operator, so the queue's rate limiter, the error counters and the log stay out of it.
// Holds an entry only for objects in conflict. Thread: the loop's.
#pragma once

#include <chrono>
#include <unordered_map>

#include "operator/base/time.hpp"
#include "operator/runtime/reconciler.hpp"

namespace kyma::controllers {

class ConflictBackoff {
 public:
  static constexpr std::chrono::milliseconds kFirst{20};
  static constexpr std::chrono::milliseconds kLongest{1000};

  // The delay before the next try; counts a conflict.
  Duration next(const runtime::Request& key);
  // A write went through, or the object is gone.
  void forget(const runtime::Request& key) { conflicts_.erase(key); }
  std::size_t size() const noexcept { return conflicts_.size(); }

 private:
  std::unordered_map<runtime::Request, int, runtime::RequestHash> conflicts_;
};

}  // namespace kyma::controllers
