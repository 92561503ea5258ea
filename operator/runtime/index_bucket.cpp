#include "operator/runtime/index_bucket.hpp"

#include <algorithm>

namespace kyma::runtime {

std::size_t IndexBucket::position_of(Slot slot) const {
  if (!positions_) return static_cast<std::size_t>(std::find(slots_.begin(), slots_.end(), slot) - slots_.begin());
  const auto position = positions_->find(slot, [&](SlotTable::Slot at) { return slots_[at] == slot; });
  return position == SlotTable::kNone ? slots_.size() : position;
}

void IndexBucket::add(Slot slot) {
  slots_.push_back(slot);
  if (positions_) {
    positions_->insert(slot, static_cast<Slot>(slots_.size() - 1));
  } else if (slots_.size() > kSearched) {
    positions_ = std::make_unique<SlotTable>();
    for (std::size_t i = 0; i < slots_.size(); ++i) positions_->insert(slots_[i], static_cast<Slot>(i));
  }
}

void IndexBucket::remove(Slot slot) {
  const std::size_t position = position_of(slot);
  if (position == slots_.size()) return;
  const std::size_t last = slots_.size() - 1;
  if (positions_) {
    positions_->erase(slot, static_cast<Slot>(position));
    if (position != last) {
      positions_->erase(slots_[last], static_cast<Slot>(last));
      positions_->insert(slots_[last], static_cast<Slot>(position));
    }
  }
  // The last one takes its place.
  slots_[position] = slots_[last];
  slots_.pop_back();
  if (slots_.size() <= kSearched / 2) positions_.reset();
}

}  // namespace kyma::runtime
