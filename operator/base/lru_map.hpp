// A map that knows which of its entries was asked for longest ago, so that a bound can be kept by letting go of those
// alone that nobody misses.
//
// It evicts nothing by itself: its owner says when, and which entries may go. All but evict() and erase_if() take
// constant time; references stay good until their entry goes. Thread: one.
#pragma once

#include <cstddef>
#include <functional>
#include <iterator>
#include <list>
#include <unordered_map>
#include <utility>

namespace kyma {

template <class Key, class T, class Hash = std::hash<Key>>
class LruMap {
 public:
  // Null when there is none. What was found is the most recently used.
  T* find(const Key& key) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return nullptr;
    order_.splice(order_.begin(), order_, found->second);
    return &found->second->second;
  }
  // Replaces what is there.
  T& insert(const Key& key, T value) {
    if (T* known = find(key)) return *known = std::move(value);
    order_.emplace_front(key, std::move(value));
    entries_.emplace(key, order_.begin());
    return order_.front().second;
  }
  bool erase(const Key& key) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return false;
    order_.erase(found->second);
    entries_.erase(found);
    return true;
  }
  // Lets go of the least recently used entry that may go; false: there is none.
  template <class MayGo>
  bool evict(MayGo may_go) {
    for (auto entry = order_.end(); entry != order_.begin();) {
      --entry;
      if (!may_go(std::as_const(entry->second))) continue;
      entries_.erase(entry->first);
      order_.erase(entry);
      return true;
    }
    return false;
  }
  template <class Predicate>
  void erase_if(Predicate predicate) {
    for (auto entry = order_.begin(); entry != order_.end();) {
      const auto next = std::next(entry);
      if (predicate(std::as_const(entry->second))) {
        entries_.erase(entry->first);
        order_.erase(entry);
      }
      entry = next;
    }
  }
  // From the most to the least recently used.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& [key, value] : order_) visit(key, value);
  }

  std::size_t size() const noexcept { return entries_.size(); }

 private:
  using Order = std::list<std::pair<const Key, T>>;

  Order order_;  // the most recently used first
  std::unordered_map<Key, typename Order::iterator, Hash> entries_;
};

}  // namespace kyma
