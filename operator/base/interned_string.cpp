#include "operator/base/interned_string.hpp"

#include <atomic>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <new>
#include <utility>

#include "operator/base/pointer_table.hpp"

namespace kyma {

// The text follows the entry in the same allocation.
struct InternedString::Entry {
  mutable std::atomic<std::uint32_t> holders;
  std::uint32_t size;
  std::uint32_t hash;

  std::string_view view() const noexcept { return {reinterpret_cast<const char*>(this + 1), size}; }

  static Entry* make(std::string_view text, std::uint32_t hash) {
    void* memory = ::operator new(sizeof(Entry) + text.size());
    auto* entry = new (memory) Entry{{1}, static_cast<std::uint32_t>(text.size()), hash};
    std::memcpy(entry + 1, text.data(), text.size());
    return entry;
  }
  static void destroy(const Entry* entry) noexcept {
    entry->~Entry();
    ::operator delete(const_cast<Entry*>(entry));
  }
};

struct InternedString::Pool {
  // Never destroyed: handles in static objects may outlive any order of destruction.
  static Pool& instance() {
    static Pool* pool = new Pool;
    return *pool;
  }

  const Entry* acquire(std::string_view text) {
    const auto hash = static_cast<std::uint32_t>(std::hash<std::string_view>()(text));
    const std::lock_guard lock(mutex);
    if (const Entry* found = entries.find(hash, [&](const Entry& entry) { return entry.view() == text; })) {
      found->holders.fetch_add(1, std::memory_order_relaxed);
      return found;
    }
    Entry* entry = Entry::make(text, hash);
    entries.insert(entry);
    return entry;
  }

  void release(const Entry* entry) noexcept {
    // Only the last holder needs the lock: it may race with acquire(), which finds the entry by its text.
    auto holders = entry->holders.load(std::memory_order_relaxed);
    while (holders > 1) {
      if (entry->holders.compare_exchange_weak(holders, holders - 1, std::memory_order_release)) return;
    }
    const std::lock_guard lock(mutex);
    if (entry->holders.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    entries.erase(entry);
    Entry::destroy(entry);
  }

  std::mutex mutex;
  PointerTable<Entry> entries;
};

InternedString::InternedString(std::string_view text)
    : entry_(text.empty() ? nullptr : Pool::instance().acquire(text)) {}

InternedString::InternedString(const InternedString& other) noexcept : entry_(other.entry_) {
  if (entry_) entry_->holders.fetch_add(1, std::memory_order_relaxed);
}

InternedString::~InternedString() {
  if (entry_) Pool::instance().release(entry_);
}

const void* InternedString::release() noexcept { return std::exchange(entry_, nullptr); }

InternedString InternedString::adopt(const void* entry) noexcept {
  InternedString string;
  string.entry_ = static_cast<const Entry*>(entry);
  return string;
}

std::string_view InternedString::view() const noexcept { return entry_ ? entry_->view() : std::string_view(); }

}  // namespace kyma
