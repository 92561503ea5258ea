// An immutable value that is stored once however many objects hold it: 8 bytes a copy, compared by address.
//
// The sibling of InternedString for whole values: the specification that thousands of objects share, the owner that
// eighteen have. A default-constructed one is T's default value and takes no memory. A pool entry goes when its last
// holder goes. T: default-constructible, equality-comparable, with `std::size_t hash_value(const T&)` found by
// argument-dependent lookup. Containers and structs read as themselves: begin(), end(), size(), ->. Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

#include "operator/base/intern_pool.hpp"
#include "operator/base/interned_string.hpp"

namespace kyma {

// Joins one more part to a hash.
inline std::size_t hash_join(std::size_t seed, std::size_t part) noexcept {
  return (seed ^ part) * 0x9E3779B97F4A7C15ull + (seed >> 29);
}
inline std::size_t hash_value(const InternedString& text) noexcept { return text.hash(); }
template <class A, class B>
std::size_t hash_value(const std::pair<A, B>& pair) noexcept {
  return hash_join(hash_value(pair.first), hash_value(pair.second));
}
template <class T>
std::size_t hash_value(const std::vector<T>& items) noexcept {
  std::size_t hash = items.size();
  for (const T& item : items) hash = hash_join(hash, hash_value(item));
  return hash;
}

namespace detail {
template <class T>
struct ItemOf {
  using type = struct Nothing;  // no container: nobody makes lists of these
};
template <class T>
  requires requires { typename T::value_type; }
struct ItemOf<T> {
  using type = typename T::value_type;
};
}  // namespace detail

template <class T>
class Interned {
 public:
  Interned() noexcept = default;
  Interned(T value) : entry_(value == T() ? nullptr : acquire(std::move(value))) {}
  // Of a container's items.
  Interned(std::initializer_list<typename detail::ItemOf<T>::type> items) : Interned(T(items)) {}
  Interned(const Interned& other) noexcept : entry_(other.entry_) {
    if (entry_) entry_->holders.fetch_add(1, std::memory_order_relaxed);
  }
  Interned(Interned&& other) noexcept : entry_(std::exchange(other.entry_, nullptr)) {}
  Interned& operator=(Interned other) noexcept {
    std::swap(entry_, other.entry_);
    return *this;
  }
  ~Interned() {
    if (entry_) Pool::instance().release(entry_);
  }

  const T& operator*() const noexcept { return entry_ ? entry_->value : default_value(); }
  const T* operator->() const noexcept { return &**this; }
  operator const T&() const noexcept { return **this; }
  auto begin() const noexcept { return (**this).begin(); }
  auto end() const noexcept { return (**this).end(); }
  bool empty() const noexcept { return (**this).empty(); }
  std::size_t size() const noexcept { return (**this).size(); }
  decltype(auto) operator[](std::size_t i) const noexcept { return (**this)[i]; }
  decltype(auto) front() const noexcept { return (**this).front(); }

  // Replaces the value by a changed copy.
  template <class F>
  void edit(F&& change) {
    T copy = **this;
    std::forward<F>(change)(copy);
    *this = Interned(std::move(copy));
  }

  friend bool operator==(const Interned& a, const Interned& b) noexcept { return a.entry_ == b.entry_; }

 private:
  struct Entry {
    mutable std::atomic<std::uint32_t> holders;
    std::uint32_t hash;
    T value;

    static void destroy(const Entry* entry) noexcept { delete entry; }
  };
  using Pool = InternPool<Entry>;

  static const Entry* acquire(T&& value) {
    const auto hash = static_cast<std::uint32_t>(hash_value(value));
    return Pool::instance().acquire(
        hash, [&](const Entry& entry) { return entry.value == value; },
        [&] {
          return new Entry{{1}, hash, std::move(value)};
        });
  }

  static const T& default_value() noexcept {
    static const T value{};
    return value;
  }

  const Entry* entry_ = nullptr;
};

}  // namespace kyma
