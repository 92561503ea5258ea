#include "operator/runtime/slot_table.hpp"

namespace kyma::runtime {

void SlotTable::place(Cell cell) noexcept {
  std::size_t i = cell.hash & mask();
  while (cells_[i].slot != kNone) i = (i + 1) & mask();
  cells_[i] = cell;
}

void SlotTable::grow() {
  std::vector<Cell> old(cells_.empty() ? kFirstSize : cells_.size() * 2);
  old.swap(cells_);
  for (const Cell& cell : old) {
    if (cell.slot != kNone) place(cell);
  }
}

void SlotTable::erase(std::size_t hash, Slot slot) noexcept {
  if (size_ == 0) return;
  std::size_t hole = mix(hash) & mask();
  while (cells_[hole].slot != slot) {
    if (cells_[hole].slot == kNone) return;
    hole = (hole + 1) & mask();
  }
  // What follows in the run moves into the hole unless that would put it before its own first cell.
  for (std::size_t i = (hole + 1) & mask(); cells_[i].slot != kNone; i = (i + 1) & mask()) {
    const std::size_t wanted = cells_[i].hash & mask();
    if (((i - wanted) & mask()) >= ((i - hole) & mask())) {
      cells_[hole] = cells_[i];
      hole = i;
    }
  }
  cells_[hole] = {};
  --size_;
}

}  // namespace kyma::runtime
