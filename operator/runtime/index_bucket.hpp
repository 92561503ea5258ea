// The objects under one value of an index: a bag of slot numbers in which adding and removing take constant time, be it
// of three objects or of seventy thousand. Thread: its owner's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "operator/runtime/slot_table.hpp"

namespace kyma::runtime {

class IndexBucket {
 public:
  using Slot = SlotTable::Slot;

  const std::vector<Slot>& slots() const noexcept { return slots_; }
  bool empty() const noexcept { return slots_.empty(); }

  // The slot must not be in it.
  void add(Slot slot);
  // Does nothing when the slot is not in it.
  void remove(Slot slot);

 private:
  // Up to here a search from the start is quicker than a table, and costs no memory.
  static constexpr std::size_t kSearched = 32;

  // Where in slots_ it is; slots_.size() when it is not there.
  std::size_t position_of(Slot slot) const;

  std::vector<Slot> slots_;
  std::unique_ptr<SlotTable> positions_;  // of every element, by its slot number; null while there are few
};

}  // namespace kyma::runtime
