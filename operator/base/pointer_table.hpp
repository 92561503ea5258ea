// A hash set of pointers to things that know their own hash: eight bytes a cell and no node per element.
//
// Made for the pools of interned values, which hold hundreds of thousands. `Element` has a member `hash`, a 32-bit
// number. Linear probing; erasing closes the gap, so no tombstones pile up. Owns nothing. Thread: its owner's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace kyma {

template <class Element>
class PointerTable {
 public:
  std::size_t size() const noexcept { return size_; }

  // The element with this hash that satisfies `is_it(element)`, or null.
  template <class IsIt>
  Element* find(std::uint32_t hash, IsIt&& is_it) const {
    if (size_ == 0) return nullptr;
    for (std::size_t i = home(hash);; i = next(i)) {
      Element* element = cells_[i];
      if (element == nullptr) return nullptr;
      if (element->hash == hash && is_it(*element)) return element;
    }
  }

  // The element must not be in it.
  void insert(Element* element) {
    if ((size_ + 1) * 4 > cells_.size() * 3) grow();
    place(element);
    ++size_;
  }

  // The element must be in it.
  void erase(const Element* element) noexcept {
    std::size_t gap = home(element->hash);
    while (cells_[gap] != element) gap = next(gap);
    // Whoever stands behind the gap and could stand in it moves there, so that a search never meets a hole.
    for (std::size_t i = next(gap); cells_[i] != nullptr; i = next(i)) {
      const std::size_t distance_to_home = (i - home(cells_[i]->hash)) & mask();
      const std::size_t distance_to_gap = (i - gap) & mask();
      if (distance_to_home < distance_to_gap) continue;
      cells_[gap] = cells_[i];
      gap = i;
    }
    cells_[gap] = nullptr;
    --size_;
  }

 private:
  static constexpr std::size_t kFirstSize = 16;

  std::size_t mask() const noexcept { return cells_.size() - 1; }
  std::size_t next(std::size_t i) const noexcept { return (i + 1) & mask(); }
  // The upper half of a product depends on every bit of the hash.
  std::size_t home(std::uint32_t hash) const noexcept {
    return static_cast<std::size_t>((hash * 0x9E3779B97F4A7C15ull) >> 32) & mask();
  }
  void place(Element* element) noexcept {
    std::size_t i = home(element->hash);
    while (cells_[i] != nullptr) i = next(i);
    cells_[i] = element;
  }
  void grow() {
    std::vector<Element*> before(cells_.empty() ? kFirstSize : cells_.size() * 2);
    before.swap(cells_);
    for (Element* element : before) {
      if (element != nullptr) place(element);
    }
  }

  std::vector<Element*> cells_;  // a power of two of them; null: free
  std::size_t size_ = 0;
};

}  // namespace kyma
