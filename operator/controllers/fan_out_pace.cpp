#include "operator/controllers/fan_out_pace.hpp"

#include <utility>

namespace kyma::controllers {

FanOutPace::FanOutPace(Clock& clock, Backlog backlog, Wake wake)
    : clock_(clock), backlog_(std::move(backlog)), wake_(std::move(wake)), last_given_(clock.now()) {}

bool FanOutPace::wait_for_turn(const runtime::Request& kyma) {
  end_turn(kyma);
  if (waiting_.empty() && room()) return false;
  if (waiting_.empty()) last_given_ = clock_.now();
  if (waiting_.try_emplace(kyma, last_number_ + 1).second) turns_.push_back({++last_number_, kyma});
  return true;
}

bool FanOutPace::waits(const runtime::Request& kyma) {
  if (!waiting_.contains(kyma)) return false;
  // Something holds all components up. Creation is not for it to hold up too.
  if (clock_.now() - last_given_ < kLongestSleep) return true;
  give(kyma);
  return false;
}

void FanOutPace::end_turn(const runtime::Request& kyma) {
  if (given_.erase(kyma) > 0) go_on();
}

void FanOutPace::give(const runtime::Request& kyma) {
  last_given_ = clock_.now();
  given_.try_emplace(kyma);
  waiting_.erase(kyma);
  if (waiting_.empty()) waiting_ = {};  // a burst's table gives its memory back
}

void FanOutPace::go_on() {
  for (; !turns_.empty() && room(); turns_.pop_front()) {
    const Turn& turn = turns_.front();
    const auto waiting = waiting_.find(turn.kyma);
    if (waiting == waiting_.end() || waiting->second != turn.number) continue;
    give(turn.kyma);
    wake_(turn.kyma);
  }
}

void FanOutPace::forget(const runtime::Request& kyma) {
  waiting_.erase(kyma);
  end_turn(kyma);
}

}  // namespace kyma::controllers
