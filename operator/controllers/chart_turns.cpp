#include "operator/controllers/chart_turns.hpp"

namespace kyma::controllers {

ChartTurns::Turn::Turn(ChartTurns& turns, const InternedString& location)
    : turns_(&turns), chart_(&*turns.charts_.try_emplace(location).first) {
  ++chart_->second.asked;
}

ChartTurns::Turn::~Turn() {
  if (!turns_) return;
  Chart& chart = chart_->second;
  if (running_) {
    --chart.running;
    chart.ended.notify_one();
  }
  if (--chart.asked > 0) return;
  const InternedString location = chart_->first;  // its own would go while it is used
  turns_->charts_.erase(location);
}

asio::awaitable<void> ChartTurns::Turn::begin() {
  Chart& chart = chart_->second;
  while (chart.running >= turns_->at_once_) co_await chart.ended.wait();
  ++chart.running;
  running_ = true;
}

asio::awaitable<ChartTurns::Turn> ChartTurns::take(InternedString location) {
  Turn turn(*this, location);
  co_await turn.begin();
  co_return turn;
}

}  // namespace kyma::controllers
