#include "operator/base/interned_string.hpp"

#include <atomic>
#include <cstdint>
#include <cstring>
#include <new>
#include <utility>

#include "operator/base/intern_pool.hpp"

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

InternedString::InternedString(std::string_view text) {
  if (text.empty()) return;
  const auto hash = static_cast<std::uint32_t>(std::hash<std::string_view>()(text));
  entry_ = InternPool<Entry>::instance().acquire(
      hash, [&](const Entry& entry) { return entry.view() == text; }, [&] { return Entry::make(text, hash); });
}

InternedString::InternedString(const InternedString& other) noexcept : entry_(other.entry_) {
  if (entry_) entry_->holders.fetch_add(1, std::memory_order_relaxed);
}

InternedString::~InternedString() {
  if (entry_) InternPool<Entry>::instance().release(entry_);
}

const void* InternedString::release() noexcept { return std::exchange(entry_, nullptr); }

InternedString InternedString::adopt(const void* entry) noexcept {
  InternedString string;
  string.entry_ = static_cast<const Entry*>(entry);
  return string;
}

std::string_view InternedString::view() const noexcept { return entry_ ? entry_->view() : std::string_view(); }

}  // namespace kyma
