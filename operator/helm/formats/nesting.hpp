// Guards what recurses along the nesting of values: its depth, the room that the thread's stack has left, and cycles.
#pragma once

#include <cstddef>
#include <set>

#include "operator/helm/gotemplate/execute.hpp"

namespace kyma::helm {

class Nesting {
 public:
  // The new depth, from 1. Throws LimitExceeded when the stack ends.
  int enter() {
    stack_.check(kReserve);
    return ++depth_;
  }
  void leave() noexcept { --depth_; }
  int depth() const noexcept { return depth_; }

 private:
  // More than any function between two checks takes, with what it calls.
  static constexpr std::size_t kReserve = std::size_t{64} << 10;

  gotemplate::StackRoom stack_ = gotemplate::StackRoom::of_this_thread();
  int depth_ = 0;
};

// Of a walk through lists and maps, which may contain themselves. As encoding/json does, it begins to look for that
// only at a depth that honest values do not reach.
class CycleGuard {
 public:
  // False when the walk is inside of this container already. Throws LimitExceeded.
  bool enter(const void* container) { return nesting_.enter() <= kTrustedDepth || open_.insert(container).second; }
  void leave(const void* container) {
    if (nesting_.depth() > kTrustedDepth) open_.erase(container);
    nesting_.leave();
  }
  int depth() const noexcept { return nesting_.depth(); }

 private:
  static constexpr int kTrustedDepth = 1'000;

  Nesting nesting_;
  std::set<const void*> open_;  // of the containers below kTrustedDepth
};

}  // namespace kyma::helm
