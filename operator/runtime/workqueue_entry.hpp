// The workqueue's own structures: an entry per key it knows, the pool they live in, and lists of them.
//
// Nothing outside workqueue.cpp uses them. An entry has a number (its slot) that stays the same for its life.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "operator/runtime/reconciler.hpp"
#include "operator/runtime/slot_table.hpp"

namespace kyma::runtime {

// What an item waits for.
enum class Pending : std::uint8_t {
  none,
  dirty,    // to be handed out: in a FIFO, or once done() was called when it is processed
  delayed,  // its deadline
};

struct Entry {
  Request item;
  SteadyTime since{};                     // dirty: when it was added; delayed: its deadline
  SteadyTime started{};                   // processing: when it was handed out
  std::uint32_t next = SlotTable::kNone;  // in a FIFO, in the list of what is processed, or in the free list
  std::uint32_t previous = SlotTable::kNone;
  std::int32_t priority = 0;  // of what it waits for, else what it was handed out with
  std::uint16_t lane = 0;
  Pending pending = Pending::none;
  bool processing : 1 = false;
  bool failing : 1 = false;           // the lane's limiter counts failures under this slot
  bool backing_off : 1 = false;       // delayed by the limiter: not to be broken by the echo of an own write
  bool respects_backoff : 1 = false;  // dirty, and nobody who asked for it may break a backoff
  bool in_use : 1 = false;
};
static_assert(sizeof(Entry) == 48, "a million entries are to take 48 MB");

// Hands out entries by number. Chunks are never moved.
class EntryPool {
 public:
  using Slot = SlotTable::Slot;

  Entry& operator[](Slot slot) noexcept { return chunks_[slot / kChunk][slot % kChunk]; }
  const Entry& operator[](Slot slot) const noexcept { return chunks_[slot / kChunk][slot % kChunk]; }
  std::size_t size() const noexcept { return size_; }
  bool in_use(Slot slot) const noexcept { return slot / kChunk < chunks_.size() && (*this)[slot].in_use; }

  Slot allocate() {
    if (free_ == SlotTable::kNone) add_chunk();
    const Slot slot = free_;
    Entry& entry = (*this)[slot];
    free_ = entry.next;
    entry.next = SlotTable::kNone;
    entry.in_use = true;
    ++size_;
    return slot;
  }
  void release(Slot slot) {
    Entry& entry = (*this)[slot];
    entry = Entry{};
    entry.next = free_;
    free_ = slot;
    --size_;
  }
  // When nothing is in use: frees the chunks if there are many. True when it did.
  bool give_back() {
    if (size_ > 0 || chunks_.size() <= kKeptChunks) return false;
    chunks_.clear();
    free_ = SlotTable::kNone;
    return true;
  }

 private:
  static constexpr std::size_t kChunk = 1024;
  static constexpr std::size_t kKeptChunks = 4;

  void add_chunk() {
    chunks_.push_back(std::make_unique<Entry[]>(kChunk));
    const auto first = static_cast<Slot>((chunks_.size() - 1) * kChunk);
    // Lower numbers are handed out first: a walk in order of adding then runs through memory in order.
    for (Slot i = kChunk; i-- > 0;) {
      (*this)[first + i].next = free_;
      free_ = first + i;
    }
  }

  std::vector<std::unique_ptr<Entry[]>> chunks_;
  Slot free_ = SlotTable::kNone;
  std::size_t size_ = 0;
};

// A doubly linked list through the entries. An entry is in one at most.
class EntryList {
 public:
  using Slot = SlotTable::Slot;

  bool empty() const noexcept { return front_ == SlotTable::kNone; }
  Slot front() const noexcept { return front_; }
  std::size_t size() const noexcept { return size_; }

  void append(EntryPool& entries, Slot slot) noexcept {
    Entry& entry = entries[slot];
    entry.previous = back_;
    entry.next = SlotTable::kNone;
    (empty() ? front_ : entries[back_].next) = slot;
    back_ = slot;
    ++size_;
  }
  void remove(EntryPool& entries, Slot slot) noexcept {
    const Entry& entry = entries[slot];
    (entry.previous == SlotTable::kNone ? front_ : entries[entry.previous].next) = entry.next;
    (entry.next == SlotTable::kNone ? back_ : entries[entry.next].previous) = entry.previous;
    --size_;
  }

 private:
  Slot front_ = SlotTable::kNone;
  Slot back_ = SlotTable::kNone;
  std::size_t size_ = 0;
};

}  // namespace kyma::runtime
