#include "operator/controllers/conflict_backoff.hpp"

#include <algorithm>

namespace kyma::controllers {

Duration ConflictBackoff::next(const runtime::Request& key) {
  constexpr int kEnough = 6;  // doublings after which kLongest is reached
  int& count = conflicts_[key];
  const auto delay = std::min(kFirst * (1 << count), kLongest);
  count = std::min(count + 1, kEnough);
  return delay;
}

}  // namespace kyma::controllers
