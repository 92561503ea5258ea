#include "operator/apiserver/watch_history.hpp"

#include <algorithm>
#include <utility>

namespace kyma::apiserver {

WatchHistory::WatchHistory(HistoryBudget& budget, Revision start) : budget_(budget), dropped_up_to_(start) {
  budget_.histories_.push_back(this);
}

WatchHistory::~WatchHistory() {
  while (!changes_.empty()) drop_oldest();
  std::erase(budget_.histories_, this);
}

std::size_t WatchHistory::cost(const Change& change) noexcept {
  // The text and what is kept beside it. A previous version is mostly in the history itself, as the change before.
  return change.object->json.size() + sizeof(Change) + sizeof(StoredObject);
}

void WatchHistory::append(Change change) {
  const auto bytes = cost(change);
  changes_.push_back(std::move(change));
  budget_.added(bytes);
  for (auto& cursor : cursors_) cursor.wake();
}

void WatchHistory::drop_oldest() {
  --budget_.events_;
  budget_.bytes_ -= cost(changes_.front());
  dropped_up_to_ = changes_.front().revision();
  changes_.pop_front();
  ++first_;
}

void WatchHistory::place(Cursor& cursor, Revision since) {
  const auto found = std::upper_bound(changes_.begin(), changes_.end(), since,
                                      [](Revision r, const Change& change) { return r < change.revision(); });
  cursor.next_ = first_ + static_cast<std::uint64_t>(found - changes_.begin());
  if (!cursor.is_linked()) cursors_.push_back(cursor);
}

const Change* WatchHistory::next(Cursor& cursor) {
  const auto index = static_cast<std::size_t>(cursor.next_ - first_);
  if (index >= changes_.size()) return nullptr;
  ++cursor.next_;
  return &changes_[index];
}

void WatchHistory::wake_all() noexcept {
  for (auto& cursor : cursors_) cursor.wake();
}

void HistoryBudget::added(std::size_t bytes) {
  ++events_;
  bytes_ += bytes;
  while (events_ > max_events_ || bytes_ > max_bytes_) {
    WatchHistory* oldest = nullptr;
    for (auto* history : histories_) {
      if (history->changes_.empty()) continue;
      if (!oldest || history->changes_.front().revision() < oldest->changes_.front().revision()) oldest = history;
    }
    if (!oldest) return;
    if (on_drop_) on_drop_(oldest->changes_.front());
    oldest->drop_oldest();
  }
}

}  // namespace kyma::apiserver
