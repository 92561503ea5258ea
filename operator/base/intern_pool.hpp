// What Interned and InternedString have in common: the entries of one kind, each there once, and who holds them.
//
// `Entry` has members `hash` (32 bits) and `holders` (a mutable atomic number), and a static `destroy(const Entry*)`.
// An entry goes when its last holder goes. Thread-safe. Lifetime: never destroyed, since handles in static objects may
// outlive any order of destruction.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <utility>

#include "operator/base/pointer_table.hpp"

namespace kyma {

template <class Entry>
class InternPool {
 public:
  static InternPool& instance() {
    static InternPool* pool = new InternPool;
    return *pool;
  }

  // A share in the entry with this hash that satisfies `is_it(entry)`; else in the one that `make()` returns, whose
  // first holder is the caller.
  template <class IsIt, class Make>
  const Entry* acquire(std::uint32_t hash, IsIt&& is_it, Make&& make) {
    const std::lock_guard lock(mutex_);
    if (const Entry* found = entries_.find(hash, is_it)) {
      found->holders.fetch_add(1, std::memory_order_relaxed);
      return found;
    }
    Entry* entry = std::forward<Make>(make)();
    entries_.insert(entry);
    return entry;
  }

  void release(const Entry* entry) noexcept {
    // Only the last holder needs the lock: it may race with acquire(), which finds the entry by its value.
    auto holders = entry->holders.load(std::memory_order_relaxed);
    while (holders > 1) {
      if (entry->holders.compare_exchange_weak(holders, holders - 1, std::memory_order_release)) return;
    }
    {
      const std::lock_guard lock(mutex_);
      if (entry->holders.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
      entries_.erase(entry);
    }
    Entry::destroy(entry);  // outside the lock: it may hold interned values itself
  }

 private:
  InternPool() = default;

  std::mutex mutex_;
  PointerTable<Entry> entries_;
};

}  // namespace kyma
