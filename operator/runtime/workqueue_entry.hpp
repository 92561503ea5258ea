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
#include "operator/runtime/workqueue_priority.hpp"

namespace kyma::runtime {

// What an item waits for.
enum class Pending : std::uint8_t {
  none,
  dirty,    // to be handed out: in a FIFO, or once done() was called when it is processed
  delayed,  // its deadline
};

// Where an entry stands in a list.
struct Links {
  std::uint32_t next = SlotTable::kNone;
  std::uint32_t previous = SlotTable::kNone;
};

struct Entry {
  Request item;
  SteadyTime since{};  // dirty: when it was added; delayed: its deadline
  union {
    Links age;           // in a queue: its neighbours by age, of whatever flow
    SteadyTime started;  // processing: when it was handed out
  };
  Links links;            // in the queue of its flow, in the list of what is processed, or in the free list
  Priority priority = 0;  // of what it waits for, else what it was handed out with
  Flow flow;
  std::uint16_t lane = 0;
  Pending pending = Pending::none;
  bool processing : 1 = false;
  bool failing : 1 = false;           // the lane's limiter counts failures under this slot
  bool backing_off : 1 = false;       // delayed by the limiter: not to be broken by the echo of an own write
  bool respects_backoff : 1 = false;  // dirty, and nobody who asked for it may break a backoff
  bool in_use : 1 = false;

  Entry() noexcept : age() {}
};
static_assert(sizeof(Entry) == 48, "a million entries are to take 48 MB");

// Hands out entries by number. Chunks are never moved.
class EntryPool {
 public:
  using Slot = SlotTable::Slot;

  Entry& operator[](Slot slot) noexcept { return chunks_[slot / kChunk][slot % kChunk]; }
  const Entry& operator[](Slot slot) const noexcept { return chunks_[slot / kChunk][slot % kChunk]; }
  // Brings an entry nearer that will be used soon.
  void prefetch(Slot slot) const noexcept {
    const char* entry = reinterpret_cast<const char*>(&(*this)[slot]);
    __builtin_prefetch(entry, 1);
    __builtin_prefetch(entry + sizeof(Entry) - 1, 1);
  }
  std::size_t size() const noexcept { return size_; }
  bool in_use(Slot slot) const noexcept { return slot / kChunk < chunks_.size() && (*this)[slot].in_use; }

  Slot allocate() {
    if (free_ == SlotTable::kNone) add_chunk();
    const Slot slot = free_;
    Entry& entry = (*this)[slot];
    free_ = entry.links.next;
    entry.in_use = true;
    ++size_;
    return slot;
  }
  void release(Slot slot) {
    Entry& entry = (*this)[slot];
    std::destroy_at(&entry);
    std::construct_at(&entry)->links.next = free_;
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
      (*this)[first + i].links.next = free_;
      free_ = first + i;
    }
  }

  std::vector<std::unique_ptr<Entry[]>> chunks_;
  Slot free_ = SlotTable::kNone;
  std::size_t size_ = 0;
};

// A doubly linked list through one of the entries' links.
template <Links Entry::*kLinks>
class EntryList {
 public:
  using Slot = SlotTable::Slot;

  bool empty() const noexcept { return front_ == SlotTable::kNone; }
  Slot front() const noexcept { return front_; }

  void append(EntryPool& entries, Slot slot) noexcept {
    entries[slot].*kLinks = {SlotTable::kNone, back_};
    (empty() ? front_ : (entries[back_].*kLinks).next) = slot;
    back_ = slot;
  }
  void remove(EntryPool& entries, Slot slot) noexcept {
    const auto [next, previous] = entries[slot].*kLinks;
    (previous == SlotTable::kNone ? front_ : (entries[previous].*kLinks).next) = next;
    (next == SlotTable::kNone ? back_ : (entries[next].*kLinks).previous) = previous;
  }

 private:
  Slot front_ = SlotTable::kNone;
  Slot back_ = SlotTable::kNone;
};

}  // namespace kyma::runtime
