// A hash table of slot numbers: the keys live in the slots of whoever owns the table, here is only how to find them.
//
// Eight bytes a cell, one allocation in all, no node per key: made for tables of a million keys. Linear probing;
// erasing closes the gap, so no tombstones pile up. The owner gives the same hash for the same key at every call. Not
// guaranteed: any order. Thread: its owner's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace kyma::runtime {

class SlotTable {
 public:
  using Slot = std::uint32_t;
  static constexpr Slot kNone = std::numeric_limits<Slot>::max();

  // The slot whose key has this hash and satisfies `is_key(slot)`, or kNone.
  template <class IsKey>
  Slot find(std::size_t hash, IsKey&& is_key) const {
    if (size_ == 0) return kNone;
    const std::uint32_t mixed = mix(hash);
    for (std::size_t i = mixed & mask();; i = (i + 1) & mask()) {
      const Cell& cell = cells_[i];
      if (cell.slot == kNone) return kNone;
      if (cell.hash == mixed && is_key(cell.slot)) return cell.slot;
    }
  }

  // The key must not be in the table.
  void insert(std::size_t hash, Slot slot) {
    // At most three quarters full: a search for what is absent then probes few cells.
    if ((size_ + 1) * 4 > cells_.size() * 3) grow();
    place({mix(hash), slot});
    ++size_;
  }

  // Brings the cells where this hash would be found nearer.
  void prefetch(std::size_t hash) const noexcept {
    if (size_ > 0) __builtin_prefetch(&cells_[mix(hash) & mask()], 1);
  }
  // Does nothing when the slot is not in the table.
  void erase(std::size_t hash, Slot slot) noexcept;
  // Forgets everything and gives the memory back.
  void reset() noexcept {
    std::vector<Cell>().swap(cells_);
    size_ = 0;
  }
  std::size_t size() const noexcept { return size_; }

 private:
  struct Cell {
    std::uint32_t hash = 0;
    Slot slot = kNone;  // kNone: the cell is free
  };
  static constexpr std::size_t kFirstSize = 16;

  // Addresses make poor hashes: their low bits are always zero. The upper half of a product depends on every bit.
  static std::uint32_t mix(std::size_t hash) noexcept {
    return static_cast<std::uint32_t>((static_cast<std::uint64_t>(hash) * 0x9E3779B97F4A7C15ull) >> 32);
  }
  std::size_t mask() const noexcept { return cells_.size() - 1; }
  void place(Cell cell) noexcept;
  void grow();

  std::vector<Cell> cells_;  // a power of two of them
  std::size_t size_ = 0;
};

}  // namespace kyma::runtime
